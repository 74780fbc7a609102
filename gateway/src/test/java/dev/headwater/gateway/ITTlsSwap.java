package dev.headwater.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headwater.gateway.cli.Launch;
import dev.headwater.gateway.config.ConfigReader;
import dev.headwater.gateway.config.ConfigReading;
import dev.headwater.gateway.config.ConfigSource;
import dev.headwater.gateway.fault.Dial;
import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Certificates that change under a running process, as files and behind a link. */
@Timeout(120)
class ITTlsSwap {
  private static final String HOST = "edge.example.com";

  @TempDir Path folder;

  private TestCertificates authority;
  private SSLContext trust;
  private RawUpstream upstream;
  private dev.headwater.gateway.cli.RunningGateway process;
  private int port;

  @BeforeEach
  void start() throws Exception {
    authority = TestCertificates.in(folder);
    trust = authority.clientContext();
    upstream = RawUpstream.answering(RawUpstream.OK);
    issue("first");
    link("first");
    Path main =
        Files.writeString(
            folder.resolve("edge.yaml"),
            """
            listeners:
              - name: web
                address: "127.0.0.1:0"
                tls: {certificates: [{certificate: ..data/tls.crt, key: ..data/tls.key}]}
            upstreams: [{name: app, endpoints: ["http://127.0.0.1:%d"]}]
            routes: [{name: all, to: [{upstream: app}]}]
            admin: {address: "127.0.0.1:0"}
            tracing: {store: {}}
            drain: {timeout: 5s}
            """
                .formatted(upstream.port()));
    ConfigReader reader =
        new ConfigReader(ConfigSource.file(main), Map.of(), List.of(), Clock.systemUTC());
    ConfigReading first = reader.read();
    assertThat(first.loaded().problems()).isEmpty();
    process =
        GatewayProcess.start(
            new Launch(
                "test", reader, first, first.loaded().configuration().orElseThrow(), c -> {}));
    port = process.listeners().get("web").port();
  }

  @AfterEach
  void stop() throws Exception {
    process.stop();
    upstream.close();
  }

  /** A version of both files in a folder of its own, as a mounted Secret has them. */
  private void issue(String version) throws Exception {
    TestCertificates.Issued issued = authority.names(version, HOST);
    Path place = Files.createDirectories(folder.resolve("v-" + version));
    Files.copy(issued.certificate(), place.resolve("tls.crt"));
    Files.copy(issued.key(), place.resolve("tls.key"));
  }

  private void link(String version) throws IOException {
    Path next = folder.resolve("..next");
    Files.deleteIfExists(next);
    Files.createSymbolicLink(next, Path.of("v-" + version));
    Files.move(next, folder.resolve("..data"), StandardCopyOption.ATOMIC_MOVE);
  }

  private String shown() throws Exception {
    try (SSLSocket socket = Dial.tls(port, trust, HOST)) {
      return subject(socket);
    }
  }

  private static String subject(SSLSocket socket) throws Exception {
    return ((X509Certificate) socket.getSession().getPeerCertificates()[0])
        .getSubjectX500Principal()
        .getName();
  }

  private String admin(String path) throws IOException {
    try (RawClient client = new RawClient(new Socket("127.0.0.1", process.admin().port()))) {
      client.send("GET " + path + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
      return new String(client.socket().getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  /** Each thread handshakes and asks once, over and over, until told to stop. */
  private final class Load {
    private final AtomicBoolean going = new AtomicBoolean(true);
    private final AtomicLong done = new AtomicLong();
    private final AtomicReference<Exception> failed = new AtomicReference<>();
    private final List<Thread> threads = new ArrayList<>();

    Load(int count) {
      for (int i = 0; i < count; i++) {
        Thread thread = new Thread(this::run, "load-" + i);
        thread.start();
        threads.add(thread);
      }
    }

    private void run() {
      while (going.get()) {
        // A context of its own each time: no session is resumed.
        try (SSLSocket socket = Dial.tls(port, authority.clientContext(), HOST)) {
          RawClient client = new RawClient(socket);
          client.send("GET / HTTP/1.1\r\nHost: " + HOST + "\r\nConnection: close\r\n\r\n");
          assertThat(client.response()).startsWith("HTTP/1.1 200 ");
          done.incrementAndGet();
        } catch (Exception | AssertionError e) {
          failed.compareAndSet(null, new IllegalStateException(e));
          return;
        }
      }
    }

    long stop() throws Exception {
      going.set(false);
      for (Thread thread : threads) {
        thread.join();
      }
      if (failed.get() != null) {
        throw failed.get();
      }
      return done.get();
    }
  }

  @FaultRow("L3")
  @Test
  void newHandshakesShowTheNewCertificate_andNoneIsLost() throws Exception {
    assertThat(shown()).isEqualTo("CN=first");
    try (SSLSocket kept = Dial.tls(port, trust, HOST)) {
      Load load = new Load(2);
      List<Duration> took = new ArrayList<>();
      for (String version : List.of("second", "third", "fourth")) {
        issue(version);
        link(version);
        took.add(
            Await.until(
                "the new one", Duration.ofSeconds(20), () -> shown().equals("CN=" + version)));
      }
      // The machine may be busy with other things once; what we promise shows in the best.
      assertThat(took.stream().min(Duration::compareTo).orElseThrow())
          .isLessThanOrEqualTo(Duration.ofSeconds(1));
      assertThat(load.stop()).isGreaterThan(10);
      RawClient client = new RawClient(kept);
      client.send("GET / HTTP/1.1\r\nHost: " + HOST + "\r\n\r\n");
      assertThat(client.response()).as("a connection from before").startsWith("HTTP/1.1 200 ");
    }
  }

  @FaultRow("L2")
  @Test
  void badFile_leavesTheCertificateInForce_andIsTold() throws Exception {
    String before = admin("/metrics");
    assertThat(before)
        .contains("headwater_config_last_reload_successful 1.0")
        .containsPattern(
            "headwater_certificate_not_after_timestamp_seconds\\{listener=\"web\",name=\""
                + HOST
                + "\"\\} 1\\.");
    issue("second");
    Path bad = Files.createDirectories(folder.resolve("v-bad"));
    Files.copy(folder.resolve("v-first/tls.crt"), bad.resolve("tls.crt"));
    Files.copy(folder.resolve("v-second/tls.key"), bad.resolve("tls.key"));
    link("bad");
    Await.until(
        "it is told",
        Duration.ofSeconds(20),
        () -> admin("/metrics").contains("headwater_config_last_reload_successful 0.0"));
    assertThat(shown()).isEqualTo("CN=first");
    assertThat(admin("/config")).doesNotContain("PRIVATE KEY");
    link("second");
    Await.until("the good one", Duration.ofSeconds(20), () -> shown().equals("CN=second"));
    assertThat(admin("/metrics")).contains("headwater_config_last_reload_successful 1.0");
  }
}
