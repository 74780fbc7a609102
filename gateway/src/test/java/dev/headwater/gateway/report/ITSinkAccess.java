package dev.headwater.gateway.report;

import static org.assertj.core.api.Assertions.assertThat;

import brave.handler.SpanHandler;
import dev.headwater.gateway.Await;
import dev.headwater.gateway.FaultRow;
import dev.headwater.gateway.TestCertificates;
import dev.headwater.gateway.TestCertificates.Issued;
import dev.headwater.routes.ClientTls;
import dev.headwater.routes.SinkAccess;
import dev.headwater.routes.SinkCredentials;
import dev.headwater.routes.SinkPolicy;
import io.vertx.core.Vertx;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Collectors with TLS, credentials and extra headers, on real sockets and with real handshakes. */
@Timeout(60)
class ITSinkAccess {
  @TempDir Path directory;

  private final Vertx vertx = Vertx.vertx();
  private final List<AutoCloseable> closeables = new ArrayList<>();
  private TestCertificates certificates;
  private SpanReporter reporter;
  private long nextId = 1;

  @BeforeEach
  void certificates() throws Exception {
    certificates = TestCertificates.in(directory);
  }

  @AfterEach
  void close() throws Exception {
    if (reporter != null) {
      reporter.close();
    }
    for (AutoCloseable c : closeables) {
      c.close();
    }
    vertx.close().toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
  }

  @Test
  void knownAuthority_isTrusted() throws Exception {
    CollectorStub collector = collector(certificates.server("localhost", true), 0, false);
    start(collector.port(), tls(certificates.ca(), null, null));
    assertArrives(collector);
  }

  @Test
  void unknownAuthority_isRefused_withoutAFallback() throws Exception {
    CollectorStub collector = collector(certificates.server("localhost", true), 0, false);
    start(collector.port(), SinkAccess.OPEN);
    assertFault("unable to find valid certification path");
  }

  @Test
  void otherName_isRefused() throws Exception {
    CollectorStub collector = collector(certificates.server("elsewhere.example", false), 0, false);
    start(collector.port(), tls(certificates.ca(), null, null));
    assertFault("127.0.0.1");
  }

  @Test
  void serverName_isAskedForAndVerified_andTheHostFieldStays() throws Exception {
    CollectorStub collector = collector(certificates.server("collector.example", false), 0, false);
    start(collector.port(), tls(certificates.ca(), null, "collector.example"));
    report();
    assertThat(collector.next().headers()).containsEntry("host", "127.0.0.1:" + collector.port());
  }

  @Test
  void serverNameThatTheCertificateLacks_isRefused() throws Exception {
    CollectorStub collector = collector(certificates.server("localhost", true), 0, false);
    start(collector.port(), tls(certificates.ca(), null, "collector.example"));
    assertFault("collector.example");
  }

  @Test
  void clientCertificate_isShown() throws Exception {
    CollectorStub collector = collector(certificates.server("localhost", true), 0, true);
    start(collector.port(), tls(certificates.ca(), certificates.client("edge"), null));
    assertArrives(collector);
  }

  @Test
  void clientCertificateThatIsMissing_isAFault() throws Exception {
    CollectorStub collector = collector(certificates.server("localhost", true), 0, true);
    start(collector.port(), tls(certificates.ca(), null, null));
    report();
    Await.until("a fault", () -> sink().fault() != null);
    assertThat(sink().reported()).isZero();
  }

  @Test
  void plainCollectorBehindHttps_isRefused() throws Exception {
    CollectorStub collector = CollectorStub.start(p -> CollectorStub.ACCEPTED);
    closeables.add(collector);
    start(collector.port(), tls(certificates.ca(), null, null));
    assertFault("");
  }

  @Test
  void authorityThatIsReplaced_isTrustedFromThenOn() throws Exception {
    Path other = Files.createDirectory(directory.resolve("other"));
    TestCertificates later = TestCertificates.in(other);
    CollectorStub collector = collector(later.server("localhost", true), 0, false);
    FastTime time = new FastTime(); // Ten seconds pass between tries.
    start(collector.port(), tls(certificates.ca(), null, null), time);
    assertFault("Failed to create SSL connection");
    Files.copy(later.ca(), certificates.ca(), StandardCopyOption.REPLACE_EXISTING);
    assertThat(collector.accepted(1)).hasSize(1);
  }

  @Test
  @FaultRow("Z10")
  void expiredCertificate_costsNoSpan_whenItIsReplaced() throws Exception {
    CollectorStub broken = collector(certificates.expired("localhost"), 0, false);
    start(broken.port(), tls(certificates.ca(), null, null));
    for (int i = 0; i < 100; i++) {
      report();
    }
    Await.until(
        "the fault of an expired certificate",
        () -> String.valueOf(sink().fault()).contains("has expired"));
    assertThat(sink().queuedSpans()).isEqualTo(100);
    assertThat(sink().dropped()).isZero();
    int port = broken.port();
    broken.close();
    CollectorStub healed = collector(certificates.server("localhost", true), port, false);
    long since = System.nanoTime();
    assertThat(healed.accepted(100)).hasSize(100);
    assertThat(System.nanoTime() - since).isLessThan(TimeUnit.SECONDS.toNanos(5));
    Await.until("all reported", () -> sink().reported() == 100 && sink().fault() == null);
  }

  @Test
  void basic_isSent() throws Exception {
    Path password = Files.writeString(directory.resolve("password"), "open sesame\n");
    CollectorStub collector = plain();
    startPlain(collector, new SinkCredentials.Basic("edge", password.toString()), Map.of());
    report();
    assertThat(collector.next().headers())
        .containsEntry("authorization", "Basic ZWRnZTpvcGVuIHNlc2FtZQ==");
  }

  @Test
  void bearerThatIsRefused_isReadAgain_andTheBatchIsNotLost() throws Exception {
    Path token = Files.writeString(directory.resolve("token"), "old\n");
    CollectorStub collector = plain();
    startPlain(collector, new SinkCredentials.Bearer(token.toString()), Map.of());
    report();
    assertThat(collector.next().headers()).containsEntry("authorization", "Bearer old");
    collector.script(
        posted ->
            "Bearer new".equals(posted.headers().get("authorization"))
                ? CollectorStub.ACCEPTED
                : CollectorStub.status(401));
    Files.writeString(token, "new\n");
    report();
    assertThat(collector.next().headers()).containsEntry("authorization", "Bearer new");
    Await.until("both reported", () -> sink().reported() == 2);
    assertThat(sink().dropped()).isZero();
  }

  @Test
  void bearerThatStaysRefused_dropsAndCounts() throws Exception {
    Path token = Files.writeString(directory.resolve("token"), "old\n");
    CollectorStub collector = plain();
    collector.script(posted -> CollectorStub.status(403));
    startPlain(collector, new SinkCredentials.Bearer(token.toString()), Map.of());
    report();
    Await.until("a drop", () -> sink().outcomes().get(Outcome.DROPPED_REJECTED) == 1);
  }

  @Test
  void tokenFileThatIsMissing_holdsSpansBack_untilItIsThere() throws Exception {
    Path token = directory.resolve("token");
    CollectorStub collector = plain();
    startPlain(collector, new SinkCredentials.Bearer(token.toString()), Map.of());
    report();
    Await.until(
        "the missing file named", () -> String.valueOf(sink().fault()).contains("no such file"));
    assertThat(sink().health().fileFaults()).isPositive();
    Files.writeString(token, "late");
    assertThat(collector.next().headers()).containsEntry("authorization", "Bearer late");
  }

  @Test
  void headers_areSent_andNeverShown() throws Exception {
    CollectorStub collector = plain();
    Map<String, String> headers = Map.of("x-team", "k3y", "user-agent", "edge/7");
    SinkAccess access = new SinkAccess(ClientTls.DEFAULT, null, headers);
    assertThat(access.toString()).contains("x-team").doesNotContain("k3y");
    start("http", collector.port(), access, new SystemTime());
    report();
    assertThat(collector.next().headers())
        .containsEntry("x-team", "k3y")
        .containsEntry("user-agent", "edge/7")
        .containsEntry("b3", "0");
  }

  private void assertArrives(CollectorStub collector) throws Exception {
    report();
    assertThat(collector.accepted(1)).hasSize(1);
    Await.until("reported", () -> sink().reported() == 1);
  }

  private void assertFault(String text) throws Exception {
    report();
    Await.until("a fault", () -> sink().fault() != null);
    assertThat(sink().fault()).contains(text);
    assertThat(sink().reported()).isZero();
  }

  private CollectorStub collector(Issued server, int port, boolean clients) throws Exception {
    CollectorStub collector =
        new CollectorStub(server.listen(port, clients), p -> CollectorStub.ACCEPTED);
    closeables.add(collector);
    return collector;
  }

  private CollectorStub plain() throws Exception {
    CollectorStub collector = CollectorStub.start(p -> CollectorStub.ACCEPTED);
    closeables.add(collector);
    return collector;
  }

  private static SinkAccess tls(Path ca, Issued client, String serverName) {
    String certificate = client == null ? null : client.certificate().toString();
    String key = client == null ? null : client.key().toString();
    return new SinkAccess(
        new ClientTls(ca.toString(), certificate, key, serverName), null, Map.of());
  }

  private void startPlain(
      CollectorStub collector, SinkCredentials credentials, Map<String, String> headers) {
    SinkAccess access = new SinkAccess(ClientTls.DEFAULT, credentials, headers);
    start("http", collector.port(), access, new SystemTime());
  }

  private void start(int port, SinkAccess access) {
    start(port, access, new SystemTime());
  }

  private void start(int port, SinkAccess access, Time time) {
    start("https", port, access, time);
  }

  private void start(String scheme, int port, SinkAccess access, Time time) {
    SinkPolicy policy = SinkPolicy.to(URI.create(scheme + "://127.0.0.1:" + port)).with(access);
    reporter =
        SpanReporter.of(
            List.of(SpanReporter.collector(vertx, policy, Duration.ofSeconds(3), time)));
  }

  private void report() {
    reporter.handler().end(null, Spans.span(nextId++), SpanHandler.Cause.FINISHED);
  }

  private SinkView sink() {
    return reporter.view().sinks().get(0);
  }
}
