package dev.headwater.gateway.report;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.headwater.gateway.Edge;
import dev.headwater.gateway.config.UnwatchedConfiguration;
import dev.headwater.gateway.snapshot.Snapshot;
import dev.headwater.gateway.snapshot.SnapshotRef;
import dev.headwater.routes.compile.ConfigurationFiles;
import dev.headwater.routes.compile.ConfigurationInput;
import dev.headwater.routes.compile.ConfigurationLoader;
import dev.headwater.routes.compile.Loaded;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.slf4j.LoggerFactory;

/**
 * A whole gateway that reports every request to one collector, clients that keep it busy, and what
 * an operator would see meanwhile.
 */
final class ReportingEdge {
  private static final int REQUESTS = 800;
  private static final int LEAST_ROUNDS = 2;
  private static final int MOST_ROUNDS = 5;
  private static final int IN_PARALLEL = 32;
  private static final long STALL_MILLIS = 50;

  private final Vertx vertx;
  private final Edge edge;
  private final HttpClient client = HttpClient.newHttpClient();
  private final AtomicInteger failed = new AtomicInteger();
  private final ListAppender<ILoggingEvent> log = new ListAppender<>();
  private int sent;

  private ReportingEdge(Vertx vertx, Edge edge) {
    this.vertx = vertx;
    this.edge = edge;
    log.start();
    logger().addAppender(log);
  }

  private static Logger logger() {
    return (Logger) LoggerFactory.getLogger(SpanReporter.class);
  }

  /**
   * Starts one.
   *
   * @param sink the entry of {@code tracing.report}, in YAML
   */
  static ReportingEdge start(Vertx vertx, String sink) {
    String yaml =
        """
        listeners: [{name: web, address: "127.0.0.1:0"}]
        routes:
          - {name: all, filters: [{respond: {body: ok}}]}
        tracing: {sampling: {rate: 1}, report: [%s]}
        admin: {address: "127.0.0.1:0"}
        """
            .formatted(sink);
    Loaded loaded =
        ConfigurationLoader.load(
            new ConfigurationInput(
                yaml, "test.yaml", Map.of(), List.of(), ConfigurationFiles.NONE));
    assertThat(loaded.problems()).isEmpty();
    SnapshotRef snapshots =
        new SnapshotRef(
            Snapshot.of(loaded.configuration().orElseThrow(), 1, Instant.EPOCH, "test"));
    Edge.Setup setup = new Edge.Setup("test", snapshots, new UnwatchedConfiguration());
    return new ReportingEdge(vertx, done(Edge.start(vertx, setup)));
  }

  /** Requests answered so far, each of which made one span. */
  int sent() {
    return sent;
  }

  /**
   * Sends traffic in rounds until one of them has no stall: a fault that blocks a loop does so in
   * each round, a busy machine does not. No request may fail.
   */
  void traffic() throws Exception {
    long least = Long.MAX_VALUE;
    for (int i = 0; i < MOST_ROUNDS && (i < LEAST_ROUNDS || least >= STALL_MILLIS); i++) {
      StallWatch watch = new StallWatch(vertx);
      requests(REQUESTS, "/api");
      least = Math.min(least, watch.longestMillis());
    }
    assertThat(least).as("stall of an event loop, ms").isLessThan(STALL_MILLIS);
    assertThat(queuedSpans()).isLessThanOrEqualTo(SpanReporter.MAX_QUEUED_SPANS + 10_000);
    assertThat(metric("headwater_spans_queued_bytes"))
        .isLessThanOrEqualTo(SpanReporter.MAX_QUEUED_BYTES + 4 * 500_000);
  }

  /** Sends so many requests for this path. */
  void requests(int count, String path) throws Exception {
    int port = edge.addresses().get("web").port();
    HttpRequest request =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path)).build();
    Semaphore permits = new Semaphore(IN_PARALLEL);
    CompletableFuture<?>[] all = new CompletableFuture<?>[count];
    for (int i = 0; i < count; i++) {
      permits.acquire();
      all[i] =
          client
              .sendAsync(request, BodyHandlers.discarding())
              .handle(
                  (answer, failure) -> {
                    permits.release();
                    if (failure != null || answer.statusCode() != 200) {
                      failed.incrementAndGet();
                    }
                    return true;
                  });
    }
    CompletableFuture.allOf(all).get(60, TimeUnit.SECONDS);
    sent += count;
    assertThat(failed.get()).as("failed requests").isZero();
  }

  /** Spans with this outcome. */
  long spans(Outcome outcome) throws Exception {
    return metric("headwater_spans_total", "outcome=\"" + outcome.label() + "\"");
  }

  /** Spans that will never arrive. */
  long dropped() throws Exception {
    return metric("headwater_spans_total", "outcome=\"dropped_");
  }

  long queuedSpans() throws Exception {
    return metric("headwater_spans_queued");
  }

  long spooledSpans() throws Exception {
    return metric("headwater_spool_spans");
  }

  /** Lines that reporting has written to the log at warning or above. */
  long warnings() {
    return List.copyOf(log.list).stream()
        .filter(line -> line.getLevel().isGreaterOrEqual(ch.qos.logback.classic.Level.WARN))
        .count();
  }

  private long metric(String name, String... label) throws Exception {
    int port = edge.adminAddress().port();
    HttpRequest scrape =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/metrics")).build();
    Matcher line =
        Pattern.compile("^" + name + "\\{([^}]*)} (\\S+)$", Pattern.MULTILINE)
            .matcher(client.send(scrape, BodyHandlers.ofString()).body());
    double sum = 0;
    while (line.find()) {
      if (label.length == 0 || line.group(1).contains(label[0])) {
        sum += Double.parseDouble(line.group(2));
      }
    }
    return (long) sum;
  }

  /** Stops as SIGTERM does. */
  void stop() {
    logger().detachAppender(log);
    done(edge.stop());
  }

  static <T> T done(Future<T> future) {
    return future.toCompletionStage().toCompletableFuture().orTimeout(60, TimeUnit.SECONDS).join();
  }
}
