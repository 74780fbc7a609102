package dev.headwater.gateway.fault;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/**
 * Payloads as request smugglers send them, made and not collected: messages of the grammars of RFC
 * 9112 and 9110 with one element of one family mutated. The same seed gives the same corpus.
 *
 * <p>Bodies hold a second request, which no reader may take for one. Payload number {@code n} asks
 * for {@code /votes/pN/} and hides {@code /votes/sN/}, so that what reached an origin can be told.
 */
public final class HostileCorpus {
  /** Payloads of each family. */
  private static final int EACH = 32;

  /** Bytes that readers have differed about. */
  private static final String[] BYTES = {
    "\0",
    "\u0001",
    "\u0008",
    "\t",
    "\n",
    "\u000b",
    "\f",
    "\r",
    "\u001f",
    " ",
    "\u007f",
    "\u0080",
    "\u0085",
    "\u00a0",
    "\u00ad",
    "\u00ff",
    "\r\n",
    "\"",
    "(",
    ",",
    "/",
    ":",
    ";",
    "=",
    "@",
    "\\",
    "_",
    "-",
    "{",
    "#",
    "%00",
    "\u00c4\u008a"
  };

  private static final String CHUNKED = "Transfer-Encoding: chunked\r\n";

  /**
   * One payload.
   *
   * @param number unique
   * @param meant most requests that its client can have meant
   */
  public record Payload(String family, int number, String bytes, int meant) {}

  private final SplittableRandom random;
  private final Map<String, Payload> made = new LinkedHashMap<>();
  private int number;

  private HostileCorpus(long seed) {
    random = new SplittableRandom(seed);
  }

  /** All families, without any payload twice. */
  public static List<Payload> of(long seed) {
    HostileCorpus corpus = new HostileCorpus(seed);
    corpus.family("lengths", corpus::lengths);
    corpus.family("encodings", corpus::encodings);
    corpus.family("lengths and encodings", corpus::both);
    corpus.family("chunk lines", corpus::chunkLines);
    corpus.family("trailers", corpus::trailers);
    corpus.family("line ends", corpus::lineEnds);
    corpus.family("leading bytes", corpus::leadingBytes);
    corpus.family("field names", corpus::fieldNames);
    corpus.family("field values", corpus::fieldValues);
    corpus.family("hosts", corpus::hosts);
    corpus.family("methods", corpus::methods);
    corpus.family("targets", corpus::targets);
    corpus.family("versions", corpus::versions);
    corpus.family("pipelined", corpus::pipelined);
    return List.copyOf(corpus.made.values());
  }

  private interface Maker {
    String make();
  }

  private void family(String name, Maker maker) {
    for (int i = 0; i < EACH; ) {
      number++;
      String bytes = maker.make();
      // Numbers differ always: what is behind them must, too.
      String shape = bytes.replaceAll("(?<=/[ps])" + number + "(?=/)", "N");
      if (!made.containsKey(shape)) {
        i++;
        int strictly =
            StrictRequest.judge(bytes.getBytes(StandardCharsets.ISO_8859_1)).requests().size();
        int least = name.equals("pipelined") ? 2 : 1;
        made.put(shape, new Payload(name, number, bytes, Math.max(least, strictly)));
      }
    }
  }

  // The grammar.

  private String path() {
    return "/votes/p" + number + "/";
  }

  private String hidden() {
    return "GET /votes/s" + number + "/ HTTP/1.1\r\nHost: a\r\n\r\n";
  }

  private String message(String fields, String body) {
    return "POST " + path() + " HTTP/1.1\r\nHost: a\r\n" + fields + "\r\n" + body;
  }

  private String get(String fields) {
    return "GET " + path() + " HTTP/1.1\r\nHost: a\r\n" + fields + "\r\n";
  }

  private String length(String body) {
    return "Content-Length: " + body.length() + "\r\n";
  }

  private static String chunk(String data) {
    return Integer.toHexString(data.length()) + "\r\n" + data + "\r\n";
  }

  /** A valid message of a random kind. */
  private String valid() {
    return switch (random.nextInt(4)) {
      case 0 -> get("X-A: b\r\nX-B: c\r\n");
      case 1 -> message(length(hidden()) + "X-A: b\r\n", hidden());
      case 2 -> message(CHUNKED + "X-A: b\r\n", chunk("hello") + chunk(hidden()) + "0\r\n\r\n");
      default -> message(CHUNKED, chunk(hidden()) + "0\r\nX-T: u\r\n\r\n");
    };
  }

  // Choices.

  private String pick(String... all) {
    return all[random.nextInt(all.length)];
  }

  private String odd() {
    return pick(BYTES);
  }

  /** One odd byte somewhere in it. */
  private String spoilt(String text) {
    int at = random.nextInt(text.length() + 1);
    return text.substring(0, at) + odd() + text.substring(at);
  }

  private String cased(String text) {
    StringBuilder mixed = new StringBuilder();
    for (char c : text.toCharArray()) {
      mixed.append(random.nextBoolean() ? Character.toUpperCase(c) : Character.toLowerCase(c));
    }
    return mixed.toString();
  }

  // The families.

  /** Content-Length that is no plain number, or more than one of them. */
  private String lengths() {
    String n = Integer.toString(hidden().length());
    String name = cased("Content-Length");
    String fields =
        switch (random.nextInt(5)) {
          case 0 -> name + ":" + pick("+", "-", "0x", "0b", ",", "\"", "_", "'", "(") + n;
          case 1 ->
              name + ": " + n + pick(",", ", ", ";", ".0", "e0", "_0", "h", " 0", "\u00a0", "\"");
          case 2 -> name + ": " + spoilt(n);
          case 3 -> name + ": " + n + "\r\nContent-Length: " + pick(n, "0", "1", "+" + n, "");
          default -> name + ": " + pick("0", "1", "0" + n, "") + "\r\n" + name + ":" + n;
        };
    return message(fields + "\r\n", hidden());
  }

  private String encoding() {
    String chunked = cased("chunked");
    return switch (random.nextInt(6)) {
      case 0 -> pick(",", "x", "identity,", "gzip, ", "chunked, ", "\"", "'", "=") + chunked;
      case 1 -> chunked + pick(",", "x", ", identity", ",gzip", ";q=1", ", chunked", "\"", "=");
      case 2 -> spoilt("chunked");
      case 3 -> chunked + "\r\nTransfer-Encoding: " + pick("chunked", "identity", "", "x");
      case 4 ->
          pick("identity", "gzip", "x", "") + "\r\n" + cased("transfer-encoding") + ":chunked";
      default -> "chunked".substring(0, 1 + random.nextInt(6));
    };
  }

  /** Transfer-Encoding that is not exactly chunked. */
  private String encodings() {
    String name = random.nextInt(4) == 0 ? spoilt("Transfer-Encoding") : "Transfer-Encoding";
    String body = chunk("hello") + "0\r\n\r\n" + hidden();
    return message(name + ": " + encoding() + "\r\n", body);
  }

  /** Both framings, valid or not, in both orders. */
  private String both() {
    String body = random.nextBoolean() ? "0\r\n\r\n" + hidden() : chunk(hidden()) + "0\r\n\r\n";
    String length = cased("Content-Length") + ": " + pick("0", "3", "5", "" + body.length());
    String encoding =
        cased("Transfer-Encoding") + ": " + (random.nextBoolean() ? "chunked" : encoding());
    return message(
        random.nextBoolean()
            ? length + "\r\n" + encoding + "\r\n"
            : encoding + "\r\n" + pick("", "X: y\r\n") + length + "\r\n",
        body);
  }

  /** A chunk line or a chunk's end that goes wrong. */
  private String chunkLines() {
    String size = Integer.toHexString(hidden().length());
    String bad =
        switch (random.nextInt(7)) {
          case 0 -> pick("0x", "+", "-", " ", "\t", "0X", "\u00a0", "#", "\"") + size + "\r\n";
          case 1 -> size + pick(" ", "\t", "h", ",", "_", ".", "\u000b", "\"", "=x") + "\r\n";
          case 2 -> "0".repeat(16 + random.nextInt(20)) + size + "\r\n";
          case 3 -> size + pick(";", ";;a", ";a=", ";a=\"", ";=b", ";a b", "; ;") + "\r\n";
          case 4 -> size + ";a" + odd() + "b\r\n";
          case 5 -> size + pick("\n", "\r", "\r\r\n", "\n\r\n", ";a\n", ";a\r", "");
          default -> spoilt(size) + "\r\n";
        };
    String end = random.nextInt(4) == 0 ? pick("\n", "\r", "", "x\r\n", "\n\r\n") : "\r\n";
    return message(CHUNKED, chunk("hello") + bad + hidden() + end + "0\r\n\r\n");
  }

  /** What stands behind the last chunk. */
  private String trailers() {
    String bad =
        switch (random.nextInt(4)) {
          case 0 -> spoilt("X-T: u") + "\r\n";
          case 1 -> spoilt("X-T") + ": u\r\n";
          case 2 -> pick(" X: y", "\tX: y", "X : y", ": y", "X", "X: y\r\n z") + "\r\n";
          default -> cased(pick("Content-Length", "Transfer-Encoding", "Host")) + ": 5\r\n";
        };
    String end = pick("\r\n", "\r\n", "\n", "\r\r\n");
    return message(CHUNKED, chunk(hidden()) + "0\r\n" + bad + end);
  }

  /** One CRLF of a valid message becomes something else. */
  private String lineEnds() {
    String text = valid();
    List<Integer> ends = new ArrayList<>();
    for (int at = text.indexOf("\r\n"); at >= 0; at = text.indexOf("\r\n", at + 2)) {
      ends.add(at);
    }
    int at = ends.get(random.nextInt(ends.size()));
    String other =
        pick(
            "\n", "\r", "\r\r\n", "\n\r", "\n\n", "\u0085", "\0\r\n", "\u000b", "\r\n ", "\r\n\t",
            "");
    return text.substring(0, at) + other + text.substring(at + 2);
  }

  private String leadingBytes() {
    StringBuilder before = new StringBuilder();
    for (int i = 1 + random.nextInt(3); i > 0; i--) {
      before.append(random.nextInt(3) == 0 ? "\r\n" : odd());
    }
    return before + get("X-A: b\r\n");
  }

  private String fieldNames() {
    String name = pick("Content-Length", "Transfer-Encoding", "Host", "X-A", "Connection");
    String value =
        switch (name) {
          case "Content-Length" -> Integer.toString(hidden().length());
          case "Transfer-Encoding" -> "chunked";
          default -> "b";
        };
    String line =
        random.nextInt(5) == 0
            ? pick(" ", "\t", "", ":") + name + pick("", " ", "\t", "=") + value
            : spoilt(name) + ": " + value;
    String body = name.startsWith("T") ? chunk(hidden()) + "0\r\n\r\n" : hidden();
    return name.length() > 10 && !name.equals("Connection")
        ? message(line + "\r\n", body)
        : get(line + "\r\n");
  }

  private String fieldValues() {
    String line = pick("X-A", "Cookie", "Connection", "TE", "Expect", "Upgrade", "X_Y", "Trailer");
    String value = pick("b", "b, c", "\"b\"", "100-continue", "close", "content-length");
    return switch (random.nextInt(3)) {
      case 0 -> get(line + ": " + spoilt(value) + "\r\n");
      case 1 -> message(line + ":" + spoilt(value) + odd() + "\r\n" + length(hidden()), hidden());
      default ->
          get(line + ": " + value + pick("\r\n ", "\r\n\t", "\r", "\n", "\0") + value + "\r\n");
    };
  }

  private String hosts() {
    String host =
        switch (random.nextInt(4)) {
          case 0 -> spoilt("a.example");
          case 1 ->
              pick("a:b", "a:99999", "a:-1", "[::1", "::1", "a..b", ".a", "a/b", "u@a", "a:80:80");
          case 2 -> "a\r\n" + cased("host") + ": " + pick("a", "b", "");
          default -> "[" + spoilt("::1") + "]" + pick("", ":80", "x", ":");
        };
    return "GET " + path() + " HTTP/1.1\r\nHost: " + host + "\r\n\r\n";
  }

  private String methods() {
    String method =
        random.nextInt(4) == 0
            ? pick("", " ", "CONNECT", "TRACE", "PRI")
            : spoilt(pick("GET", "POST"));
    return method + " " + path() + " HTTP/1.1\r\nHost: a\r\n\r\n";
  }

  private String targets() {
    String target =
        switch (random.nextInt(5)) {
          case 0 ->
              random.nextBoolean()
                  ? path() + spoilt("ab")
                  : "/" + spoilt("votes") + "/p" + number + "/";
          case 1 -> path() + "?" + spoilt("a=b");
          case 2 -> "http://" + spoilt("a") + path();
          case 3 ->
              "/votes/x"
                  + pick("%00", "%2f", "%5c", "/%2e%2e", "/..;", "%", "%zz", "%252e", "\\", "//")
                  + path().substring(6);
          default ->
              pick("votes", "*", "http:", "http://", "//", "a:80", "https:///", "ftp://a", "?")
                  + pick("", path(), " " + path());
        };
    return "GET " + target + " HTTP/1.1\r\nHost: a\r\n\r\n";
  }

  private String versions() {
    String version =
        switch (random.nextInt(3)) {
          case 0 -> spoilt("HTTP/1.1");
          case 1 -> "HTTP/" + random.nextInt(4) + "." + random.nextInt(12);
          default -> pick("", "HTTP", "HTTP/1", "http/1.1", "HTTP/1.1 ", " HTTP/1.1", "HTTP/1.1\t");
        };
    String fields = random.nextBoolean() ? CHUNKED : length(hidden());
    String body = fields.equals(CHUNKED) ? chunk(hidden()) + "0\r\n\r\n" : hidden();
    return "POST " + path() + " " + version + "\r\nHost: a\r\n" + fields + "\r\n" + body;
  }

  /** A valid request in front of one of another family. */
  private String pipelined() {
    List<Maker> behind =
        List.of(
            this::lengths,
            this::encodings,
            this::both,
            this::chunkLines,
            this::lineEnds,
            this::leadingBytes,
            this::fieldNames,
            this::versions);
    return get("") + behind.get(random.nextInt(behind.size())).make();
  }
}
