package dev.headwater.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headwater.gateway.fault.Dial;
import java.io.InputStream;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.util.Arrays;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Connections that are handed on undecrypted, beside others that end here, on one port. */
@Timeout(60)
class ITTlsPassthrough {
  @TempDir Path folder;

  private TestCertificates authority;
  private RawUpstream upstream;
  private ServerSocket database;
  private RunningGateway gateway;

  @BeforeEach
  void start() throws Exception {
    authority = TestCertificates.in(folder);
    authority.names("edge", "www.example.com");
    database = authority.names("db", "db.example.com").listen(0, false);
    Thread echo = new Thread(this::echo, "database");
    echo.setDaemon(true);
    echo.start();
    upstream = RawUpstream.answering(RawUpstream.OK);
    int closed;
    try (ServerSocket none = new ServerSocket(0)) {
      closed = none.getLocalPort();
    }
    gateway =
        RunningGateway.of(
            """
            listeners:
              - name: web
                address: "127.0.0.1:0"
                tls:
                  certificates: [{certificate: edge.crt, key: edge.key}]
                  passthrough:
                    - {hosts: [db.example.com, "*.db.example.com"], upstream: db}
                    - {hosts: [gone.example.com], upstream: gone}
            upstreams:
              - {name: app, endpoints: ["http://127.0.0.1:%d"]}
              - {name: db, endpoints: ["http://127.0.0.1:%d", "http://127.0.0.1:%d"]}
              - {name: gone, endpoints: ["http://127.0.0.1:%d"]}
            routes: [{name: all, to: [{upstream: app}]}]
            tracing: {store: {}}
            """
                .formatted(upstream.port(), closed, database.getLocalPort(), closed),
            folder);
  }

  @AfterEach
  void stop() throws Exception {
    gateway.close();
    upstream.close();
    database.close();
  }

  private void echo() {
    while (!database.isClosed()) {
      try (Socket socket = database.accept()) {
        InputStream in = socket.getInputStream();
        byte[] piece = new byte[8192];
        for (int count = in.read(piece); count >= 0; count = in.read(piece)) {
          socket.getOutputStream().write(piece, 0, count);
        }
      } catch (java.io.IOException e) {
        // The next one.
      }
    }
  }

  private static String subject(SSLSocket socket) throws Exception {
    return ((X509Certificate) socket.getSession().getPeerCertificates()[0])
        .getSubjectX500Principal()
        .getName();
  }

  @Test
  void namedConnections_areTheUpstreams_andOthersEndHere() throws Exception {
    for (String name : new String[] {"db.example.com", "a.b.db.example.com"}) {
      try (SSLSocket socket = Dial.tls(gateway.port(), authority.clientContext(), name)) {
        assertThat(subject(socket)).isEqualTo("CN=db");
        byte[] sent = new byte[1 << 20];
        Arrays.fill(sent, (byte) 7);
        Thread sending =
            new Thread(
                () -> {
                  try {
                    socket.getOutputStream().write(sent);
                  } catch (java.io.IOException e) {
                    throw new java.io.UncheckedIOException(e);
                  }
                });
        sending.start();
        assertThat(socket.getInputStream().readNBytes(sent.length)).isEqualTo(sent);
        sending.join();
      }
    }
    try (SSLSocket socket =
        Dial.tls(gateway.port(), authority.clientContext(), "www.example.com")) {
      assertThat(subject(socket)).isEqualTo("CN=edge");
      RawClient client = new RawClient(socket);
      client.send("GET / HTTP/1.1\r\nHost: www.example.com\r\n\r\n");
      assertThat(client.response()).startsWith("HTTP/1.1 200 ");
      client.send("GET / HTTP/1.1\r\nHost: db.example.com\r\n\r\n");
      assertThat(client.response()).as("never decrypted here").startsWith("HTTP/1.1 421 ");
    }
    Await.until("no connection is left", () -> gateway.gateway().connections() == 0);
  }

  @Test
  void upstreamThatIsNotThere_closesTheConnection_andIsCounted() throws Exception {
    try (Socket socket = Dial.tcp(gateway.port())) {
      SSLSocket tls =
          (SSLSocket)
              authority
                  .clientContext()
                  .getSocketFactory()
                  .createSocket(socket, "gone.example.com", gateway.port(), true);
      org.assertj.core.api.Assertions.assertThatThrownBy(tls::startHandshake)
          .isInstanceOf(java.io.IOException.class);
    }
    assertThat(gateway.failures("connect", "passthrough")).isEqualTo(1);
  }
}
