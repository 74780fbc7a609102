package dev.headwater.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Unusual but valid messages (FAULTS.md A22): strictness that blocks them would be a fault too. */
class ITUnusualRequests {
  private static RawUpstream upstream;
  private static RunningGateway gateway;

  @BeforeAll
  static void start() throws Exception {
    upstream =
        new RawUpstream(
            peer -> {
              for (String head = peer.request(); head != null; head = peer.request()) {
                int length = 0;
                for (String line : head.split("\r\n")) {
                  if (line.startsWith("Content-Length: ")) {
                    length = Integer.parseInt(line.substring(16));
                  }
                }
                peer.read(length);
                if (head.contains("Transfer-Encoding: chunked")) {
                  for (String line = ITBodies.line(peer.socket().getInputStream());
                      !line.equals("0");
                      line = ITBodies.line(peer.socket().getInputStream())) {
                    peer.read(Integer.parseInt(line, 16) + 2);
                  }
                  while (!ITBodies.line(peer.socket().getInputStream()).isEmpty()) {
                    // Trailers.
                  }
                }
                peer.send(RawUpstream.OK.replace("ok", head.startsWith("HEAD") ? "" : "ok"));
              }
            });
    gateway = RunningGateway.of(Configurations.to(upstream.port()));
  }

  @AfterAll
  static void stop() throws Exception {
    gateway.close();
    upstream.close();
  }

  @BeforeEach
  void forget() {
    upstream.forget();
  }

  private static String get(String target, String... fields) {
    return request("GET " + target + " HTTP/1.1", fields);
  }

  private static String request(String line, String... fields) {
    StringBuilder all = new StringBuilder(line).append("\r\nHost: a\r\n");
    for (String field : fields) {
      all.append(field).append("\r\n");
    }
    return all.append("\r\n").toString();
  }

  private static String put(String body, String... fields) {
    return request("PUT / HTTP/1.1", fields) + body;
  }

  static Stream<String> valid() {
    String chunked = "Transfer-Encoding: chunked";
    return Stream.of(
        "\r\n" + get("/"),
        get("/?"),
        get("/?a=b&&=;?/:@"),
        get("/a;b=c;d/e,f"),
        get("/~a/b-c_d.e"),
        get("/a%20b%C3%A4"),
        get("/a+b=c@d:e!$&'()*"),
        get("/.well-known/acme-challenge/x"),
        get("/..."),
        get("/a.."),
        get("/a/b/../c"),
        get("//a"),
        get("http://a/b?c"),
        get("HTTP://A:80/b"),
        get("https://a"),
        get("/" + "a".repeat(8000)),
        request("OPTIONS * HTTP/1.1"),
        request("M-SEARCH / HTTP/1.1"),
        request("get / HTTP/1.1"),
        request("PROPFIND / HTTP/1.1"),
        request("!#$%&'*+-.^_`|~ / HTTP/1.1"),
        request("DELETE / HTTP/1.1", "Content-Length: 0"),
        get("/", "A:"),
        get("/", "A:b"),
        get("/", "A:\t b \t"),
        get("/", "A: \u00e4\u00ff\u0080"),
        get("/", "A: \"quoted, \\\" text\""),
        get("/", "!#$%&'*+-.^_`|~09azAZ: b"),
        get("/", "Cookie: a=b", "Cookie: c=d"),
        get("/", "CONNECTION: Keep-Alive"),
        get("/", "Connection: ,,keep-alive,"),
        get("/", "Connection: Upgrade", "Upgrade: websocket"),
        get("/", "Accept: text/html;q=0.9, */*"),
        get("/", "X: " + "y".repeat(20_000)),
        get("/", "TE: trailers, deflate;q=0.5"),
        get("/", "x_y: z"),
        get("/", "Content-Length: 0"),
        "GET / HTTP/1.1\r\nhOsT:A.Example.:8080\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: [::1]:80\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: 192.0.2.1\r\n\r\n",
        "GET / HTTP/1.1\r\nHost:\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: a_b.example\r\n\r\n",
        "GET / HTTP/1.1\r\nA: b\r\nHost: a\r\n\r\n",
        "GET / HTTP/1.0\r\nHost: a\r\nConnection: keep-alive\r\n\r\n",
        put("hello", "Content-Length: 5"),
        put("hello", "content-length:005"),
        put("5\r\nhello\r\n0\r\n\r\n", chunked),
        put("5\r\nhello\r\n0\r\n\r\n", "transfer-ENCODING: Chunked"),
        put("05;a\r\nhello\r\n000\r\n\r\n", chunked),
        put("5;a=\"b;c\\\"\";d\r\nhello\r\n0;e\r\n\r\n", chunked),
        put("1\r\na\r\nA\r\n0123456789\r\n0\r\nT: u\r\nV:\r\n\r\n", chunked),
        put("0\r\n\r\n", chunked),
        get("/", "Content-Length: 2").concat("ab"));
  }

  @ParameterizedTest
  @MethodSource("valid")
  @FaultRow("A22")
  void valid_isForwarded_andTheConnectionGoesOn(String request) throws Exception {
    try (RawClient client = gateway.connect()) {
      client.send(request);
      assertThat(client.response()).startsWith("HTTP/1.1 200 OK\r\n").endsWith("\r\n\r\nok");
      client.send(get("/next"));
      assertThat(client.response()).endsWith("\r\n\r\nok");
    }
    upstream.request();
    assertThat(upstream.request()).startsWith("GET /next HTTP/1.1\r\n");
    assertThat(upstream.waiting()).isZero();
  }

  @ParameterizedTest
  @MethodSource("valid")
  @FaultRow("A22")
  void valid_byteByByte_isForwardedTheSame(String request) throws Exception {
    if (request.length() > 1000) {
      return;
    }
    try (RawClient client = gateway.connect()) {
      for (int i = 0; i < request.length(); i++) {
        client.send(request.substring(i, i + 1));
      }
      assertThat(client.response()).startsWith("HTTP/1.1 200 OK\r\n").endsWith("\r\n\r\nok");
    }
  }
}
