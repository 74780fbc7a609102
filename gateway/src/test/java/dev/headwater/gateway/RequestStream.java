package dev.headwater.gateway;

import dev.headwater.sampling.force.ForceKey;
import dev.headwater.sampling.force.ForceToken;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * Requests of all kinds of callers, made from a seed: routes, trace headers of every format, good
 * and malformed, tokens, baggage, and networks by way of X-Forwarded-For.
 */
final class RequestStream {
  /** A key that tokens are signed with. */
  static final String KEY = "a key of this test, long enough";

  private static final String TRACE = "463ac35c9f6413ad48485a3953bb6124";
  private static final String SPAN = "a2fb4a1d1a96d312";
  private static final long FAR_FUTURE = 99_999_999_999L;

  private static final String[] HOSTS = {
    "vote.example.com", "vote.example.com", "vote.example.com", "shop.example.com",
    "ops.example.com", "both.example.com", "VOTE.example.com:8080", "nobody.example.org"
  };
  private static final String[] PATHS = {
    "/api/list", "/api/vote/1?x=1", "/api/", "/healthz", "/orders/7/items", "/direct", "/a%20b//c"
  };
  private static final String[] METHODS = {"GET", "GET", "GET", "POST", "DELETE", "PURGE"};
  private static final String[] FORWARDED = {
    "",
    "X-Forwarded-For: 192.0.2.7",
    "X-Forwarded-For: 203.0.113.9",
    "X-Forwarded-For: 192.0.2.7, 203.0.113.9",
    "X-Forwarded-For: 203.0.113.9, 192.0.2.7",
    "X-Forwarded-For: 10.1.2.3, 127.0.0.9",
    "Forwarded: for=192.0.2.44;proto=https",
    "X-Forwarded-For: nonsense"
  };

  private final Random random;

  RequestStream(long seed) {
    random = new Random(seed);
  }

  /** A request: its head's parts as they are sent. */
  record Asked(String method, String host, String target, List<String> fields) {
    String head() {
      StringBuilder head = new StringBuilder();
      head.append(method).append(' ').append(target).append(" HTTP/1.1\r\n");
      head.append("Host: ").append(host).append("\r\n");
      fields.forEach(field -> head.append(field).append("\r\n"));
      return head.append("\r\n").toString();
    }
  }

  Asked next(int number) {
    List<String> fields = new ArrayList<>();
    fields.add("X-Number: " + number);
    add(fields, pick(FORWARDED));
    trace().forEach(field -> add(fields, field));
    add(fields, force());
    if (random.nextInt(4) == 0) {
      add(fields, "baggage: user=alice,secret=1;p=2");
    }
    if (random.nextInt(5) == 0) {
      add(fields, "X-Request-ID: " + (random.nextBoolean() ? "from-a-client" : uuid()));
    }
    if (random.nextInt(6) == 0) {
      add(fields, "X-Plan: " + (random.nextBoolean() ? "gold" : "lead-7"));
    }
    if (random.nextInt(6) == 0) {
      add(fields, "Connection: X-Hop");
      add(fields, "X-Hop: 1");
    }
    return new Asked(pick(METHODS), pick(HOSTS), pick(PATHS), fields);
  }

  private static void add(List<String> fields, String field) {
    if (!field.isEmpty()) {
      fields.add(field);
    }
  }

  private String pick(String... all) {
    return all[random.nextInt(all.length)];
  }

  private String hex(int digits) {
    StringBuilder hex = new StringBuilder();
    while (hex.length() < digits) {
      hex.append(Integer.toHexString(1 + random.nextInt(15)));
    }
    return hex.toString();
  }

  private static String uuid() {
    return "2b1c9a52-3f0e-4c7b-9d7a-1f2e3d4c5b6a";
  }

  private String force() {
    ForceKey key = ForceKey.of(KEY);
    long id = random.nextLong();
    return switch (random.nextInt(12)) {
      case 0 -> "headwater-force: 1";
      case 1 -> "headwater-force: " + new ForceToken(FAR_FUTURE, id, 0, "/").signedBy(key);
      case 2 -> "headwater-force: " + new ForceToken(FAR_FUTURE, id, 0, "/api").signedBy(key);
      case 3 -> "headwater-force: " + new ForceToken(1, id, 0, "/").signedBy(key);
      case 4 ->
          "headwater-force: "
              + new ForceToken(FAR_FUTURE, id, 0, "/")
                  .signedBy(ForceKey.of("another key, as long as it gets"));
      default -> "";
    };
  }

  private List<String> trace() {
    String id = random.nextBoolean() ? hex(32) : hex(16);
    String long32 = hex(32);
    String state = pick("0", "1", "d", "");
    return switch (random.nextInt(16)) {
      case 0, 1 ->
          List.of(
              "X-B3-TraceId: " + id,
              "X-B3-SpanId: " + SPAN,
              "X-B3-ParentSpanId: 0020000000000001",
              "X-B3-Sampled: " + pick("0", "1", "true", "x"));
      case 2 -> List.of("X-B3-TraceId: " + id, "X-B3-SpanId: " + SPAN);
      case 3 -> List.of("X-B3-Flags: 1");
      case 4, 5 -> List.of("b3: " + id + "-" + SPAN + (state.isEmpty() ? "" : "-" + state));
      case 6 -> List.of("b3: " + pick("0", "1", "d", "nonsense"));
      case 7, 8 ->
          List.of(
              "traceparent: 00-" + long32 + "-" + SPAN + "-" + pick("00", "01", "02", "03"),
              "tracestate: vendor=1,other=2");
      case 9 -> List.of("traceparent: ff-" + long32 + "-" + SPAN + "-01");
      case 10 ->
          List.of(
              "traceparent: 00-" + long32 + "-" + SPAN + "-01", "b3: " + TRACE + "-" + SPAN + "-0");
      case 11 -> List.of("l5d-sample: " + pick("1.0", "0.0", "0.5", "2"));
      case 12 -> List.of("x-envoy-force-trace: 1", "x-client-trace-id: mine");
      case 13 -> List.of("uber-trace-id: " + TRACE + ":1:0:1", "sw8: 1-x", "l5d-dtab: /a=>/b");
      default -> List.of();
    };
  }
}
