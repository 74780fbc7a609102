package dev.headwater.gateway.cluster;

import dev.headwater.gateway.config.Compiled;
import dev.headwater.gateway.config.CompiledKeeper;
import dev.headwater.gateway.config.ReloadResult;
import dev.headwater.routes.kubernetes.ClusterCompiler;
import dev.headwater.routes.kubernetes.ClusterObjects;
import dev.headwater.routes.kubernetes.Compilation;
import dev.headwater.routes.kubernetes.Kept;
import dev.headwater.routes.kubernetes.ObjectReport;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps a gateway in step with a cluster: follows its objects, has them compiled when they change,
 * puts the result in force, and then tells the cluster.
 *
 * <p>The first configuration is in force once every kind of object was listed. From then on the
 * last one stays whatever becomes of the API server. Works on two threads of its own, one that
 * compiles and swaps and one that writes to the cluster, since both block.
 */
public final class ClusterSource implements AutoCloseable {
  /** From the end of one compilation to the start of the next. */
  static final Duration HOLD_OFF = Duration.ofMillis(100);

  /** How long routes wait for the Secrets and ConfigMaps that came with them. */
  private static final Duration NAMED_PATIENCE = Duration.ofSeconds(2);

  /** How often statuses are compared, whatever changed. */
  private static final Duration WRITE_PERIOD = Duration.ofSeconds(30);

  private static final Duration AGAIN = Duration.ofSeconds(1);
  private static final Duration END_PATIENCE = Duration.ofSeconds(3);
  private static final String LEASE = "headwater-ingress";
  private static final Logger LOG = LoggerFactory.getLogger(ClusterSource.class);

  private final ClusterOptions options;
  private final CompiledKeeper keeper;
  private final LiveReplicas replicas;
  private final KubernetesClient client;
  private final ClusterCaches caches;
  private final HoldOff holdOff;
  private final HoldOff writing;
  private final WrittenBack written;
  private final Leadership leadership;
  private final ScheduledExecutorService compiler = thread("headwater-cluster");
  private final ScheduledExecutorService scribe = thread("headwater-cluster-write");
  private final CompletableFuture<Void> ready = new CompletableFuture<>();

  private Kept kept = Kept.NOTHING;
  private long waitingSince;
  private boolean waiting;

  private ClusterSource(
      ClusterOptions options,
      CompiledKeeper keeper,
      LiveReplicas replicas,
      KubernetesClient client) {
    this.options = options;
    this.keeper = keeper;
    this.replicas = replicas;
    this.client = client;
    this.holdOff =
        new HoldOff(
            HOLD_OFF, System::nanoTime, (task, nanos) -> later(compiler, task, nanos), this::pass);
    this.writing =
        new HoldOff(
            HOLD_OFF, System::nanoTime, (task, nanos) -> later(scribe, task, nanos), this::write);
    this.caches = new ClusterCaches(client, options, holdOff::changed);
    this.written = new WrittenBack(new ApiWriter(client, options.identity(), Clock.systemUTC()));
    String namespace = options.namespace() == null ? client.getNamespace() : options.namespace();
    this.leadership =
        new Leadership(
            client,
            namespace == null ? "default" : namespace,
            LEASE,
            options.identity(),
            scribe,
            writing::changed);
  }

  /**
   * A source that has not begun.
   *
   * @param keeper puts in force what comes of it
   * @param replicas is kept up to date
   * @throws IOException when there is no way to the cluster
   */
  public static ClusterSource of(
      ClusterOptions options, CompiledKeeper keeper, LiveReplicas replicas) throws IOException {
    return new ClusterSource(options, keeper, replicas, ClusterClient.open(options.kubeconfig()));
  }

  private static ScheduledExecutorService thread(String name) {
    return Executors.newSingleThreadScheduledExecutor(
        task -> {
          Thread thread = new Thread(task, name);
          thread.setDaemon(true);
          return thread;
        });
  }

  private static void later(ScheduledExecutorService thread, Runnable task, long nanos) {
    try {
      var unused = thread.schedule(() -> guarded(task), nanos, TimeUnit.NANOSECONDS);
    } catch (RejectedExecutionException closed) {
      LOG.debug("A change after the end", closed);
    }
  }

  private static void guarded(Runnable task) {
    try {
      task.run();
    } catch (RuntimeException e) {
      // One bad moment must not end the following of the cluster.
      LOG.error("The cluster cannot be followed this time", e);
    }
  }

  /**
   * Begins to follow the cluster.
   *
   * @return done when the first configuration is in force, which waits for the API server for as
   *     long as it takes
   */
  public CompletionStage<Void> start() {
    LOG.info("cluster at {}", client.getMasterUrl());
    caches.start();
    return ready;
  }

  /** The gateway serves what is in force: from now on the cluster is told. */
  public void serving() {
    later(compiler, keeper::tellAgain, 0);
    leadership.start();
    long nanos = WRITE_PERIOD.toNanos();
    var unused = scribe.scheduleWithFixedDelay(writing::changed, 0, nanos, TimeUnit.NANOSECONDS);
  }

  /** Kinds of objects that could not be listed yet; empty once there is a whole view. */
  public List<String> missing() {
    return ready.isDone() ? List.of() : caches.missing();
  }

  /** Compiles again, whatever changed. */
  public void reload() {
    holdOff.changed();
  }

  private void pass() {
    if (!ready.isDone() && !caches.missing().isEmpty()) {
      return;
    }
    ClusterObjects objects = caches.view();
    replicas.count(objects.slices(), options.publishService());
    Compilation compilation = ClusterCompiler.compile(objects, options.policy(), kept);
    NamedObjects named = NamedObjects.of(objects, compilation.reports(), options.policy());
    caches.follow(named.secrets(), named.configMaps());
    if (waitsForNamed()) {
      return;
    }
    kept = compilation.kept();
    List<ObjectReport> told = compilation.reports();
    ReloadResult result =
        keeper.take(
            new Compiled(
                compilation.configuration(),
                told,
                ClusterYaml.refused(told, options.policy().configMap()),
                () -> ClusterYaml.of(options, objects, told)));
    LOG.debug("Cluster compiled: {}", result.outcome());
    if (ready.complete(null)) {
      LOG.info(
          "caches of the cluster are full: {} Ingresses, {} objects are ours",
          objects.ingresses().size(),
          told.size());
    }
    writing.changed();
  }

  /** Routes and what they name come into force together. */
  private boolean waitsForNamed() {
    if (caches.namedSettled()) {
      waiting = false;
      return false;
    }
    long now = System.nanoTime();
    if (!waiting) {
      waiting = true;
      waitingSince = now;
    }
    long left = waitingSince + NAMED_PATIENCE.toNanos() - now;
    if (left > 0) {
      // Each object that is read asks for a pass by itself; this is for those that never are.
      later(compiler, holdOff::changed, left);
      return true;
    }
    return false;
  }

  private void write() {
    List<String> addresses =
        options.publishService() == null
            ? options.publishAddresses()
            : Addresses.of(caches.published());
    if (!written.update(keeper.reports(), caches.ingresses(), addresses, leadership.leads())) {
      later(scribe, writing::changed, AGAIN.toNanos());
    }
  }

  /** Another replica may write from now on; the cluster is followed on. Does not wait. */
  public void resign() {
    later(scribe, leadership::close, 0);
  }

  @Override
  public void close() {
    compiler.shutdownNow();
    resign();
    scribe.shutdown();
    try {
      if (!scribe.awaitTermination(END_PATIENCE.toMillis(), TimeUnit.MILLISECONDS)) {
        LOG.warn("the Lease is not given back: the API server does not answer");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    caches.close();
    client.close();
  }
}
