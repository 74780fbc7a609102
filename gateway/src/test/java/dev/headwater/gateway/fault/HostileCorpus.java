package dev.headwater.gateway.fault;

import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

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

  /**
   * One payload.
   *
   * @param number unique
   * @param meant most requests that its client can have meant
   */
  public record Payload(String family, int number, String bytes, int meant) {}

  private final Mutations mutations;
  private final Map<String, Payload> made = new LinkedHashMap<>();
  private int number;

  private HostileCorpus(long seed) {
    mutations = new Mutations(seed);
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

  /** A valid message of a random kind. */
  private String valid() {
    return switch (mutations.below(4)) {
      case 0 -> get("X-A: b\r\nX-B: c\r\n");
      case 1 -> message(length(hidden()) + "X-A: b\r\n", hidden());
      case 2 ->
          message(
              Mutations.CHUNKED + "X-A: b\r\n",
              Mutations.chunk("hello") + Mutations.chunk(hidden()) + "0\r\n\r\n");
      default -> message(Mutations.CHUNKED, Mutations.chunk(hidden()) + "0\r\nX-T: u\r\n\r\n");
    };
  }

  // The families.

  private String lengths() {
    return message(mutations.lengths(hidden().length()), hidden());
  }

  private String encodings() {
    String name =
        mutations.below(4) == 0 ? mutations.spoilt("Transfer-Encoding") : "Transfer-Encoding";
    String body = Mutations.chunk("hello") + "0\r\n\r\n" + hidden();
    return message(name + ": " + mutations.encoding() + "\r\n", body);
  }

  private String both() {
    String body =
        mutations.either() ? "0\r\n\r\n" + hidden() : Mutations.chunk(hidden()) + "0\r\n\r\n";
    return message(mutations.both(body.length()), body);
  }

  private String chunkLines() {
    return message(Mutations.CHUNKED, mutations.chunks(hidden()));
  }

  private String trailers() {
    return message(Mutations.CHUNKED, Mutations.chunk(hidden()) + mutations.trailers());
  }

  private String lineEnds() {
    return mutations.lineEnd(valid());
  }

  private String leadingBytes() {
    StringBuilder before = new StringBuilder();
    for (int i = 1 + mutations.below(3); i > 0; i--) {
      before.append(mutations.below(3) == 0 ? "\r\n" : mutations.odd());
    }
    return before + get("X-A: b\r\n");
  }

  private String fieldNames() {
    String name =
        mutations.pick("Content-Length", "Transfer-Encoding", "Host", "X-A", "Connection");
    String value =
        switch (name) {
          case "Content-Length" -> Integer.toString(hidden().length());
          case "Transfer-Encoding" -> "chunked";
          default -> "b";
        };
    String line =
        mutations.below(5) == 0
            ? mutations.pick(" ", "\t", "", ":") + name + mutations.pick("", " ", "\t", "=") + value
            : mutations.spoilt(name) + ": " + value;
    String body = name.startsWith("T") ? Mutations.chunk(hidden()) + "0\r\n\r\n" : hidden();
    return name.length() > 10 && !name.equals("Connection")
        ? message(line + "\r\n", body)
        : get(line + "\r\n");
  }

  private String fieldValues() {
    String line =
        mutations.pick("X-A", "Cookie", "Connection", "TE", "Expect", "Upgrade", "X_Y", "Trailer");
    String value = mutations.pick("b", "b, c", "\"b\"", "100-continue", "close", "content-length");
    return switch (mutations.below(3)) {
      case 0 -> get(line + ": " + mutations.spoilt(value) + "\r\n");
      case 1 ->
          message(
              line + ":" + mutations.spoilt(value) + mutations.odd() + "\r\n" + length(hidden()),
              hidden());
      default ->
          get(
              line
                  + ": "
                  + value
                  + mutations.pick("\r\n ", "\r\n\t", "\r", "\n", "\0")
                  + value
                  + "\r\n");
    };
  }

  private String hosts() {
    String host =
        switch (mutations.below(4)) {
          case 0 -> mutations.spoilt("a.example");
          case 1 ->
              mutations.pick(
                  "a:b", "a:99999", "a:-1", "[::1", "::1", "a..b", ".a", "a/b", "u@a", "a:80:80");
          case 2 -> "a\r\n" + mutations.cased("host") + ": " + mutations.pick("a", "b", "");
          default -> "[" + mutations.spoilt("::1") + "]" + mutations.pick("", ":80", "x", ":");
        };
    return "GET " + path() + " HTTP/1.1\r\nHost: " + host + "\r\n\r\n";
  }

  private String methods() {
    String method =
        mutations.below(4) == 0
            ? mutations.pick("", " ", "CONNECT", "TRACE", "PRI")
            : mutations.spoilt(mutations.pick("GET", "POST"));
    return method + " " + path() + " HTTP/1.1\r\nHost: a\r\n\r\n";
  }

  private String targets() {
    String target =
        switch (mutations.below(5)) {
          case 0 ->
              mutations.either()
                  ? path() + mutations.spoilt("ab")
                  : "/" + mutations.spoilt("votes") + "/p" + number + "/";
          case 1 -> path() + "?" + mutations.spoilt("a=b");
          case 2 -> "http://" + mutations.spoilt("a") + path();
          case 3 ->
              "/votes/x"
                  + mutations.pick(
                      "%00", "%2f", "%5c", "/%2e%2e", "/..;", "%", "%zz", "%252e", "\\", "//")
                  + path().substring(6);
          default ->
              mutations.pick(
                      "votes", "*", "http:", "http://", "//", "a:80", "https:///", "ftp://a", "?")
                  + mutations.pick("", path(), " " + path());
        };
    return "GET " + target + " HTTP/1.1\r\nHost: a\r\n\r\n";
  }

  private String versions() {
    String version =
        switch (mutations.below(3)) {
          case 0 -> mutations.spoilt("HTTP/1.1");
          case 1 -> "HTTP/" + mutations.below(4) + "." + mutations.below(12);
          default ->
              mutations.pick(
                  "", "HTTP", "HTTP/1", "http/1.1", "HTTP/1.1 ", " HTTP/1.1", "HTTP/1.1\t");
        };
    String fields = mutations.either() ? Mutations.CHUNKED : length(hidden());
    String body =
        fields.equals(Mutations.CHUNKED) ? Mutations.chunk(hidden()) + "0\r\n\r\n" : hidden();
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
    return get("") + behind.get(mutations.below(behind.size())).make();
  }
}
