package dev.headwater.gateway.fault;

import java.util.List;
import java.util.stream.Stream;

/**
 * Messages that are valid by the letter of RFC 9112 and 9110 and that hardly anybody sends: whoever
 * refuses one of them is strict in the wrong place. All ask for something below {@code /votes/}.
 */
public final class UnusualCorpus {
  private UnusualCorpus() {}

  /**
   * One payload.
   *
   * @param requests how many it holds
   * @param body of the last one
   */
  public record Payload(String family, String bytes, int requests, String body) {}

  private static final String CHUNKED = "Transfer-Encoding: chunked\r\n";

  private static Payload get(String family, String target, String... fields) {
    return line(family, "GET " + target + " HTTP/1.1", fields);
  }

  private static Payload line(String family, String line, String... fields) {
    return head(family, line + "\r\nHost: a\r\n" + lines(fields) + "\r\n");
  }

  private static Payload head(String family, String head) {
    return new Payload(family, head, 1, "");
  }

  private static Payload field(String family, String... fields) {
    return get(family, "/votes/1", fields);
  }

  private static String lines(String... fields) {
    return fields.length == 0 ? "" : String.join("\r\n", fields) + "\r\n";
  }

  private static String post(String fields, String body) {
    return "POST /votes/1 HTTP/1.1\r\nHost: a\r\n" + fields + "\r\n" + body;
  }

  private static Payload body(String family, String fields, String framed) {
    return new Payload(family, post(fields, framed), 1, "hello");
  }

  private static Payload chunks(String framed) {
    return body("chunks", CHUNKED, framed);
  }

  /** All of them, family by family. */
  public static List<Payload> all() {
    return Stream.of(
            letters(),
            order(),
            values(),
            white(),
            chunks(),
            framing(),
            targets(),
            lines(),
            pipelines(),
            interim())
        .flatMap(family -> family)
        .toList();
  }

  private static Stream<Payload> letters() {
    return Stream.of(
        head("case", "GET /votes/1 HTTP/1.1\r\nhOsT: A.Example\r\n\r\n"),
        head("case", "GET /votes/1 HTTP/1.1\r\nHOST: a\r\n\r\n"),
        field("case", "CONNECTION: Keep-Alive"),
        field("case", "connection: CLOSE, keep-alive"),
        body("case", "content-LENGTH: 5\r\n", "hello"),
        body("case", "TRANSFER-encoding: CHUNKED\r\n", "5\r\nhello\r\n0\r\n\r\n"),
        line("case", "get /votes/1 HTTP/1.1"));
  }

  private static Stream<Payload> order() {
    return Stream.of(
        head("order", "GET /votes/1 HTTP/1.1\r\nX-A: b\r\nHost: a\r\n\r\n"),
        head("order", "GET /votes/1 HTTP/1.1\r\nX-A: b\r\nX-C: d\r\nX-A: e\r\nHost: a\r\n\r\n"),
        body("order", "Content-Length: 5\r\nX-A: b\r\n", "hello"),
        body("order", "X-A: b\r\n" + CHUNKED + "X-C: d\r\n", "5\r\nhello\r\n0\r\n\r\n"),
        field("order", "Cookie: a=b", "X-A: b", "Cookie: c=d"));
  }

  private static Stream<Payload> values() {
    return Stream.of(
        field("values", "X-A:"),
        field("values", "X-A: ", "X-B:\t"),
        head("values", "GET /votes/1 HTTP/1.1\r\nHost:\r\n\r\n"),
        field("values", "Cookie:"),
        field("values", "X-A: \u00e4\u00ff\u0080"),
        field("values", "X-A: \"quoted, \\\" text\" (comment)"),
        field("values", "X-A: " + "y".repeat(20_000)),
        field("values", "Accept: text/html;q=0.9, */*;q=0.1,,"),
        field("values", "!#$%&'*+-.^_`|~09azAZ: b"),
        field("values", "Connection: ,,keep-alive,"),
        field("values", "TE: trailers, deflate;q=0.5"),
        field("values", "Upgrade: h3, websocket", "Connection: x-unknown"));
  }

  private static Stream<Payload> white() {
    return Stream.of(
        field("white space", "X-A:b"),
        field("white space", "X-A:\t b \t"),
        head("white space", "\r\nGET /votes/1 HTTP/1.1\r\nHost: a\r\n\r\n"),
        body("white space", "Content-Length:5\r\n", "hello"),
        body("white space", "Content-Length: \t 5 \t \r\n", "hello"),
        body("white space", "Transfer-Encoding:\tchunked \r\n", "5\r\nhello\r\n0\r\n\r\n"));
  }

  private static Stream<Payload> chunks() {
    return Stream.of(
        chunks("5;ext\r\nhello\r\n0\r\n\r\n"),
        chunks("5;ext=" + "x".repeat(250) + "\r\nhello\r\n0;" + "y".repeat(254) + "\r\n\r\n"),
        chunks("5 ; a = b ; c\r\nhello\r\n0\r\n\r\n"),
        chunks("5;a=\"b;c\\\"\";d\r\nhello\r\n0;e\r\n\r\n"),
        chunks("0005\r\nhello\r\n0000\r\n\r\n"),
        chunks("1\r\nh\r\n1\r\ne\r\n3\r\nllo\r\n0\r\n\r\n"),
        chunks("5\r\nhello\r\n0\r\nX-T: u\r\nX-V:\r\n\r\n"),
        new Payload("chunks", post(CHUNKED, "A\r\n0123456789\r\n0\r\n\r\n"), 1, "0123456789"),
        new Payload("chunks", post(CHUNKED, "0\r\n\r\n"), 1, ""),
        new Payload("chunks", post(CHUNKED, "4\r\n\r\n\r\n\r\n0\r\n\r\n"), 1, "\r\n\r\n"));
  }

  private static Stream<Payload> framing() {
    String smuggler = "GET /votes/2 HTTP/1.1\r\nHost: a\r\n\r\n";
    return Stream.of(
        body("framing", "Content-Length: 005\r\n", "hello"),
        new Payload("framing", post("Content-Length: 0\r\n", ""), 1, ""),
        new Payload("framing", post("", ""), 1, ""),
        new Payload(
            "framing",
            "GET /votes/1 HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhello",
            1,
            "hello"),
        new Payload(
            "framing",
            post("Content-Length: " + smuggler.length() + "\r\n", smuggler),
            1,
            smuggler),
        new Payload(
            "framing",
            "POST /votes/1 HTTP/1.0\r\nHost: a\r\nContent-Length: 5\r\n\r\nhello",
            1,
            "hello"));
  }

  private static Stream<Payload> targets() {
    return Stream.of(
        get("targets", "http://a/votes/1?b=c"),
        get("targets", "HTTP://A:80/votes/1"),
        get("targets", "https://a/votes/1"),
        get("targets", "http://other.example:8080/votes/1"),
        get("targets", "http://[::1]:80/votes/1"),
        get("targets", "/votes/?"),
        get("targets", "/votes/1?a=b&&=;?/:@"),
        get("targets", "/votes/a;b=c;d/e,f"),
        get("targets", "/votes/a%20b%C3%A4"),
        get("targets", "/votes/a+b=c@d:e!$&'()*"),
        get("targets", "/votes/..."),
        get("targets", "/votes/~a/b-c_d.e/.well-known"),
        get("targets", "/votes/" + "a".repeat(7_900)));
  }

  private static Stream<Payload> lines() {
    return Stream.of(
        line("methods", "M-SEARCH /votes/1 HTTP/1.1"),
        line("methods", "PROPFIND /votes/1 HTTP/1.1"),
        line("methods", "!#$%&'*+-.^_`|~ /votes/1 HTTP/1.1"),
        line("methods", "DELETE /votes/1 HTTP/1.1", "Content-Length: 0"),
        line("methods", "OPTIONS /votes/1 HTTP/1.1"),
        head("versions", "GET /votes/1 HTTP/1.0\r\n\r\n"),
        head("versions", "GET /votes/1 HTTP/1.0\r\nHost: a\r\nConnection: keep-alive\r\n\r\n"),
        head("hosts", "GET /votes/1 HTTP/1.1\r\nHost: [2001:DB8::1]:80\r\n\r\n"),
        head("hosts", "GET /votes/1 HTTP/1.1\r\nHost: 192.0.2.1\r\n\r\n"),
        head("hosts", "GET /votes/1 HTTP/1.1\r\nHost: A_b.Example.:8080\r\n\r\n"),
        head("hosts", "GET /votes/1 HTTP/1.1\r\nHost: a:\r\n\r\n"));
  }

  private static Stream<Payload> pipelines() {
    String get = "GET /votes/1 HTTP/1.1\r\nHost: a\r\n\r\n";
    String chunked = post(CHUNKED, "5;x\r\nhello\r\n0\r\n\r\n");
    String counted = post("Content-Length: 5\r\n", "hello");
    return Stream.of(
        new Payload("pipelining", get + get, 2, ""),
        new Payload("pipelining", get.repeat(50), 50, ""),
        new Payload("pipelining", counted + get + chunked, 3, "hello"),
        new Payload("pipelining", chunked + chunked + counted, 3, "hello"),
        new Payload("pipelining", get + "\r\n" + get + "\r\n" + counted, 3, "hello"));
  }

  private static Stream<Payload> interim() {
    return Stream.of(
        body("1xx", "Expect: 100-continue\r\nContent-Length: 5\r\n", "hello"),
        body("1xx", "expect: 100-Continue\r\n" + CHUNKED, "5\r\nhello\r\n0\r\n\r\n"),
        field("1xx", "X-Interim: 103"),
        field("1xx", "X-Interim: 102"),
        new Payload("1xx", post("X-Interim: 103\r\nContent-Length: 5\r\n", "hello"), 1, "hello"));
  }
}
