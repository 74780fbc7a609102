package dev.headwater.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headwater.gateway.fault.Dial;
import dev.headwater.gateway.fault.Http2Client;
import dev.headwater.gateway.fault.Http2Frame;
import io.netty.pkitesting.X509Bundle;
import java.io.IOException;
import java.nio.file.Path;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Client certificates: who has to show one, who is believed to be whom, and who is told. */
@Timeout(120)
class ITTlsClients {
  private static final String TRACE = "0af7651916cd43dd8448eb211c80319c";
  private static final String WEB = "spiffe://mesh/ns/web";

  @TempDir Path folder;
  @TempDir Path elsewhere;

  private TestCertificates authority;
  private TestCertificates.Issued web;
  private SSLContext stranger;
  private RawUpstream upstream;
  private RunningGateway gateway;

  @BeforeEach
  void start() throws Exception {
    authority = TestCertificates.in(folder);
    authority.names("edge", "open.example.com", "asks.example.com", "needs.example.com");
    web = authority.client("web", WEB);
    X509Bundle other = TestCertificates.in(elsewhere).client("web", WEB).bundle();
    stranger = SSLContext.getInstance("TLS");
    stranger.init(
        other.toKeyManagerFactory().getKeyManagers(),
        authority
            .names("any", "any.example.com")
            .bundle()
            .toTrustManagerFactory()
            .getTrustManagers(),
        null);
    upstream = RawUpstream.answering(RawUpstream.OK);
  }

  private void gateway(String provider) {
    gateway =
        RunningGateway.of(
            """
            listeners:
              - name: web
                address: "127.0.0.1:0"
                tls:
                  certificates: [{certificate: edge.crt, key: edge.key}]
                  provider: %s
                  clients:
                    - {hosts: [needs.example.com], mode: required, ca: ca.crt}
                    - {hosts: [asks.example.com], mode: optional, ca: ca.crt}
                trace: {trustedIdentities: ["spiffe://mesh/ns/web"]}
              - name: plain
                address: "127.0.0.1:0"
                forwarded: {trusted: [127.0.0.0/8]}
            upstreams: [{name: app, endpoints: ["http://127.0.0.1:%d"]}]
            routes: [{name: all, to: [{upstream: app}]}]
            tracing: {sampling: {rate: 0}, store: {}}
            """
                .formatted(provider, upstream.port()),
            folder);
  }

  @AfterEach
  void stop() throws Exception {
    if (gateway != null) {
      gateway.close();
    }
    upstream.close();
  }

  /** New contexts each time: the JDK asks for the name of the session that it resumes. */
  private SSLContext nobody() throws Exception {
    return authority.clientContext();
  }

  private static String get(String host, String headers) {
    return "GET / HTTP/1.1\r\nHost: " + host + "\r\n" + headers + "\r\n";
  }

  /** The head that the upstream saw, or null when the connection came to nothing. */
  private @Nullable String asked(SSLContext who, String name, String host) throws Exception {
    try (SSLSocket socket = Dial.tls(gateway.port(), who, name)) {
      RawClient client = new RawClient(socket);
      client.send(get(host, "b3: " + TRACE + "-b7ad6b7169203331-1\r\n"));
      String response = client.response();
      return response.startsWith("HTTP/1.1 200 ") ? upstream.request() : response;
    } catch (IOException refused) {
      return null;
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"openssl", "jdk"})
  void certificate_isAskedForByHost_andItsNamesAreTrusted(String provider) throws Exception {
    gateway(provider);
    assertThat(asked(nobody(), "needs.example.com", "needs.example.com")).isNull();
    Await.until("it is counted", () -> gateway.failures("accept", "client_certificate") == 1);
    assertThat(upstream.waiting()).isZero();

    for (String host : new String[] {"needs.example.com", "asks.example.com"}) {
      String head = asked(web.context(), host, host);
      assertThat(head)
          .containsPattern(
              "\r\nx-forwarded-client-cert: Hash=[0-9a-f]{64};Subject=\"CN=web\";URI="
                  + WEB
                  + "\r\n");
      assertThat(new SeenHead(head).sampled()).isTrue();
      assertThat(new SeenHead(head).traceId()).isEqualTo(TRACE);
    }
    for (String host : new String[] {"open.example.com", "asks.example.com"}) {
      String head = asked(host.startsWith("open") ? web.context() : nobody(), host, host);
      assertThat(head).doesNotContain("client-cert");
      assertThat(new SeenHead(head).sampled()).isFalse();
      assertThat(new SeenHead(head).traceId()).isNotEqualTo(TRACE);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"openssl", "jdk"})
  void certificateOfAnotherAuthority_isTurnedAway(String provider) throws Exception {
    gateway(provider);
    for (String host : new String[] {"needs.example.com", "asks.example.com"}) {
      assertThat(asked(stranger, host, host)).isNull();
    }
    Await.until("both are counted", () -> gateway.failures("accept", "client_certificate") == 2);
    assertThat(upstream.waiting()).isZero();
  }

  @FaultRow("D6")
  @ParameterizedTest
  @ValueSource(strings = {"openssl", "jdk"})
  void connectionThatWasLetInForOneHost_isMisdirectedForOneThatAsksForMore(String provider)
      throws Exception {
    gateway(provider);
    assertThat(asked(nobody(), "open.example.com", "needs.example.com"))
        .startsWith("HTTP/1.1 421 ");
    assertThat(asked(web.context(), "asks.example.com", "needs.example.com"))
        .startsWith("HTTP/1.1 421 ");
    assertThat(asked(web.context(), "needs.example.com", "open.example.com"))
        .startsWith("HTTP/1.1 421 ");
    assertThat(upstream.waiting()).isZero();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "X-Forwarded-Client-Cert: Hash=forged",
        "x_forwarded_client_cert: Hash=forged",
        "X-Forwarded-Client-CERT: Hash=forged\r\nConnection: x-forwarded-client-cert",
      })
  void identityThatAClientClaims_isTakenOutEverywhere(String forged) throws Exception {
    gateway("jdk");
    for (String listener : new String[] {"plain", "web"}) {
      int port = gateway.gateway().addresses().get(listener).port();
      try (RawClient client =
          new RawClient(
              listener.equals("plain")
                  ? Dial.tcp(port)
                  : Dial.tls(port, web.context(), "needs.example.com"))) {
        client.send(get("needs.example.com", forged + "\r\n"));
        assertThat(client.response()).startsWith("HTTP/1.1 200 ");
      }
      String head = upstream.request();
      assertThat(head).doesNotContain("forged");
      assertThat(head.contains("x-forwarded-client-cert: Hash=")).isEqualTo(listener.equals("web"));
    }
  }

  /** Answers with what came behind the head of the request. */
  private static RawUpstream echoingChunks() throws IOException {
    return new RawUpstream(
        peer -> {
          peer.request();
          StringBuilder body = new StringBuilder();
          while (body.indexOf("0\r\n") < 0 || body.indexOf("\r\n\r\n") < 0) {
            body.append((char) peer.in().read());
          }
          peer.send("HTTP/1.1 200 OK\r\nContent-Length: " + body.length() + "\r\n\r\n" + body);
          peer.closedByGateway();
        });
  }

  private static String named(int upstream) {
    return """
    listeners:
      - name: web
        address: "127.0.0.1:0"
        tls:
          certificates: [{certificate: edge.crt, key: edge.key}]
          clients: [{hosts: [needs.example.com], mode: required, ca: ca.crt}]
          identityHeader: x-who
      - {name: plain, address: "127.0.0.1:0"}
    upstreams: [{name: app, endpoints: ["http://127.0.0.1:%d"]}]
    routes: [{name: all, to: [{upstream: app}]}]
    """
        .formatted(upstream);
  }

  @Test
  void identityThatAClientClaimsBehindItsBody_isTakenOut() throws Exception {
    try (RawUpstream echo = echoingChunks();
        RunningGateway edge = RunningGateway.of(named(echo.port()), folder);
        RawClient client =
            new RawClient(Dial.tcp(edge.gateway().addresses().get("plain").port()))) {
      client.send(
          "POST / HTTP/1.1\r\nHost: a\r\nTE: trailers\r\nTransfer-Encoding: chunked\r\n\r\n"
              + "2\r\nab\r\n0\r\nX-Who: Hash=forged\r\nx_who: forged\r\nchecksum: 7\r\n\r\n");
      assertThat(client.response()).contains("checksum: 7").doesNotContain("forged");
    }
  }

  @Test
  void identityThatAClientClaimsInALastBlock_isTakenOut() throws Exception {
    try (RawUpstream echo = echoingChunks();
        RunningGateway edge = RunningGateway.of(named(echo.port()), folder);
        Http2Client client =
            Http2Client.over(Dial.tcp(edge.gateway().addresses().get("plain").port())).begin()) {
      int stream = client.requestWithBody("POST", "/");
      client.send(Http2Frame.data(stream, new byte[] {'a', 'b'}, false));
      client.headers(stream, true, "x-who", "Hash=forged", "checksum", "7");
      assertThat(client.answer(stream).text()).contains("checksum: 7").doesNotContain("forged");
    }
  }
}
