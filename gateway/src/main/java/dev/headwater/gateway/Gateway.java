package dev.headwater.gateway;

import dev.headwater.gateway.accesslog.LiveAccessLog;
import dev.headwater.gateway.admission.ClientUse;
import dev.headwater.gateway.admission.InFlight;
import dev.headwater.gateway.forward.EndpointContexts;
import dev.headwater.gateway.forward.OpenCounts;
import dev.headwater.gateway.listen.Listener;
import dev.headwater.gateway.listen.ListenerState;
import dev.headwater.gateway.metrics.Metrics;
import dev.headwater.gateway.metrics.MetricsSource;
import dev.headwater.gateway.metrics.Samples;
import dev.headwater.gateway.overload.HeapGauge;
import dev.headwater.gateway.overload.HeapWatch;
import dev.headwater.gateway.overload.JvmHeap;
import dev.headwater.gateway.overload.Pressure;
import dev.headwater.gateway.report.SpanReporter;
import dev.headwater.gateway.snapshot.Snapshot;
import dev.headwater.gateway.snapshot.SnapshotRef;
import dev.headwater.routes.BindAddress;
import dev.headwater.routes.Configuration;
import dev.headwater.routes.DrainPolicy;
import dev.headwater.routes.ListenerPolicy;
import dev.headwater.routes.ListenerTls;
import dev.headwater.routes.Route;
import dev.headwater.routes.ServerCertificate;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import java.io.IOException;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import javax.net.ssl.SSLException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A running gateway: the data path on every event loop, and what observes it.
 *
 * <p>Started from a snapshot reference; swapping the snapshot changes routes, upstreams and
 * sampling without touching a connection. Safe for use from any thread.
 */
public final class Gateway implements MetricsSource {
  private static final Logger LOG = LoggerFactory.getLogger(Gateway.class);
  private static final Duration SPAN_FLUSH = Duration.ofSeconds(5);

  private final Vertx vertx;
  private final SnapshotRef snapshots;
  private final Metrics metrics;
  private final SpanReporter reporter;
  private final LiveAccessLog accessLog = new LiveAccessLog();
  private final EndpointContexts contexts = new EndpointContexts();
  private final List<ListenerState> states;
  private final Pressure pressure = new Pressure();
  private final HeapWatch heapWatch;
  private final List<LoopVerticle> loops = new ArrayList<>();
  private final AtomicBoolean draining = new AtomicBoolean();

  private Gateway(
      Vertx vertx, SnapshotRef snapshots, Metrics metrics, SpanReporter reporter, HeapGauge heap) {
    this.vertx = vertx;
    this.snapshots = snapshots;
    this.metrics = metrics;
    this.reporter = reporter;
    this.states = new ArrayList<>();
    this.heapWatch = new HeapWatch(heap, () -> snapshots.get().configuration().limits(), pressure);
    AtomicInteger everywhere = new AtomicInteger();
    for (ListenerPolicy listener : snapshots.get().configuration().listeners()) {
      states.add(new ListenerState(listener, everywhere, pressure));
    }
  }

  /** Vert.x as the gateway runs on it: native transport where there is one, a loop per core. */
  public static Vertx vertx() {
    return Vertx.vertx(
        new VertxOptions()
            .setPreferNativeTransport(true)
            .setAddressResolverOptions(NameLookup.of(NameLookup.RESOLV_CONF))
            .setEventLoopPoolSize(Runtime.getRuntime().availableProcessors()));
  }

  /**
   * Starts serving.
   *
   * @param reporter takes the spans; closed by whoever made it, after {@link #stop}
   * @return fails with {@link CannotListenException} when an address cannot be served
   */
  public static Future<Gateway> start(
      Vertx vertx, SnapshotRef snapshots, Metrics metrics, SpanReporter reporter) {
    return start(vertx, snapshots, metrics, reporter, Clock.systemUTC(), new JvmHeap());
  }

  /**
   * The same by another wall clock, which tells when a span was, never how long it took, and on
   * another heap.
   */
  static Future<Gateway> start(
      Vertx vertx,
      SnapshotRef snapshots,
      Metrics metrics,
      SpanReporter reporter,
      Clock clock,
      HeapGauge heap) {
    Configuration configuration = snapshots.get().configuration();
    Gateway gateway = new Gateway(vertx, snapshots, metrics, reporter, heap);
    return vertx
        .executeBlocking(
            () -> {
              gateway.accessLog.follow(configuration.accessLog());
              gateway.secure(configuration.listeners());
              gateway.contexts.prepare(configuration);
              snapshots.beforeSwap(next -> gateway.contexts.prepare(next.configuration()));
              return null;
            })
        .compose(ignored -> gateway.startLoops(configuration, clock))
        .map(
            ignored -> {
              snapshots.onSwap(next -> gateway.change(next.configuration()));
              gateway.heapWatch.start();
              return gateway;
            });
  }

  /**
   * Makes TLS ready; listeners are known by their place, since which there are changes with a
   * restart only.
   */
  private void secure(List<ListenerPolicy> listeners) throws SSLException {
    for (int i = 0; i < states.size(); i++) {
      ListenerTls tls = listeners.get(i).tls();
      if (states.get(i).secure(listeners.get(i)) && tls != null) {
        tls.certificates().forEach(Gateway::tellExpired);
      }
    }
  }

  /** It is served all the same: clients that look can say no, and others go on. */
  private static void tellExpired(ServerCertificate certificate) {
    if (certificate.notAfter().isBefore(Instant.now())) {
      LOG.warn("The {} ended {}", certificate, certificate.notAfter());
    }
  }

  /** On the thread that swapped, which may block. */
  private void change(Configuration next) {
    for (int i = 0; i < states.size(); i++) {
      states.get(i).accept(next.listeners().get(i));
    }
    try {
      secure(next.listeners());
    } catch (SSLException e) {
      LOG.error("TLS stays as it was: {}", e.getMessage(), e);
    }
    try {
      accessLog.follow(next.accessLog());
    } catch (IOException e) {
      LOG.error("The access log stays as it was: {}", e.getMessage());
    }
  }

  private Future<?> startLoops(Configuration configuration, Clock clock) {
    int count = Runtime.getRuntime().availableProcessors();
    InFlight inFlight = new InFlight(count);
    snapshots.onSwap(next -> inFlight.retain(limitedRoutes(next)));
    GatewayParts parts =
        new GatewayParts(
            snapshots,
            metrics,
            reporter.handler(),
            accessLog,
            inFlight,
            new ClientUse(),
            pressure,
            new SplittableRandom(new SecureRandom().nextLong()));
    LoopVerticle.Shared shared =
        new LoopVerticle.Shared(
            parts,
            configuration.listeners(),
            states,
            new OpenCounts(count),
            contexts,
            count,
            clock);
    return startLoop(shared, 0);
  }

  private static Set<String> limitedRoutes(Snapshot snapshot) {
    return snapshot.configuration().routes().stream()
        .filter(route -> route.limits().inFlight() != 0)
        .map(Route::name)
        .collect(Collectors.toSet());
  }

  /** One after the other, so that an address that is taken is told once. */
  private Future<?> startLoop(LoopVerticle.Shared shared, int index) {
    if (index == shared.loops()) {
      return Future.succeededFuture();
    }
    LoopVerticle loop = new LoopVerticle(shared, index);
    return vertx
        .deployVerticle(loop)
        .compose(
            ignored -> {
              loops.add(loop);
              return startLoop(shared, index + 1);
            });
  }

  /** Listeners and where they really listen. */
  public Map<String, BindAddress> addresses() {
    Map<String, BindAddress> addresses = new LinkedHashMap<>();
    for (Listener listener : loops.get(0).listeners()) {
      addresses.put(listener.name(), listener.address());
    }
    return addresses;
  }

  /** Whether it is on its way out: readiness is false then. */
  public boolean draining() {
    return draining.get();
  }

  /** What is done about a heap that is nearly full. */
  public Pressure.Level pressure() {
    return pressure.level();
  }

  /** What the process does about a full heap, and what it could not log. */
  @Override
  public void collect(Samples into) {
    into.gauge(
        "headwater_heap_pressure",
        "1 while a nearly full heap has clients asked to close, 2 while new requests are"
            + " refused.",
        pressure().ordinal());
    into.counter(
        "headwater_access_log_lines_dropped",
        "Lines that were not written, since requests do not wait for the access log.",
        (double) accessLog.dropped());
  }

  /** Open client connections. */
  public int connections() {
    return states.stream().mapToInt(ListenerState::connections).sum();
  }

  /**
   * Stops: from now on responses ask clients to close; after the configured delay no connection is
   * accepted, exchanges in flight are finished, spans are delivered.
   *
   * @return whether every exchange could be finished in time
   */
  public Future<Boolean> stop() {
    DrainPolicy policy = snapshots.get().configuration().drain();
    draining.set(true);
    states.forEach(ListenerState::drain);
    return pause(policy.delay())
        .compose(ignored -> drainLoops(policy.timeout()))
        .compose(clean -> flush().map(clean));
  }

  private Future<?> pause(Duration delay) {
    return delay.isZero()
        ? Future.succeededFuture()
        : vertx.timer(delay.toMillis(), java.util.concurrent.TimeUnit.MILLISECONDS);
  }

  private Future<Boolean> drainLoops(Duration within) {
    long started = System.nanoTime();
    return Future.join(states.stream().map(ListenerState::shut).toList())
        .compose(ignored -> Future.join(loops.stream().map(loop -> loop.drain(within)).toList()))
        .map(ignored -> System.nanoTime() - started < within.toNanos());
  }

  private Future<?> flush() {
    return Future.fromCompletionStage(reporter.flush(SPAN_FLUSH))
        .onComplete(
            ignored -> {
              heapWatch.close();
              accessLog.close();
            });
  }
}
