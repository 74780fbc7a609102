package dev.headwater.gateway;

import static java.nio.file.StandardCopyOption.REPLACE_EXISTING;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.headwater.gateway.fault.Dial;
import dev.headwater.gateway.fault.Http2Client;
import dev.headwater.gateway.metrics.Phase;
import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSocket;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.LoggerFactory;

/** TLS on a listener, the same whatever speaks it. */
@Timeout(120)
abstract class TlsContract {
  @TempDir Path folder;

  private TestCertificates authority;
  private RawUpstream upstream;
  private @Nullable RunningGateway running;

  /** Word of the configuration. */
  abstract String provider();

  @BeforeEach
  void start() throws Exception {
    authority = TestCertificates.in(folder);
    authority.names("first", "first.example.com", "also.example.com");
    authority.names("wild", "*.wild.example.com", "wild.example.com");
    authority.names("deep", "a.wild.example.com");
    upstream = RawUpstream.answering(RawUpstream.OK);
  }

  @AfterEach
  void stop() throws Exception {
    if (running != null) {
      running.close();
    }
    upstream.close();
  }

  private static final String CERTIFICATES =
      "certificates: [{certificate: first.crt, key: first.key},"
          + " {certificate: wild.crt, key: wild.key}, {certificate: deep.crt, key: deep.key}]";

  private RunningGateway gateway(String tls) {
    return gateway(tls, "");
  }

  private RunningGateway gateway(String tls, String listener) {
    running = RunningGateway.of(configuration(tls, listener), folder);
    return running;
  }

  private String configuration(String tls, String listener) {
    return """
    listeners:
      - name: web
        address: "127.0.0.1:0"
        tls: {%s, %s, provider: %s}
        %s
    upstreams: [{name: app, endpoints: ["http://127.0.0.1:%d"]}]
    routes: [{name: all, to: [{upstream: app}]}]
    tracing: {store: {}}
    """
        .formatted(CERTIFICATES, tls, provider(), listener, upstream.port());
  }

  private SSLSocket dial(@Nullable String name, String... protocols) throws Exception {
    return dial(authority.clientContext(), name, protocols);
  }

  private SSLSocket dial(SSLContext trust, @Nullable String name, String... protocols)
      throws Exception {
    return Dial.tls(running.port(), trust, name, protocols);
  }

  private static String subject(SSLSocket socket) throws Exception {
    X509Certificate shown = (X509Certificate) socket.getSession().getPeerCertificates()[0];
    return shown.getSubjectX500Principal().getName();
  }

  private static RawClient get(Socket socket, String host) throws IOException {
    return new RawClient(socket).send("GET / HTTP/1.1\r\nHost: " + host + "\r\n\r\n");
  }

  @ParameterizedTest
  @CsvSource({
    "first.example.com, CN=first",
    "also.example.com, CN=first",
    "FIRST.example.COM, CN=first",
    "wild.example.com, CN=wild",
    "b.wild.example.com, CN=wild",
    "a.wild.example.com, CN=deep",
    "c.b.wild.example.com, CN=first",
    "unknown.example.org, CN=first",
    ", CN=first",
  })
  void certificate_isThatOfTheMostSpecificName_orTheFirst(@Nullable String name, String subject)
      throws Exception {
    gateway("strict: false");
    try (SSLSocket socket = dial(name)) {
      assertThat(subject(socket)).isEqualTo(subject);
      String host = name == null ? "first.example.com" : name;
      assertThat(get(socket, host).response()).startsWith("HTTP/1.1 200 ").endsWith("ok");
      assertThat(upstream.request()).contains("X-Forwarded-Proto: https\r\n");
    }
  }

  @Test
  void otherNames_areTurnedAwayWithAnAlert_whereItIsStrict() throws Exception {
    gateway("strict: true");
    for (String name : Arrays.asList("unknown.example.org", null)) {
      assertThatThrownBy(() -> dial(name))
          .isInstanceOf(SSLException.class)
          .hasMessageContaining("unrecognized_name");
    }
    try (SSLSocket socket = dial("b.wild.example.com")) {
      assertThat(subject(socket)).isEqualTo("CN=wild");
    }
    Await.until("both are counted", () -> running.failures("accept", "unrecognized_name") == 2);
  }

  @FaultRow("D6")
  @ParameterizedTest
  @CsvSource({
    "first.example.com, also.example.com, 200",
    "b.wild.example.com, x.wild.example.com, 200",
    "first.example.com, FIRST.example.com:443, 200",
    "first.example.com, unknown.example.org, 200",
    ", first.example.com, 200",
    "first.example.com, b.wild.example.com, 421",
    "b.wild.example.com, first.example.com, 421",
    "b.wild.example.com, a.wild.example.com, 421",
    "b.wild.example.com, unknown.example.org, 421",
    ", b.wild.example.com, 421",
  })
  void hostOfAnotherCertificate_isMisdirected(@Nullable String name, String host, int status)
      throws Exception {
    gateway("strict: false");
    try (SSLSocket socket = dial(name)) {
      RawClient client = get(socket, host);
      assertThat(client.response()).startsWith("HTTP/1.1 " + status + " ");
      if (status == 421) {
        assertThat(client.rest()).isEmpty();
        assertThat(upstream.waiting()).isZero();
        assertThat(running.failures("accept", "misdirected")).isEqualTo(1);
        assertThat(running.trace(0).get(0).tags())
            .containsEntry("http.status_code", "421")
            .containsEntry("tls.version", "1.3");
      }
    }
  }

  @ParameterizedTest
  @CsvSource({
    "1.2, TLSv1.2, true",
    "1.2, TLSv1.3, true",
    "1.3, TLSv1.3, true",
    "1.3, TLSv1.2, false"
  })
  void versions_areThoseFromTheMinimumOn(String minimum, String version, boolean spoken)
      throws Exception {
    gateway("minimum: \"" + minimum + "\"");
    try (SSLSocket socket = limited(version)) {
      if (spoken) {
        socket.startHandshake();
        assertThat(socket.getSession().getProtocol()).isEqualTo(version);
        assertThat(socket.getSession().getCipherSuite()).contains("GCM");
        assertThat(get(socket, "first.example.com").response()).startsWith("HTTP/1.1 200 ");
      } else {
        assertThatThrownBy(socket::startHandshake).isInstanceOf(SSLException.class);
        Await.until("it is counted", () -> running.failures("accept", "tls_handshake") == 1);
      }
    }
  }

  private SSLSocket limited(String version) throws Exception {
    SSLSocket socket =
        (SSLSocket)
            authority
                .clientContext()
                .getSocketFactory()
                .createSocket(Dial.tcp(running.port()), "127.0.0.1", running.port(), true);
    socket.setEnabledProtocols(new String[] {version});
    return socket;
  }

  @FaultRow("B18")
  @Test
  void clientThatOffersOnlyUnknownProtocols_getsHttp1_andTheHeadTimer() throws Exception {
    gateway("strict: false", "limits: {headTimeout: 300ms}");
    try (SSLSocket socket = dial("first.example.com", "spdy/3", "h9")) {
      assertThat(socket.getApplicationProtocol()).isEmpty();
      assertThat(get(socket, "first.example.com").response()).startsWith("HTTP/1.1 200 ");
    }
    try (SSLSocket silent = dial("first.example.com", "h9")) {
      assertThat(new RawClient(silent).rest()).isEmpty();
    }
    try (SSLSocket known = dial("first.example.com", "h9", "http/1.1")) {
      assertThat(known.getApplicationProtocol()).isEqualTo("http/1.1");
    }
  }

  @FaultRow("C4")
  @ParameterizedTest
  @ValueSource(ints = {0, 1, 4, 60})
  void handshakeThatStalls_isClosedAtItsTimer(int bytes) throws Exception {
    gateway("handshakeTimeout: 300ms");
    try (Socket socket = Dial.tcp(running.port())) {
      socket.getOutputStream().write(Arrays.copyOf(HELLO, bytes));
      long from = System.nanoTime();
      assertThat(new RawClient(socket).rest()).isEmpty();
      assertThat(System.nanoTime() - from).isGreaterThan(200_000_000L);
    }
    assertThat(running.failures("accept", "handshake_timeout")).isEqualTo(1);
    Await.until("no connection is left", () -> running.gateway().connections() == 0);
  }

  /** Begins a ClientHello of 256 bytes and its record. */
  private static final byte[] HELLO =
      Arrays.copyOf(new byte[] {22, 3, 1, 1, 4, 1, 0, 1, 0, 3, 3}, 60);

  @Test
  void helloThatIsTooLarge_isClosed_howeverItIsCut() throws Exception {
    gateway("clientHello: 1KiB");
    byte[] whole = {22, 3, 1, 0x10, 0, 1, 0, 0x0f, (byte) 0xfc, 3, 3};
    byte[] tiny = {22, 3, 1, 0, 1, 1};
    for (byte[] first : List.of(whole, tiny)) {
      try (RawClient client = new RawClient(Dial.tcp(running.port()))) {
        client.send(first);
        client.send(repeated(tiny, 600));
        assertThat(client.rest()).doesNotContain("HTTP");
      } catch (IOException reset) {
        // It closed while we still sent.
      }
    }
    Await.until(
        "both are counted", () -> running.failures("accept", "client_hello_too_large") == 2);
  }

  private static byte[] repeated(byte[] bytes, int times) {
    byte[] all = new byte[bytes.length * times];
    for (int i = 0; i < all.length; i++) {
      all[i] = bytes[i % bytes.length];
    }
    return all;
  }

  @Test
  void requestInClear_isClosed_andNothingIsLogged() throws Exception {
    gateway("strict: false");
    try (RawClient client = new RawClient(Dial.tcp(running.port()))) {
      client.send("GET / HTTP/1.1\r\nHost: first.example.com\r\n\r\n");
      assertThat(client.rest()).doesNotContain("HTTP/1.1");
    }
    Await.until("no connection is left", () -> running.gateway().connections() == 0);
    assertThat(upstream.waiting()).isZero();
  }

  @Test
  void largeBodies_goThroughBothWays_onOneConnection() throws Exception {
    byte[] large = new byte[3 << 20];
    Arrays.fill(large, (byte) 'x');
    try (RawUpstream echo =
        new RawUpstream(
            peer -> {
              while (peer.request() != null) {
                byte[] body = peer.read(large.length);
                peer.send("HTTP/1.1 200 OK\r\nContent-Length: " + body.length + "\r\n\r\n");
                peer.send(new String(body, StandardCharsets.ISO_8859_1));
              }
            })) {
      upstream.close();
      upstream = echo;
      gateway("strict: false");
      try (SSLSocket socket = dial("first.example.com")) {
        for (int i = 0; i < 2; i++) {
          RawClient client = new RawClient(socket);
          Thread sending =
              new Thread(
                  () -> {
                    try {
                      client.send(
                          "POST / HTTP/1.1\r\nHost: first.example.com\r\nContent-Length: "
                              + large.length
                              + "\r\n\r\n");
                      client.send(large);
                    } catch (IOException e) {
                      throw new java.io.UncheckedIOException(e);
                    }
                  });
          sending.start();
          String response = client.response();
          assertThat(response).startsWith("HTTP/1.1 200 ").endsWith("xxx");
          assertThat(response.length()).isGreaterThan(large.length);
          sending.join();
        }
      }
    }
  }

  @Test
  void answerToABodyThatIsTooLarge_arrives_andTheConnectionEndsWell() throws Exception {
    gateway("strict: false", "limits: {body: 1KiB}");
    try (SSLSocket socket = dial("first.example.com")) {
      RawClient client = new RawClient(socket);
      client.send(
          "POST / HTTP/1.1\r\nHost: first.example.com\r\nTransfer-Encoding: chunked\r\n\r\n");
      client.send("1000\r\n" + "x".repeat(4096) + "\r\n");
      assertThat(client.response()).startsWith("HTTP/1.1 413 ");
      assertThat(client.rest()).isEmpty();
    }
  }

  @Test
  void bodyThatEndsWithTheConnection_isNeverTakenForWhole_whenItBreaks() throws Exception {
    try (RawUpstream broken =
        new RawUpstream(
            peer -> {
              peer.request();
              peer.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n");
              peer.reset();
            })) {
      upstream.close();
      upstream = broken;
      gateway("strict: false");
      try (SSLSocket socket = dial("first.example.com")) {
        RawClient client = new RawClient(socket);
        client.send("GET / HTTP/1.0\r\nHost: first.example.com\r\n\r\n");
        assertThat(client.rest()).endsWith("<reset>");
      }
    }
  }

  @Test
  void clientThatKnowsHttp2_getsIt_andItsHostsAreChecked() throws Exception {
    gateway("strict: false");
    SSLSocket socket = dial("first.example.com", "http/1.1", "h2");
    assertThat(socket.getApplicationProtocol()).isEqualTo("h2");
    try (Http2Client client = Http2Client.over(socket).begin()) {
      int other = client.newStream();
      client.headers(
          other,
          true,
          ":method",
          "GET",
          ":scheme",
          "https",
          ":authority",
          "b.wild.example.com",
          ":path",
          "/");
      assertThat(client.answer(other).status()).isEqualTo(421);
      assertThat(upstream.waiting()).isZero();
      int own = client.newStream();
      client.headers(
          own,
          true,
          ":method",
          "GET",
          ":scheme",
          "https",
          ":authority",
          "also.example.com",
          ":path",
          "/");
      assertThat(client.answer(own).status()).isEqualTo(200);
    }
  }

  @Test
  void session_isResumed_untilWhatIsAskedOfClientsChanges() throws Exception {
    gateway("strict: false");
    SSLContext client = authority.clientContext();
    long first = resumable(client);
    assertThat(resumable(client)).as("resumed").isEqualTo(first);
    running.swap(folder, configuration("clients: [{mode: optional, ca: ca.crt}]", ""));
    assertThat(resumable(client)).as("made anew").isNotEqualTo(first);
  }

  /** Creation time of the session of a connection that served a request: tickets come behind it. */
  private long resumable(SSLContext client) throws Exception {
    try (SSLSocket socket = dial(client, "first.example.com")) {
      assertThat(get(socket, "first.example.com").response()).startsWith("HTTP/1.1 200 ");
      return socket.getSession().getCreationTime();
    }
  }

  @Test
  void halfHandshakes_areClosedInTheirTime_andOthersAreServed() throws Exception {
    gateway("handshakeTimeout: 2s");
    List<Socket> half = new ArrayList<>();
    try {
      for (int i = 0; i < 300; i++) {
        Socket socket = Dial.tcp(running.port());
        socket.getOutputStream().write(Arrays.copyOf(HELLO, 20 + i % 40));
        half.add(socket);
      }
      try (SSLSocket socket = dial("first.example.com")) {
        assertThat(get(socket, "first.example.com").response()).startsWith("HTTP/1.1 200 ");
      }
      Await.until("all are closed", () -> running.failures("accept", "handshake_timeout") == 300);
      Await.until("no connection is left", () -> running.gateway().connections() == 0);
    } finally {
      for (Socket socket : half) {
        socket.close();
      }
    }
  }

  @Test
  void handshakeTime_isThatOfAConnectionsFirstRequest() throws Exception {
    gateway("strict: false");
    try (SSLSocket socket = dial("also.example.com")) {
      for (int i = 0; i < 2; i++) {
        assertThat(get(socket, "also.example.com").response()).startsWith("HTTP/1.1 200 ");
        assertThat(running.trace(1).get(0).tags())
            .containsEntry("tls.server_name", "also.example.com");
      }
    }
    var phases = running.view().phases();
    for (Phase once : List.of(Phase.HANDSHAKE, Phase.ACCEPT)) {
      assertThat(phases.get(once).count()).as("%s", once).isEqualTo(1);
    }
    assertThat(phases.get(Phase.HEAD).count()).isEqualTo(2);
  }

  @Test
  void certificateThatEnded_isServedAndTold() throws Exception {
    Logger logger = (Logger) LoggerFactory.getLogger(Gateway.class);
    ListAppender<ILoggingEvent> log = new ListAppender<>();
    log.start();
    logger.addAppender(log);
    try {
      authority.expired("old");
      Files.move(folder.resolve("old.crt"), folder.resolve("first.crt"), REPLACE_EXISTING);
      Files.move(folder.resolve("old.key"), folder.resolve("first.key"), REPLACE_EXISTING);
      gateway("strict: false");
    } finally {
      logger.detachAppender(log);
    }
    assertThat(log.list)
        .extracting(ILoggingEvent::getFormattedMessage)
        .singleElement()
        .asString()
        .startsWith("The certificate first.crt for [old] ended ");
    try (SSLSocket socket = dial("b.wild.example.com")) {
      assertThat(get(socket, "b.wild.example.com").response()).startsWith("HTTP/1.1 200 ");
    }
  }
}
