package dev.headwater.gateway.report;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headwater.gateway.Await;
import dev.headwater.gateway.FaultRow;
import dev.headwater.gateway.Gateway;
import dev.headwater.gateway.TestCertificates;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.dns.AddressResolverOptions;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * A whole gateway with a spool while its collector misbehaves: no request fails, no loop stalls,
 * the bounds hold, the log stays quiet; reporting comes back within five seconds, and no span is
 * lost.
 */
@Timeout(180)
class ITCollectorFaults {
  private static final Duration RESUMED = Duration.ofSeconds(5);
  private static final Duration DRAINED = Duration.ofSeconds(40);

  /** One when it begins, one for a spool or a second cause; none per span or try. */
  private static final int MOST_WARNINGS = 3;

  @TempDir private Path directory;

  private final List<AutoCloseable> closeables = new ArrayList<>();
  private Vertx vertx = Gateway.vertx();
  private ReportingEdge edge;

  @AfterEach
  void stop() throws Exception {
    if (edge != null) {
      edge.stop();
    }
    for (AutoCloseable c : closeables) {
      c.close();
    }
    ReportingEdge.done(vertx.close());
  }

  @Test
  @FaultRow("Z1")
  void downAtStart() throws Exception {
    int port = freePort();
    start("http://127.0.0.1:" + port);
    edge.traffic();
    assertNothingIsLost(() -> collector(port));
  }

  @Test
  @FaultRow("Z2")
  void diesUnderLoad() throws Exception {
    CollectorStub before = collector(0);
    start(before.url());
    edge.requests(200, "/api");
    Await.until("spans arrive", () -> edge.spans(Outcome.REPORTED) > 0);
    Thread death = new Thread(() -> close(before), "death");
    death.start();
    edge.traffic();
    death.join();
    assertNothingIsLost(() -> collector(before.port()));
  }

  @Test
  @FaultRow("Z3")
  void blackHole() throws Exception {
    ServerSocket deaf = new ServerSocket();
    deaf.setReuseAddress(true);
    deaf.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 1);
    List<Socket> fillers = new ArrayList<>();
    for (int i = 0; i < 2; i++) { // Fills the backlog: the kernel drops further SYNs.
      fillers.add(new Socket(InetAddress.getLoopbackAddress(), deaf.getLocalPort()));
    }
    start("http://127.0.0.1:" + deaf.getLocalPort());
    edge.traffic();
    assertNothingIsLost(
        () -> {
          for (Socket filler : fillers) {
            filler.close();
          }
          int port = deaf.getLocalPort();
          deaf.close();
          return collector(port);
        });
  }

  @Test
  @FaultRow("Z4")
  void neverAnswers() throws Exception {
    faultThenRecovery(posted -> null);
  }

  @Test
  @FaultRow("Z5")
  void takes100MillisPerBatch() throws Exception {
    CollectorStub collector = collector(0);
    collector.script(
        posted -> {
          LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(100));
          return CollectorStub.ACCEPTED;
        });
    start(collector.url());
    edge.requests(200, "/api");
    for (int i = 0; i < 5; i++) { // As fast as it can: far more than ten times as many.
      edge.traffic();
    }
    assertAllReported();
  }

  @Test
  @FaultRow("Z6")
  void status413_halvesTheBatch() throws Exception {
    CollectorStub collector = collector(0);
    collector.script(
        posted -> posted.spans().size() > 100 ? CollectorStub.status(413) : CollectorStub.ACCEPTED);
    start(collector.url());
    edge.traffic();
    assertAllReported();
  }

  @Test
  @FaultRow("Z7")
  void status429_withRetryAfter() throws Exception {
    faultThenRecovery(posted -> CollectorStub.status(429, "retry-after: 1"));
  }

  @Test
  @FaultRow("Z8")
  void status500() throws Exception {
    faultThenRecovery(posted -> CollectorStub.status(500));
  }

  @Test
  @FaultRow("Z8")
  void status503() throws Exception {
    faultThenRecovery(posted -> CollectorStub.status(503, "retry-after: 0"));
  }

  @Test
  @FaultRow("Z9")
  void resetInTheMidstOfABody() throws Exception {
    CollectorStub collector = collector(0);
    collector.resetInBody(true);
    start(collector.url());
    edge.traffic();
    assertNothingIsLost(
        () -> {
          collector.resetInBody(false);
          return collector;
        });
  }

  @Test
  @FaultRow("Z10")
  void certificateExpired() throws Exception {
    TestCertificates certificates = TestCertificates.in(directory);
    CollectorStub expired =
        new CollectorStub(
            certificates.expired("old").listen(0, false), posted -> CollectorStub.ACCEPTED);
    closeables.add(expired);
    start("https://127.0.0.1:" + expired.port(), "tls: {ca: \"" + certificates.ca() + "\"}, ");
    edge.traffic();
    assertThat(edge.spans(Outcome.REPORTED)).as("sent past a bad certificate").isZero();
    assertNothingIsLost(
        () -> {
          expired.close();
          CollectorStub renewed =
              new CollectorStub(
                  certificates.server("new", true).listen(expired.port(), false),
                  posted -> CollectorStub.ACCEPTED);
          closeables.add(renewed);
          return renewed;
        });
  }

  @Test
  @FaultRow("Z11")
  void nameGone() throws Exception {
    CollectorStub collector = collector(0);
    DatagramSocket silentDns = new DatagramSocket(0, InetAddress.getLoopbackAddress());
    closeables.add(silentDns);
    Path hosts = Files.writeString(directory.resolve("hosts"), "127.0.0.1 localhost\n");
    ReportingEdge.done(vertx.close());
    vertx =
        Vertx.vertx(
            new VertxOptions()
                .setPreferNativeTransport(true)
                .setEventLoopPoolSize(Runtime.getRuntime().availableProcessors())
                .setAddressResolverOptions(
                    new AddressResolverOptions()
                        .setHostsPath(hosts.toString())
                        .setHostsRefreshPeriod(200)
                        .setQueryTimeout(300)
                        .setMaxQueries(1)
                        .addServer("127.0.0.1:" + silentDns.getLocalPort())));
    start("http://collector.test:" + collector.port());
    edge.traffic();
    assertThat(edge.spans(Outcome.REPORTED)).isZero();
    assertNothingIsLost(
        () -> {
          Files.writeString(hosts, "127.0.0.1 localhost collector.test\n");
          return collector;
        });
  }

  @Test
  @FaultRow("Z13")
  void singleSpanTheCollectorFindsTooLarge_isDroppedAlone() throws Exception {
    CollectorStub collector = collector(0);
    collector.script(
        posted ->
            posted.spans().stream().anyMatch(span -> span.tags().containsValue("/large"))
                ? CollectorStub.status(413)
                : CollectorStub.ACCEPTED);
    start(collector.url());
    edge.requests(1, "/large");
    edge.traffic();
    edge.requests(2, "/large");
    Await.until(
        "all have an outcome",
        DRAINED,
        () -> edge.spans(Outcome.REPORTED) + edge.dropped() == edge.sent());
    assertThat(edge.spans(Outcome.DROPPED_TOO_LARGE)).isEqualTo(3);
    assertThat(edge.spans(Outcome.REPORTED)).isEqualTo(edge.sent() - 3);
  }

  @Test
  @FaultRow("Z14")
  void stopWithSpansThatCannotBeSent_endsInTime_andTheNextProcessSendsThem() throws Exception {
    CollectorStub collector = collector(0);
    collector.script(posted -> null);
    start(collector.url());
    edge.traffic();
    int sent = edge.sent();
    long stopping = System.nanoTime();
    edge.stop();
    edge = null;
    assertThat(Duration.ofNanos(System.nanoTime() - stopping)).isLessThan(Duration.ofSeconds(8));

    collector.script(posted -> CollectorStub.ACCEPTED);
    start(collector.url());
    Await.until("those of the former process", DRAINED, () -> reported() >= sent);
    assertThat(edge.spooledSpans()).isZero();
  }

  @Test
  @FaultRow("Z14")
  void stopWithAHealthyCollector_deliversAllBeforeItEnds() throws Exception {
    CollectorStub collector = collector(0);
    start(collector.url());
    edge.requests(1_000, "/api");
    edge.stop();
    edge = null;
    assertThat(collector.accepted(1_000)).hasSize(1_000);
  }

  private long reported() throws Exception {
    return edge.spans(Outcome.REPORTED);
  }

  private void faultThenRecovery(CollectorStub.Script fault) throws Exception {
    CollectorStub collector = collector(0);
    collector.script(fault);
    start(collector.url());
    edge.traffic();
    assertNothingIsLost(
        () -> {
          collector.script(posted -> CollectorStub.ACCEPTED);
          return collector;
        });
  }

  /** How a collector becomes well again. */
  private interface Cure {
    CollectorStub apply() throws Exception;
  }

  private void assertNothingIsLost(Cure cure) throws Exception {
    Await.until("spans on disk", () -> edge.spooledSpans() > 0);
    assertThat(edge.dropped()).isZero();
    CollectorStub healed = cure.apply();
    Await.until("reporting resumes", RESUMED, () -> healed.hasAccepted());
    assertAllReported();
  }

  private void assertAllReported() throws Exception {
    Await.until("every span", DRAINED, () -> reported() + edge.dropped() >= edge.sent());
    assertThat(edge.dropped()).isZero();
    assertThat(reported()).isEqualTo(edge.sent());
    Await.until("an empty spool", () -> edge.spooledSpans() == 0 && edge.queuedSpans() == 0);
    assertThat(edge.warnings()).isLessThanOrEqualTo(MOST_WARNINGS);
  }

  private void start(String url) {
    start(url, "");
  }

  private void start(String url, String keys) {
    String spool = "spool: {directory: \"" + directory.resolve("spool") + "\"}";
    edge = ReportingEdge.start(vertx, "{zipkin: \"" + url + "\", " + keys + spool + "}");
  }

  private CollectorStub collector(int port) throws IOException {
    CollectorStub stub = new CollectorStub(port, posted -> CollectorStub.ACCEPTED);
    closeables.add(stub);
    return stub;
  }

  private static void close(CollectorStub stub) {
    try {
      stub.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static int freePort() throws IOException {
    try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return free.getLocalPort();
    }
  }
}
