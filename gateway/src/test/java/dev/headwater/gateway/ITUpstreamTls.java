package dev.headwater.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headwater.gateway.TestCertificates.Issued;
import dev.headwater.gateway.fault.Http2Frame;
import dev.headwater.gateway.fault.Http2Origin;
import dev.headwater.gateway.metrics.MetricsView;
import dev.headwater.gateway.metrics.Phase;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLServerSocket;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import zipkin2.Annotation;
import zipkin2.Span;

/**
 * TLS towards endpoints: what is agreed on, and that nothing which cannot be verified is spoken to
 * (FAULTS.md R16).
 */
class ITUpstreamTls {
  private static final String GET = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";

  @TempDir Path directory;
  private TestCertificates certificates;

  @BeforeEach
  void issue() throws Exception {
    certificates = TestCertificates.in(directory);
  }

  private static String yaml(String url, String tls) {
    return """
    listeners: [{name: web, address: "127.0.0.1:0"}]
    upstreams: [{name: up, endpoints: ["%s"], tls: {ca: ca.crt%s}}]
    routes: [{name: all, to: [{upstream: up}], retry: {attempts: 2}}]
    tracing: {store: {}}
    """
        .formatted(url, tls);
  }

  private RunningGateway gateway(String scheme, int port, String tls) {
    return RunningGateway.of(yaml(scheme + "://127.0.0.1:" + port, tls), directory);
  }

  /** A socket for origins that picks these by ALPN, if the client offers them. */
  private static ServerSocket picking(Issued certificate, String... protocols) throws Exception {
    SSLServerSocket server = (SSLServerSocket) certificate.listen(0, false);
    SSLParameters parameters = server.getSSLParameters();
    parameters.setApplicationProtocols(protocols);
    server.setSSLParameters(parameters);
    return server;
  }

  private static void answer(RawUpstream.Peer peer) throws IOException {
    while (peer.request() != null) {
      peer.send(RawUpstream.OK);
    }
  }

  private static void echo(Http2Origin.Peer peer, Http2Frame frame) throws IOException {
    if (frame.has(Http2Frame.END_STREAM)) {
      peer.answer(frame.stream(), "scheme " + peer.field(frame.stream(), ":scheme"));
    }
  }

  // What is agreed on.

  @ParameterizedTest
  @ValueSource(strings = {"", "http/1.1"})
  void https_isHttp1WhereTheServerPicksNothingElse(String picks) throws Exception {
    Issued issued = certificates.server("up", true);
    ServerSocket socket = picks.isEmpty() ? issued.listen(0, false) : picking(issued, picks);
    try (RawUpstream origin = new RawUpstream(socket, ITUpstreamTls::answer);
        RunningGateway gateway = gateway("https", origin.port(), "");
        RawClient client = gateway.connect()) {
      for (int i = 0; i < 3; i++) {
        assertThat(client.send(GET).response()).startsWith("HTTP/1.1 200 ").endsWith("ok");
      }
      assertThat(origin.connections()).isEqualTo(1);
      Span first = gateway.trace(1).get(1);
      assertThat(first.annotations())
          .extracting(Annotation::value)
          .containsSubsequence("connect.start", "connect.end", "tls.start", "tls.end");
      assertThat(gateway.view().phases().get(Phase.TLS).count()).isEqualTo(1);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"https", "h2"})
  void http2_isSpokenWhereTheServerPicksIt(String scheme) throws Exception {
    ServerSocket socket = picking(certificates.server("up", true), "h2", "http/1.1");
    try (Http2Origin origin = new Http2Origin(socket, ITUpstreamTls::echo);
        RunningGateway gateway = gateway(scheme, origin.port(), "");
        RawClient client = gateway.connect()) {
      assertThat(client.send(GET).response()).endsWith("scheme https");
      assertThat(client.send(GET).response()).endsWith("scheme https");
      assertThat(origin.peers()).hasSize(1);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "http/1.1"})
  void h2_neverFallsBack(String picks) throws Exception {
    Issued issued = certificates.server("up", true);
    ServerSocket socket = picks.isEmpty() ? issued.listen(0, false) : picking(issued, picks);
    try (RawUpstream origin = new RawUpstream(socket, ITUpstreamTls::answer);
        RunningGateway gateway = gateway("h2", origin.port(), "");
        RawClient client = gateway.connect()) {
      assertThat(client.send(GET).response()).startsWith("HTTP/1.1 502 ");
      assertThat(gateway.failures("connect", "tls_no_h2")).isEqualTo(1);
      assertThat(origin.waiting()).isZero();
    }
  }

  @Test
  void requestThatSwitchesProtocols_isSentOverHttp1() throws Exception {
    ServerSocket socket = picking(certificates.server("up", true), "h2", "http/1.1");
    try (RawUpstream origin =
            new RawUpstream(
                socket,
                peer -> {
                  String protocol = ((SSLSocket) peer.socket()).getHandshakeApplicationProtocol();
                  peer.request();
                  peer.send(
                      "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\n"
                          + "Upgrade: echo\r\n\r\nhello "
                          + ((SSLSocket) peer.socket()).getApplicationProtocol()
                          + (protocol == null ? "" : " " + protocol));
                  peer.closedByGateway();
                });
        RunningGateway gateway = gateway("https", origin.port(), "");
        RawClient client = gateway.connect()) {
      client.send("GET / HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: echo\r\n\r\n");
      assertThat(client.head()).startsWith("HTTP/1.1 101 ");
      assertThat(client.read(14)).isEqualTo("hello http/1.1");
    }
  }

  @Test
  void serverName_isAskedForAndVerified() throws Exception {
    try (RawUpstream origin =
            new RawUpstream(
                certificates.server("voting.internal", false).listen(0, false),
                peer -> {
                  peer.request();
                  String names =
                      ((javax.net.ssl.ExtendedSSLSession) ((SSLSocket) peer.socket()).getSession())
                          .getRequestedServerNames()
                          .toString();
                  peer.send(
                      "HTTP/1.1 200 OK\r\nContent-Length: " + names.length() + "\r\n\r\n" + names);
                });
        RunningGateway gateway = gateway("https", origin.port(), ", serverName: voting.internal");
        RawClient client = gateway.connect()) {
      assertThat(client.send(GET).response()).contains("voting.internal");
    }
  }

  @Test
  void certificateOfOurs_isShown() throws Exception {
    certificates.client("edge");
    try (RawUpstream origin =
            new RawUpstream(
                certificates.server("up", true).listen(0, true),
                peer -> {
                  peer.request();
                  String name =
                      ((SSLSocket) peer.socket()).getSession().getPeerPrincipal().getName();
                  peer.send(
                      "HTTP/1.1 200 OK\r\nContent-Length: " + name.length() + "\r\n\r\n" + name);
                });
        RunningGateway gateway =
            gateway("https", origin.port(), ", certificate: edge.crt, key: edge.key");
        RawClient client = gateway.connect()) {
      assertThat(client.send(GET).response()).endsWith("CN=edge");
    }
  }

  @Test
  void filesThatChange_countFromTheNextReadingOnAndOthersKeepTheirConnections() throws Exception {
    Path elsewhere = Files.createDirectory(directory.resolve("other"));
    TestCertificates others = TestCertificates.in(elsewhere);
    try (RawUpstream origin =
            new RawUpstream(others.server("up", true).listen(0, false), ITUpstreamTls::answer);
        RunningGateway gateway = gateway("https", origin.port(), "");
        RawClient client = gateway.connect()) {
      assertThat(client.send(GET).response()).startsWith("HTTP/1.1 502 ");
      Files.copy(others.ca(), certificates.ca(), StandardCopyOption.REPLACE_EXISTING);
      gateway.swap(directory, yaml("https://127.0.0.1:" + origin.port(), ""));
      assertThat(client.send(GET).response()).startsWith("HTTP/1.1 200 ");
      int connections = origin.connections();
      gateway.swap(directory, yaml("https://127.0.0.1:" + origin.port(), ""));
      assertThat(client.send(GET).response()).startsWith("HTTP/1.1 200 ");
      assertThat(origin.connections()).isEqualTo(connections);
    }
  }

  /** Only a close_notify tells the end of such a body from a cut. */
  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void bodyThatEndsWithTheConnection_isWholeOnlyAfterAGoodbye(boolean goodbye) throws Exception {
    SSLContext context = certificates.server("up", true).context();
    try (RawUpstream origin =
            new RawUpstream(
                peer -> {
                  SSLSocket tls =
                      (SSLSocket)
                          context.getSocketFactory().createSocket(peer.socket(), "", 0, false);
                  tls.setUseClientMode(false);
                  tls.getInputStream().read(new byte[8192]);
                  tls.getOutputStream()
                      .write("HTTP/1.1 200 OK\r\n\r\nwhole?".getBytes(StandardCharsets.US_ASCII));
                  if (goodbye) {
                    tls.close();
                  }
                });
        RunningGateway gateway = gateway("https", origin.port(), "");
        RawClient client = gateway.connect()) {
      String all = client.send("GET /2 HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n").rest();
      assertThat(all).startsWith("HTTP/1.1 200 ");
      if (goodbye) {
        assertThat(all).contains("whole?\r\n0\r\n\r\n");
      } else {
        assertThat(all).doesNotContain("0\r\n\r\n");
        assertThat(gateway.failures("receive", "truncated")).isEqualTo(1);
      }
    }
  }

  // What is not spoken to.

  /** One answer of 502 with a reason; no more connections than retries, and nothing in clear. */
  private void refused(String scheme, ServerSocket socket, String tls, String reason)
      throws Exception {
    assertThat(refused(scheme, socket, tls, ITUpstreamTls::answer))
        .isEqualTo("connect " + reason + " 1");
  }

  private String refused(String scheme, ServerSocket socket, String tls, RawUpstream.Script script)
      throws Exception {
    try (RawUpstream origin = new RawUpstream(socket, script);
        RunningGateway gateway = gateway(scheme, origin.port(), tls);
        RawClient client = gateway.connect()) {
      assertThat(client.send(GET).response()).startsWith("HTTP/1.1 502 ");
      assertThat(gateway.view().failures()).hasSize(1);
      assertThat(origin.connections()).isBetween(1, 3);
      assertThat(origin.waiting()).isZero();
      MetricsView.LabelledCount count = gateway.view().failures().get(0);
      return count.first() + " " + count.second() + " " + count.count();
    }
  }

  @FaultRow("R16")
  @ParameterizedTest
  @ValueSource(strings = {"https", "h2"})
  void expired_is502(String scheme) throws Exception {
    refused(scheme, picking(certificates.expired("up"), "h2"), "", "tls_expired");
  }

  @FaultRow("R16")
  @ParameterizedTest
  @ValueSource(strings = {"", ", serverName: other"})
  void wrongName_is502(String asked) throws Exception {
    refused("https", certificates.server("up", false).listen(0, false), asked, "tls_wrong_name");
  }

  @FaultRow("R16")
  @Test
  void unknownAuthority_is502() throws Exception {
    Path elsewhere = Files.createDirectory(directory.resolve("other"));
    Issued stranger = TestCertificates.in(elsewhere).server("up", true);
    refused("https", stranger.listen(0, false), "", "tls_unknown_ca");
  }

  @FaultRow("R16")
  @ParameterizedTest
  @ValueSource(strings = {"", ", serverName: up"})
  void nameInTheCommonNameAlone_is502(String asked) throws Exception {
    refused("https", certificates.commonNameOnly("up").listen(0, false), asked, "tls_no_san");
  }

  @FaultRow("R16")
  @ParameterizedTest
  @ValueSource(strings = {"TLSv1.3", "TLSv1.2"})
  void certificateThatIsRequired_is502(String version) throws Exception {
    SSLContext context = certificates.server("up", true).context();
    RawUpstream.Script demanding =
        peer -> {
          // Layered, and read to its end: a close with the gateway's flight unread would be a
          // reset,
          // and a reset throws away the alert.
          SSLSocket tls =
              (SSLSocket) context.getSocketFactory().createSocket(peer.socket(), null, 0, false);
          tls.setUseClientMode(false);
          tls.setNeedClientAuth(true);
          tls.setEnabledProtocols(new String[] {version});
          try {
            tls.startHandshake();
          } catch (SSLException alerted) {
            peer.closedByGateway();
          }
        };
    String reason = refused("https", loopback(), "", demanding);
    if (version.equals("TLSv1.3")) {
      assertThat(reason).isEqualTo("connect tls_certificate_required 1");
    } else {
      // RFC 5246 section 7.4.6 has handshake_failure for it, which says no more than that it
      // failed; JDKs before 25 send bad_certificate.
      assertThat(reason).isIn("connect tls_certificate_required 1", "connect tls_failed 1");
    }
  }

  /** The JDK speaks no such version any more: a server's first message says it by hand. */
  @FaultRow("R16")
  @Test
  void tls10_is502() throws Exception {
    byte[] hello = new byte[47];
    byte[] begin = {0x16, 3, 1, 0, 42, 2, 0, 0, 38, 3, 1};
    System.arraycopy(begin, 0, hello, 0, begin.length);
    hello[45] = 0x2f; // TLS_RSA_WITH_AES_128_CBC_SHA; no session, no compression.
    plain(
        peer -> {
          peer.socket().getInputStream().read(new byte[64]);
          peer.socket().getOutputStream().write(hello);
          peer.closedByGateway();
        },
        "tls_version");
  }

  @FaultRow("R16")
  @Test
  void endpointInClear_is502() throws Exception {
    plain(peer -> peer.send("HTTP/1.1 400 Bad Request\r\n\r\n"), "not_tls");
  }

  private static ServerSocket loopback() throws IOException {
    ServerSocket socket = new ServerSocket();
    socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
    return socket;
  }

  private void plain(RawUpstream.Script script, String reason) throws Exception {
    try (RawUpstream origin = new RawUpstream(loopback(), script);
        RunningGateway gateway = gateway("https", origin.port(), "");
        RawClient client = gateway.connect()) {
      assertThat(client.send(GET).response()).startsWith("HTTP/1.1 502 ");
      assertThat(gateway.failures("connect", reason)).isEqualTo(1);
      assertThat(origin.connections()).isBetween(1, 3);
    }
  }

  @Test
  void handshakeThatNeverEnds_isAConnectTimeout() throws Exception {
    CompletableFuture<Boolean> closed = new CompletableFuture<>();
    try (RawUpstream origin = new RawUpstream(peer -> closed.complete(peer.closedByGateway()));
        RunningGateway gateway =
            RunningGateway.of(
                yaml("https://127.0.0.1:" + origin.port(), "}, pool: {connectTimeout: 200ms"),
                directory);
        RawClient client = gateway.connect()) {
      assertThat(client.send(GET).response()).startsWith("HTTP/1.1 504 ");
      assertThat(gateway.failures("connect", "connect_timeout")).isEqualTo(1);
      assertThat(closed.get(20, TimeUnit.SECONDS)).isTrue();
    }
  }
}
