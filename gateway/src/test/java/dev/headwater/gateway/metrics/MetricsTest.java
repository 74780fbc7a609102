package dev.headwater.gateway.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.headwater.gateway.metrics.MetricsView.EndpointView;
import dev.headwater.gateway.metrics.MetricsView.RouteView;
import dev.headwater.sampling.Decision;
import dev.headwater.sampling.Reason;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class MetricsTest {
  private static final long MILLI = TimeUnit.MILLISECONDS.toNanos(1);

  private final AtomicLong now = new AtomicLong(TimeUnit.HOURS.toNanos(1));
  private final Metrics metrics =
      new Metrics(
          Executors.newSingleThreadScheduledExecutor(),
          now::get,
          Clock.fixed(Instant.ofEpochSecond(1_700_000_000), ZoneOffset.UTC));
  private final LoopThread first = new LoopThread();
  private final LoopThread second = new LoopThread();
  private final LoopMetrics onFirst = metrics.newLoop(first.executor());
  private final LoopMetrics onSecond = metrics.newLoop(second.executor());

  @AfterEach
  void close() {
    metrics.close();
    first.close();
    second.close();
  }

  @Test
  void requests_ofAllLoops_areAdded() {
    first.run(() -> request(onFirst, "votes", "GET", 200, 10));
    second.run(() -> request(onSecond, "votes", "GET", 503, 20));
    second.run(() -> request(onSecond, "votes", "BREW", 0, 30));
    RouteView votes = route("votes");
    assertThat(votes.requests()).isEqualTo(3);
    assertThat(votes.inFlight()).isZero();
    assertThat(votes.series())
        .extracting(s -> s.method() + " " + s.codeClass() + " " + s.latency().seconds().count())
        .containsExactly("GET 2xx 1", "GET 5xx 1", "_OTHER none 1");
    assertThat(votes.requestBytes().sum()).isEqualTo(300);
    assertThat(votes.responseBytes().count()).isEqualTo(3);
  }

  @Test
  void counts_goOn_overManyCollections() {
    for (int i = 1; i <= 5; i++) {
      first.run(() -> request(onFirst, "votes", "GET", 200, 10));
      assertThat(route("votes").requests()).isEqualTo(i);
    }
    assertThat(route("votes").series().get(0).latency().seconds().sum())
        .isEqualTo(0.05, within(1e-9));
  }

  @Test
  void requestsInFlight_areStartedMinusFinished_overCollections() {
    first.run(() -> onFirst.route("votes").started());
    second.run(() -> onSecond.route("votes").started());
    assertThat(route("votes").inFlight()).isEqualTo(2);
    first.run(() -> onFirst.route("votes").finished("GET", 200, MILLI, 0, 0, null));
    assertThat(route("votes").inFlight()).isEqualTo(1);
  }

  @Test
  void golden_hasRateSuccessAndQuantiles_ofTheWindow() {
    now.addAndGet(TimeUnit.SECONDS.toNanos(20));
    first.run(
        () -> {
          for (int i = 1; i <= 100; i++) {
            request(onFirst, "votes", "GET", i <= 90 ? 200 : 500, i);
          }
        });
    GoldenView golden = route("votes").recent();
    assertThat(golden.count()).isEqualTo(100);
    assertThat(golden.ratePerSecond()).isEqualTo(5, within(0.01));
    assertThat(golden.successShare()).isEqualTo(0.9);
    assertThat(golden.p50Seconds()).isEqualTo(0.050, within(0.001));
    assertThat(golden.p95Seconds()).isEqualTo(0.095, within(0.001));
    assertThat(golden.p99Seconds()).isEqualTo(0.099, within(0.001));
  }

  @Test
  void golden_forgets_afterTheWindow() {
    first.run(() -> request(onFirst, "votes", "GET", 200, 10));
    assertThat(route("votes").recent().count()).isEqualTo(1);
    now.addAndGet(TimeUnit.SECONDS.toNanos(31));
    assertThat(route("votes").recent().count()).isZero();
    assertThat(route("votes").recent().p99Seconds()).isNaN();
    assertThat(route("votes").requests()).isEqualTo(1);
  }

  @Test
  void runningP99_isKnownOnEveryLoop_onceThereIsEnough() {
    first.run(() -> requests(onFirst, 99, 10));
    collect();
    assertThat(p99Millis(first, onFirst)).isZero();
    second.run(() -> requests(onSecond, 901, 20));
    collect();
    first.run(() -> request(onFirst, "votes", "GET", 200, 10));
    collect();
    assertThat(p99Millis(first, onFirst)).isEqualTo(20, within(0.2));
    assertThat(p99Millis(second, onSecond)).isEqualTo(20, within(0.2));
  }

  @Test
  void runningP99_followsInTenSeconds_andForgetsInThirty() {
    first.run(() -> requests(onFirst, 100, 10));
    collect();
    first.run(() -> requests(onFirst, 100, 500));
    collect();
    assertThat(p99Millis(first, onFirst)).isEqualTo(10, within(0.1));
    now.addAndGet(TimeUnit.SECONDS.toNanos(10));
    first.run(() -> requests(onFirst, 1, 10));
    collect();
    assertThat(p99Millis(first, onFirst)).isEqualTo(500, within(5.0));
    now.addAndGet(TimeUnit.SECONDS.toNanos(30));
    first.run(() -> requests(onFirst, 100, 10));
    collect();
    assertThat(p99Millis(first, onFirst)).isEqualTo(10, within(0.1));
  }

  private static void requests(LoopMetrics loop, int count, long millis) {
    for (int i = 0; i < count; i++) {
      request(loop, "votes", "GET", 200, millis);
    }
  }

  private static double p99Millis(LoopThread thread, LoopMetrics loop) {
    return thread.call(() -> loop.route("votes").p99Nanos()) / 1e6;
  }

  @Test
  void attempts_areCountedByEndpoint_andInFlightIsTheLoopsOwn() {
    first.run(
        () -> {
          EndpointRecorder endpoint = onFirst.endpoint("voting", "127.0.0.1:9001");
          endpoint.started();
          endpoint.started();
          assertThat(endpoint.inFlight()).isEqualTo(2);
          endpoint.finished(200, null, 5 * MILLI);
          endpoint.finished(0, "connect-refused", MILLI);
          assertThat(endpoint.inFlight()).isZero();
          assertThat(onFirst.endpoint("voting", "127.0.0.1:9001")).isSameAs(endpoint);
        });
    second.run(() -> onSecond.endpoint("voting", "127.0.0.1:9002").started());
    MetricsView view = collect();
    EndpointView endpoint = view.endpoints().get(0);
    assertThat(endpoint.failures()).containsOnly(Map.entry("connect-refused", 1L));
    assertThat(endpoint.series()).extracting(s -> s.codeClass()).containsExactly("none", "2xx");
    assertThat(view.upstreams().get(0).attempts()).isEqualTo(2);
    assertThat(view.upstreams().get(0).inFlight()).isEqualTo(1);
    assertThat(view.upstreams().get(0).recent().successShare()).isEqualTo(0.5);
  }

  @Test
  void decisions_retriesFailuresPhases_areCounted() {
    Decision kept = new Decision(true, false, Reason.DEFAULT, "default", 0.5);
    Decision left = new Decision(false, false, Reason.RULE, "route:votes", 0.1);
    first.run(
        () -> {
          onFirst.decision(kept);
          onFirst.decision(left);
          onFirst.retry("voting", "connect");
          onFirst.failure("connect", "refused");
          onFirst.phase(Phase.CONNECT, 3 * MILLI);
          onFirst.clientReset();
          onFirst.malformedTraceContext();
          onFirst.connectionOpened("web");
          onFirst.connectionOpened("web");
          onFirst.connectionClosed("web");
          onFirst.connectionRefused("web");
        });
    second.run(() -> onSecond.decision(kept));
    MetricsView view = collect();
    assertThat(view.decisions())
        .containsExactly(
            new MetricsView.DecisionCount("default", Reason.DEFAULT, true, 2),
            new MetricsView.DecisionCount("route:votes", Reason.RULE, false, 1));
    assertThat(view.retries())
        .containsExactly(new MetricsView.LabelledCount("voting", "connect", 1));
    assertThat(view.failures())
        .containsExactly(new MetricsView.LabelledCount("connect", "refused", 1));
    assertThat(view.phases()).containsOnlyKeys(Phase.CONNECT);
    assertThat(view.phases().get(Phase.CONNECT).sum()).isEqualTo(0.003, within(1e-9));
    assertThat(view.clientResets()).isEqualTo(1);
    assertThat(view.malformedTraceContexts()).isEqualTo(1);
    assertThat(view.listeners()).containsExactly(new MetricsView.ListenerView("web", 2, 1, 1));
  }

  @Test
  void loopThatIsClosed_doesNotHoldUpTheOthers() {
    second.run(() -> request(onSecond, "votes", "GET", 200, 1));
    first.close();
    assertThat(route("votes").requests()).isEqualTo(1);
  }

  @Test
  void loopThatIsBusy_isLeftOut_andMergedLater() throws Exception {
    CountDownLatch release = new CountDownLatch(1);
    first.run(() -> request(onFirst, "votes", "GET", 200, 1));
    first.executor().execute(() -> awaitQuietly(release));
    second.run(() -> request(onSecond, "votes", "GET", 200, 1));
    assertThat(route("votes").requests()).isEqualTo(1);
    release.countDown();
    assertThat(route("votes").requests()).isEqualTo(2);
  }

  @Test
  void routesBeyondTheBound_areCountedTogether() {
    first.run(
        () -> {
          for (int i = 0; i < LoopMetrics.MAX_ROUTES + 50; i++) {
            onFirst.route("r" + i);
          }
          onFirst.route("one-too-many").started();
        });
    assertThat(collect().routes()).extracting(RouteView::route).containsExactly(LoopMetrics.OTHER);
  }

  @Test
  void rulesBeyondTheBound_areCountedTogether() {
    first.run(
        () -> {
          for (int i = 0; i < LoopMetrics.MAX_LABELS + 50; i++) {
            onFirst.decision(new Decision(true, false, Reason.RULE, "r" + i, 1));
          }
        });
    List<MetricsView.DecisionCount> decisions = collect().decisions();
    assertThat(decisions).hasSizeLessThanOrEqualTo(LoopMetrics.MAX_LABELS + 1);
    assertThat(decisions).anyMatch(d -> d.rule().equals(LoopMetrics.OTHER) && d.count() >= 50);
    assertThat(decisions.stream().mapToLong(MetricsView.DecisionCount::count).sum())
        .isEqualTo(LoopMetrics.MAX_LABELS + 50);
  }

  private static void request(
      LoopMetrics loop, String route, String method, int status, long millis) {
    RouteRecorder recorder = loop.route(route);
    recorder.started();
    recorder.finished(method, status, millis * MILLI, 100, 1_000, null);
  }

  private RouteView route(String name) {
    return collect().routes().stream()
        .filter(r -> r.route().equals(name))
        .findFirst()
        .orElseThrow();
  }

  private MetricsView collect() {
    return metrics.collect().toCompletableFuture().join();
  }

  private static void awaitQuietly(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
