package dev.headwater.gateway.report;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headwater.gateway.Edge;
import dev.headwater.gateway.Gateway;
import dev.headwater.gateway.config.UnwatchedConfiguration;
import dev.headwater.gateway.snapshot.Snapshot;
import dev.headwater.gateway.snapshot.SnapshotRef;
import dev.headwater.routes.AdminPolicy;
import dev.headwater.routes.BindAddress;
import dev.headwater.routes.Configuration;
import dev.headwater.routes.DirectResponse;
import dev.headwater.routes.DrainPolicy;
import dev.headwater.routes.Limits;
import dev.headwater.routes.ListenerPolicy;
import dev.headwater.routes.ListenerPropagation;
import dev.headwater.routes.LogPolicy;
import dev.headwater.routes.PropagationPolicy;
import dev.headwater.routes.RequestIdPolicy;
import dev.headwater.routes.ResponseTracePolicy;
import dev.headwater.routes.RetryPolicy;
import dev.headwater.routes.Route;
import dev.headwater.routes.RouteMatch;
import dev.headwater.routes.SinkPolicy;
import dev.headwater.routes.SpanPolicy;
import dev.headwater.routes.Timeouts;
import dev.headwater.routes.TracingPolicy;
import dev.headwater.routes.TrustPolicy;
import dev.headwater.sampling.SamplingPolicy;
import dev.headwater.sampling.network.NetworkSet;
import dev.headwater.sampling.rate.ProbabilisticRate;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.net.InetAddress;
import java.net.ServerSocket;
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
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * A whole gateway while its collector misbehaves: no request notices, every span is accounted for.
 */
@Timeout(120)
class ITCollectorFaults {
  private static final int REQUESTS = 2_000;
  private static final int ROUNDS = 4;
  private static final int IN_PARALLEL = 32;

  private final Vertx vertx = Gateway.vertx();
  private final HttpClient client = HttpClient.newHttpClient();
  private final AtomicInteger failed = new AtomicInteger();
  private Edge edge;

  @AfterEach
  void stop() throws Exception {
    if (edge != null) {
      done(edge.stop());
    }
    done(vertx.close());
  }

  @Test
  void refusing() throws Exception {
    int port;
    try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = free.getLocalPort();
    }
    start(port);
    long least = trafficRounds();
    try (CollectorStub collector = new CollectorStub(port, p -> CollectorStub.ACCEPTED)) {
      assertRecovery(collector, least);
    }
  }

  @Test
  void hanging() throws Exception {
    faultThenRecovery(p -> null);
  }

  @Test
  void answering500() throws Exception {
    faultThenRecovery(p -> CollectorStub.status(500));
  }

  @Test
  void resetting() throws Exception {
    faultThenRecovery(p -> CollectorStub.RESET);
  }

  private void faultThenRecovery(CollectorStub.Script fault) throws Exception {
    try (CollectorStub collector = CollectorStub.start(fault)) {
      start(collector.port());
      long least = trafficRounds();
      collector.script(p -> CollectorStub.ACCEPTED);
      assertRecovery(collector, least);
    }
  }

  private void assertRecovery(CollectorStub collector, long leastStallMillis) throws Exception {
    long healed = System.nanoTime();
    collector.next();
    assertThat(System.nanoTime() - healed).isLessThan(TimeUnit.SECONDS.toNanos(5));
    assertThat(failed.get()).as("failed requests").isZero();
    assertThat(leastStallMillis).as("stall of an event loop, ms").isLessThan(50);
    long all = (long) REQUESTS * ROUNDS;
    long until = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
    while (spans("") < all && System.nanoTime() < until) {
      TimeUnit.MILLISECONDS.sleep(50);
    }
    assertThat(spans("")).as("spans with an outcome").isEqualTo(all);
    assertThat(spans("outcome=\"reported\"")).isEqualTo(all);
  }

  /**
   * Sends the traffic and returns the shortest of the rounds' longest stalls: a fault that blocks a
   * loop does so in each round, a busy machine does not.
   */
  private long trafficRounds() throws Exception {
    long least = Long.MAX_VALUE;
    for (int i = 0; i < ROUNDS; i++) {
      StallWatch watch = new StallWatch(vertx);
      traffic();
      least = Math.min(least, watch.longestMillis());
    }
    return least;
  }

  private void traffic() throws Exception {
    int port = edge.addresses().get("web").port();
    HttpRequest request =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/api")).build();
    Semaphore permits = new Semaphore(IN_PARALLEL);
    CompletableFuture<?>[] all = new CompletableFuture<?>[REQUESTS];
    for (int i = 0; i < REQUESTS; i++) {
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
  }

  /** Sum of the span counters with this label, as a scrape tells it. */
  private long spans(String label) throws Exception {
    int port = edge.adminAddress().port();
    HttpRequest scrape =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/metrics")).build();
    return client
        .send(scrape, BodyHandlers.ofString())
        .body()
        .lines()
        .filter(line -> line.startsWith("headwater_spans_total{") && line.contains(label))
        .mapToLong(line -> (long) Double.parseDouble(line.substring(line.lastIndexOf(' '))))
        .sum();
  }

  private void start(int collectorPort) {
    SinkPolicy sink = SinkPolicy.to(URI.create("http://127.0.0.1:" + collectorPort));
    SnapshotRef snapshots =
        new SnapshotRef(Snapshot.of(configuration(sink), 1, Instant.EPOCH, "test"));
    Edge.Setup setup = new Edge.Setup("test", snapshots, new UnwatchedConfiguration());
    edge = done(Edge.start(vertx, setup));
  }

  private static Configuration configuration(SinkPolicy sink) {
    BindAddress any = new BindAddress("127.0.0.1", 0);
    Route route =
        new Route(
            "all",
            RouteMatch.ALL,
            List.of(),
            new DirectResponse(200, Map.of(), "ok"),
            List.of(),
            Timeouts.DEFAULT,
            RetryPolicy.DEFAULT,
            null,
            null);
    TracingPolicy tracing =
        new TracingPolicy(
            true,
            "headwater",
            PropagationPolicy.DEFAULT,
            RequestIdPolicy.DEFAULT,
            SamplingPolicy.of(ProbabilisticRate.of(1)),
            true,
            null,
            List.of(sink),
            null,
            SpanPolicy.DEFAULT,
            ResponseTracePolicy.NONE);
    return new Configuration(
        List.of(
            new ListenerPolicy(
                "web",
                any,
                NetworkSet.NONE,
                TrustPolicy.RESTART,
                ListenerPropagation.NONE,
                Limits.DEFAULT)),
        List.of(),
        List.of(route),
        tracing,
        null,
        LogPolicy.DEFAULT,
        DrainPolicy.DEFAULT,
        new AdminPolicy(any, null, null));
  }

  private static <T> T done(Future<T> future) {
    return future.toCompletionStage().toCompletableFuture().orTimeout(60, TimeUnit.SECONDS).join();
  }

  /**
   * Ticks on event loops; what a tick is late, its loop was busy with something else, or the
   * machine was. A thread that does nothing but tick tells how much of it was the machine.
   */
  private static final class StallWatch {
    private static final int TICK_MILLIS = 5;
    private final Vertx vertx;
    private final AtomicLong longestNanos = new AtomicLong();
    private final AtomicLong machineNanos = new AtomicLong();
    private final long[] timers;
    private final Thread idle = new Thread(this::tickIdly, "stall-watch");
    private volatile boolean over;

    StallWatch(Vertx vertx) {
      this.vertx = vertx;
      int loops = Runtime.getRuntime().availableProcessors();
      this.timers = new long[loops];
      for (int i = 0; i < loops; i++) {
        AtomicLong last = new AtomicLong(System.nanoTime());
        timers[i] = vertx.setPeriodic(TICK_MILLIS, timer -> tick(last, longestNanos));
      }
      idle.setDaemon(true);
      idle.start();
    }

    private void tickIdly() {
      AtomicLong last = new AtomicLong(System.nanoTime());
      while (!over) {
        LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(TICK_MILLIS));
        tick(last, machineNanos);
      }
    }

    private static void tick(AtomicLong last, AtomicLong longest) {
      long now = System.nanoTime();
      long late = now - last.getAndSet(now) - TimeUnit.MILLISECONDS.toNanos(TICK_MILLIS);
      longest.accumulateAndGet(late, Math::max);
    }

    /** The longest stall beyond what the machine itself was late. */
    long longestMillis() {
      over = true;
      for (long timer : timers) {
        vertx.cancelTimer(timer);
      }
      return TimeUnit.NANOSECONDS.toMillis(Math.max(0, longestNanos.get() - machineNanos.get()));
    }
  }
}
