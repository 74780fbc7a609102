package dev.headwater.gateway.forward;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headwater.gateway.TestCertificates;
import dev.headwater.gateway.TestCertificates.Issued;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Reasons of handshakes of the JDK; those of OpenSSL, where it loads, are seen by a gateway. */
class TlsFaultTest {
  @TempDir Path directory;
  private TestCertificates certificates;

  @BeforeEach
  void issue() throws Exception {
    certificates = TestCertificates.in(directory);
  }

  /** Why a client that verifies the name 127.0.0.1 does not come to a first byte. */
  private String reason(ServerSocket server, String name) throws Exception {
    Thread serving =
        new Thread(
            () -> {
              try (Socket socket = server.accept()) {
                socket.getInputStream().read();
                socket.getOutputStream().write('x');
              } catch (IOException failed) {
                // As it has to.
              }
            });
    serving.setDaemon(true);
    serving.start();
    try (server;
        SSLSocket client =
            (SSLSocket)
                certificates
                    .clientContext()
                    .getSocketFactory()
                    .createSocket(new Socket("127.0.0.1", server.getLocalPort()), name, 1, true)) {
      SSLParameters parameters = client.getSSLParameters();
      parameters.setEndpointIdentificationAlgorithm("HTTPS");
      client.setSSLParameters(parameters);
      client.setSoTimeout(10_000);
      client.startHandshake();
      client.getOutputStream().write('x');
      client.getInputStream().read();
      return "none";
    } catch (IOException failed) {
      return TlsFault.reason(failed);
    }
  }

  private String reason(Issued issued) throws Exception {
    return reason(issued.listen(0, false), "127.0.0.1");
  }

  @Test
  void certificate_isJudgedByWhatIsWrongWithIt() throws Exception {
    assertThat(reason(certificates.server("good", true))).isEqualTo("none");
    assertThat(reason(certificates.expired("old"))).isEqualTo("tls_expired");
    assertThat(reason(certificates.server("other", false))).isEqualTo("tls_wrong_name");
    assertThat(reason(certificates.commonNameOnly("bare"))).isEqualTo("tls_no_san");
    assertThat(reason(certificates.server("named", false).listen(0, false), "another"))
        .isEqualTo("tls_wrong_name");
    Path elsewhere = Files.createDirectory(directory.resolve("other"));
    assertThat(reason(TestCertificates.in(elsewhere).server("stranger", true)))
        .isEqualTo("tls_unknown_ca");
  }
}
