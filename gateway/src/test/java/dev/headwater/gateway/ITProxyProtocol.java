package dev.headwater.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The PROXY protocol on listeners: 127.0.0.1 is the proxy in front, 127.0.0.2 a stranger. */
@Timeout(60)
class ITProxyProtocol {
  private static final String PROXY = "127.0.0.1";
  private static final String STRANGER = "127.0.0.2";
  private static final String TRACE = "0af7651916cd43dd8448eb211c80319c";
  private static final String LINE = "PROXY TCP4 %s 203.0.113.10 4711 443\r\n";
  private static final byte[] LOCAL = HexFormat.of().parseHex("0d0a0d0a000d0a515549540a20000000");
  private static final byte[] BINARY =
      HexFormat.of().parseHex("0d0a0d0a000d0a515549540a2111000cc6336407cb00710a126701bb");

  @TempDir static Path folder;

  private static TestCertificates authority;
  private static RawUpstream upstream;
  private static RunningGateway gateway;

  @BeforeAll
  static void start() throws Exception {
    authority = TestCertificates.in(folder);
    authority.names("edge", "edge.example.com");
    upstream = RawUpstream.answering(RawUpstream.OK);
    gateway =
        RunningGateway.of(
            """
            listeners:
              - name: web
                address: "127.0.0.1:0"
                proxyProtocol: {from: [127.0.0.1]}
                forwarded: {trusted: [127.0.0.0/8, 192.0.2.0/24]}
                trace: {trusted: [127.0.0.0/8, 192.0.2.0/24]}
                limits: {headTimeout: 500ms}
              - name: secure
                address: "127.0.0.1:0"
                tls: {certificates: [{certificate: edge.crt, key: edge.key}]}
                proxyProtocol: {from: [127.0.0.1]}
              - name: plain
                address: "127.0.0.1:0"
            upstreams: [{name: app, endpoints: ["http://127.0.0.1:%d"]}]
            routes: [{name: all, to: [{upstream: app}]}]
            tracing: {sampling: {rate: 0}, store: {}}
            """
                .formatted(upstream.port()),
            folder);
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

  private static String get(String headers) {
    return "GET / HTTP/1.1\r\nHost: edge.example.com\r\n" + headers + "\r\n";
  }

  static List<byte[]> headersThatName() {
    return List.of(LINE.formatted("198.51.100.7").getBytes(), BINARY);
  }

  @ParameterizedTest
  @MethodSource("headersThatName")
  void clientThatIsNamed_isToldToTheUpstream_forEveryRequest(byte[] header) throws Exception {
    try (RawClient client = gateway.connect("web", PROXY)) {
      client.send(header);
      for (int i = 0; i < 2; i++) {
        client.send(get("X-Forwarded-For: 1.2.3.4\r\n"));
        assertThat(client.response()).startsWith("HTTP/1.1 200 ");
        assertThat(upstream.request())
            .contains("X-Forwarded-For: 198.51.100.7\r\n")
            .contains("X-Real-IP: 198.51.100.7\r\n")
            .doesNotContain("127.0.0.1")
            .doesNotContain("1.2.3.4");
      }
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 5, 13, 20})
  void headerThatComesInPieces_isRead(int cut) throws Exception {
    byte[] header = LINE.formatted("198.51.100.7").getBytes();
    try (RawClient client = gateway.connect("web", PROXY)) {
      client.send(java.util.Arrays.copyOf(header, cut));
      client.send(java.util.Arrays.copyOfRange(header, cut, header.length));
      client.send(get(""));
      assertThat(client.response()).startsWith("HTTP/1.1 200 ");
    }
    assertThat(upstream.request()).contains("X-Real-IP: 198.51.100.7\r\n");
  }

  @Test
  void localConnection_isThePeersOwn() throws Exception {
    try (RawClient client = gateway.connect("web", PROXY)) {
      client.send(LOCAL);
      client.send(get(""));
      assertThat(client.response()).startsWith("HTTP/1.1 200 ");
    }
    assertThat(upstream.request()).contains("X-Real-IP: 127.0.0.1\r\n");
  }

  @ParameterizedTest
  @CsvSource({
    "'GET / HTTP/1.1\r\nHost: a\r\n\r\n', proxy_header_missing",
    "'PROXY TCP4 1 2 3 4\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n', proxy_header",
  })
  void peerThatHasToSendOne_isClosedWithoutAnAnswer(String bytes, String reason) throws Exception {
    long before = gateway.failures("accept", reason);
    try (RawClient client = gateway.connect("web", PROXY)) {
      client.send(bytes);
      assertThat(client.rest()).doesNotContain("HTTP/1.1");
    }
    assertThat(gateway.failures("accept", reason)).isEqualTo(before + 1);
    assertThat(upstream.waiting()).isZero();
  }

  @Test
  void headerThatStalls_isClosedAtTheHeadTimer() throws Exception {
    long before = gateway.failures("accept", "handshake_timeout");
    try (RawClient client = gateway.connect("web", PROXY)) {
      client.send("PROXY TCP4 ");
      assertThat(client.rest()).isEmpty();
    }
    assertThat(gateway.failures("accept", "handshake_timeout")).isEqualTo(before + 1);
  }

  @ParameterizedTest
  @CsvSource({"web, " + STRANGER, "plain, " + PROXY})
  void headerOfAnybodyElse_isAMalformedRequest(String listener, String from) throws Exception {
    try (RawClient client = gateway.connect(listener, from)) {
      client.send(LINE.formatted("192.0.2.7") + get(""));
      assertThat(client.rest()).startsWith("HTTP/1.1 400 ");
    }
    assertThat(upstream.waiting()).isZero();
  }

  @Test
  void stranger_isServedWithoutOne() throws Exception {
    try (RawClient client = gateway.connect("web", STRANGER)) {
      client.send(get(""));
      assertThat(client.response()).startsWith("HTTP/1.1 200 ");
    }
    assertThat(upstream.request()).contains("X-Real-IP: 127.0.0.2\r\n");
  }

  /** Trust needs the peer and everybody that it, or the client that it names, names in turn. */
  @FaultRow("T8")
  @ParameterizedTest
  @CsvSource({
    "192.0.2.7, , true, 192.0.2.7",
    "198.51.100.7, , false, 198.51.100.7",
    "192.0.2.7, 192.0.2.9, true, '192.0.2.9,192.0.2.7'",
    "192.0.2.7, 198.51.100.9, false, '198.51.100.9,192.0.2.7'",
    "198.51.100.7, 192.0.2.9, false, 198.51.100.7",
  })
  void traceIsContinued_onlyWhereAllWhoAreNamedAreListed(
      String named, String forwarded, boolean trusted, String forwardedFor) throws Exception {
    try (RawClient client = gateway.connect("web", PROXY)) {
      client.send(LINE.formatted(named));
      client.send(
          get(
              (forwarded == null ? "" : "X-Forwarded-For: " + forwarded + "\r\n")
                  + "b3: "
                  + TRACE
                  + "-b7ad6b7169203331-1\r\n"));
      assertThat(client.response()).startsWith("HTTP/1.1 200 ");
    }
    String head = upstream.request();
    assertThat(new SeenHead(head).sampled()).isEqualTo(trusted);
    assertThat(head.replace(", ", ",")).contains("X-Forwarded-For: " + forwardedFor + "\r\n");
  }

  @Test
  void headerInFrontOfTls_namesTheClient() throws Exception {
    int port = gateway.gateway().addresses().get("secure").port();
    try (Socket tcp = new Socket("127.0.0.1", port, InetAddress.getByName(PROXY), 0)) {
      tcp.setSoTimeout(10_000);
      tcp.getOutputStream().write(LINE.formatted("198.51.100.7").getBytes());
      SSLSocket tls =
          (SSLSocket)
              authority
                  .clientContext()
                  .getSocketFactory()
                  .createSocket(tcp, "edge.example.com", port, true);
      RawClient client = new RawClient(tls);
      client.send(get(""));
      assertThat(client.response()).startsWith("HTTP/1.1 200 ");
    }
    assertThat(upstream.request())
        .contains("X-Real-IP: 198.51.100.7\r\n")
        .contains("X-Forwarded-Proto: https\r\n");
  }
}
