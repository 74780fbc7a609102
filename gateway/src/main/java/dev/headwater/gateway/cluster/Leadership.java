package dev.headwater.gateway.cluster;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.extended.leaderelection.LeaderCallbacks;
import io.fabric8.kubernetes.client.extended.leaderelection.LeaderElectionConfig;
import io.fabric8.kubernetes.client.extended.leaderelection.LeaderElectionConfigBuilder;
import io.fabric8.kubernetes.client.extended.leaderelection.resourcelock.LeaseLock;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Whether this replica is the one that writes: it holds a Lease (coordination.k8s.io). Every
 * replica serves; one that is away longer than the lease is followed by another, one that stops
 * gives the lease back.
 */
final class Leadership implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Leadership.class);

  // The durations of Kubernetes' own controllers (client-go's leaderelection).
  private static final Duration LEASE = Duration.ofSeconds(15);
  private static final Duration RENEW = Duration.ofSeconds(10);
  private static final Duration RETRY = Duration.ofSeconds(2);

  private final KubernetesClient client;
  private final LeaderElectionConfig config;
  private final ScheduledExecutorService later;
  private volatile boolean leads;
  private boolean closed;
  private @Nullable CompletableFuture<?> election;

  /**
   * A replica that does not stand for election yet.
   *
   * @param started told when it begins to lead, on a thread of the client's
   */
  Leadership(
      KubernetesClient client,
      String namespace,
      String name,
      String identity,
      ScheduledExecutorService later,
      Runnable started) {
    this.client = client;
    this.later = later;
    this.config =
        new LeaderElectionConfigBuilder()
            .withName(name)
            .withLock(new ToldLock(new LeaseLock(namespace, name, identity), LOG))
            .withLeaseDuration(LEASE)
            .withRenewDeadline(RENEW)
            .withRetryPeriod(RETRY)
            .withReleaseOnCancel(true)
            .withLeaderCallbacks(
                new LeaderCallbacks(
                    () -> {
                      LOG.info("{} holds the Lease {}/{}: it writes", identity, namespace, name);
                      leads = true;
                      started.run();
                    },
                    () -> {
                      LOG.info("{} gave up the Lease {}/{}", identity, namespace, name);
                      leads = false;
                    },
                    leader -> LOG.debug("Lease {}/{} is held by {}", namespace, name, leader)))
            .build();
  }

  /** Stands for election, again whenever it is lost. */
  synchronized void start() {
    if (closed) {
      return;
    }
    CompletableFuture<?> running = client.leaderElector().withConfig(config).build().start();
    election = running;
    var unused = running.whenComplete((over, failed) -> again());
  }

  private void again() {
    leads = false;
    try {
      var unused = later.schedule(this::start, RETRY.toMillis(), TimeUnit.MILLISECONDS);
    } catch (RejectedExecutionException stopping) {
      LOG.debug("No further election", stopping);
    }
  }

  /** Whether it writes now. */
  boolean leads() {
    return leads;
  }

  @Override
  public synchronized void close() {
    closed = true;
    CompletableFuture<?> running = election;
    if (running != null) {
      running.cancel(true);
    }
  }
}
