package dev.headwater.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.headwater.gateway.TestCertificates.Issued;
import dev.headwater.gateway.fault.Dial;
import dev.headwater.gateway.fault.Http2Client;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A machine on which OpenSSL does not load: TLS is the JDK's on both sides. */
@Timeout(120)
class ITTlsFallback {
  private static final String WITHOUT =
      "export JDK_JAVA_OPTIONS=-Dio.netty.handler.ssl.noOpenSsl=true;";
  private static final String GET = "GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n";

  @TempDir Path folder;
  private TestCertificates certificates;

  @BeforeEach
  void issue() throws Exception {
    certificates = TestCertificates.in(folder);
  }

  private static String listener(String provider) {
    return ", tls: {certificates: [{certificate: edge.crt, key: edge.key}], provider: "
        + provider
        + "}";
  }

  private static String upstream(RawUpstream to) {
    return """
    upstreams: [{name: up, endpoints: ["https://127.0.0.1:%d"], tls: {ca: ca.crt}}]
    routes: [{name: all, to: [{upstream: up}]}]
    """
        .formatted(to.port());
  }

  private static RawUpstream answering(Issued issued) throws Exception {
    return new RawUpstream(
        issued.listen(0, false),
        peer -> {
          while (peer.request() != null) {
            peer.send(RawUpstream.OK);
          }
        });
  }

  private EdgeProcess edge(String provider, RawUpstream origin) throws Exception {
    return new EdgeProcess(
        folder, WITHOUT, EdgeProcess.freePort(), listener(provider), upstream(origin));
  }

  @Test
  void auto_servesBothProtocolsByTheJdk_andSaysSoOnce() throws Exception {
    certificates.names("edge", "a");
    try (RawUpstream origin = answering(certificates.server("up", true));
        EdgeProcess edge = edge("auto", origin)) {
      try (SSLSocket socket = Dial.tls(edge.port(), certificates.clientContext(), "a")) {
        assertThat(new RawClient(socket).send(GET).response()).startsWith("HTTP/1.1 200 ");
      }
      try (Http2Client client =
          Http2Client.over(Dial.tls(edge.port(), certificates.clientContext(), "a", "h2"))
              .begin()) {
        assertThat(client.answer(client.request("GET", "/")).status()).isEqualTo(200);
      }
      assertThat(edge.log()).containsOnlyOnce("OpenSSL does not load here");
    }
  }

  @Test
  @FaultRow("R16")
  void endpointThatCannotBeVerified_is502WithItsReason() throws Exception {
    certificates.names("edge", "a");
    try (RawUpstream origin = answering(certificates.expired("up"));
        EdgeProcess edge = edge("auto", origin);
        SSLSocket socket = Dial.tls(edge.port(), certificates.clientContext(), "a")) {
      assertThat(new RawClient(socket).send(GET).response()).startsWith("HTTP/1.1 502 ");
      String metrics =
          HttpClient.newHttpClient()
              .send(
                  HttpRequest.newBuilder(
                          URI.create("http://127.0.0.1:" + edge.admin() + "/metrics"))
                      .build(),
                  BodyHandlers.ofString())
              .body();
      assertThat(metrics).contains("reason=\"tls_expired\"");
      assertThat(origin.waiting()).isZero();
    }
  }

  @Test
  void openSslThatIsDemanded_doesNotStart() throws Exception {
    certificates.names("edge", "a");
    try (RawUpstream origin = answering(certificates.server("up", true))) {
      assertThatThrownBy(() -> edge("openssl", origin))
          .hasMessageContaining("OpenSSL does not load here (expected auto or jdk)");
    }
  }
}
