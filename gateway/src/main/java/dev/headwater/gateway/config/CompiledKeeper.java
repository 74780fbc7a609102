package dev.headwater.gateway.config;

import dev.headwater.gateway.config.ReloadResult.Outcome;
import dev.headwater.gateway.snapshot.SamplingOrigin;
import dev.headwater.gateway.snapshot.Snapshot;
import dev.headwater.gateway.snapshot.SnapshotRef;
import dev.headwater.routes.Configuration;
import dev.headwater.routes.compile.ConfigurationInput;
import dev.headwater.routes.compile.ConfigurationInput.SamplingText;
import dev.headwater.routes.compile.ConfigurationLoader;
import dev.headwater.routes.compile.Loaded;
import dev.headwater.routes.document.Problem;
import dev.headwater.routes.kubernetes.ObjectReport;
import dev.headwater.sampling.SamplingPolicy;
import java.time.Clock;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Puts in force what somebody else compiled, such as the objects of a cluster.
 *
 * <p>What compiles to the same as before is skipped. What cannot change without a restart keeps its
 * running value and is named. Sampling that was set by hand outlives changes of routes and
 * endpoints, and ends with the next change of the compiled sampling.
 *
 * <p>Any thread may ask, one at a time is answered.
 */
public final class CompiledKeeper implements ConfigControl {
  private static final Logger LOG = LoggerFactory.getLogger(CompiledKeeper.class);

  private final String source;
  private final SnapshotRef snapshots;
  private final Clock clock;

  private Configuration last;
  private @Nullable ByHand byHand;
  private volatile boolean begun;
  private volatile ReloadStatus status;
  private volatile List<ObjectReport> reports = List.of();
  private volatile Supplier<String> effective = () -> "";

  /**
   * A keeper whose snapshots hold a configuration to wait with.
   *
   * @param source how messages call where configurations are made from
   */
  public CompiledKeeper(String source, SnapshotRef snapshots, Clock clock) {
    this.source = source;
    this.snapshots = snapshots;
    this.clock = clock;
    Snapshot waiting = snapshots.get();
    this.last = waiting.configuration();
    this.status = ReloadStatus.started(waiting.version(), waiting.since(), List.of());
  }

  /** Whether a configuration was put in force; before that nothing is bound to an address. */
  public boolean begun() {
    return begun;
  }

  /** Puts what was compiled in force, unless it is so already. */
  public synchronized ReloadResult take(Compiled next) {
    Configuration wanted = next.configuration();
    boolean same = begun && wanted.equals(last);
    boolean sampled = begun && !wanted.tracing().sampling().equals(last.tracing().sampling());
    effective = next.effective();
    if (!same) {
      if (byHand != null && sampled) {
        LOG.info("Sampling that was set by hand is ended by a change of {}", source);
        byHand = null;
      }
      apply(wanted);
    }
    reports = next.reports();
    tell(next.problems());
    Outcome outcome = same ? Outcome.UNCHANGED : Outcome.APPLIED;
    return new ReloadResult(outcome, status.version(), next.problems(), status.waiting());
  }

  private void apply(Configuration wanted) {
    Snapshot running = snapshots.get();
    Configuration asked = byHand == null ? wanted : with(wanted, byHand.sampling);
    // Nothing is bound before the first one, so nothing of it has to wait for a restart.
    RestartSplit split =
        begun
            ? RestartSplit.of(running.configuration(), asked)
            : new RestartSplit(asked, List.of());
    Snapshot next =
        byHand == null
            ? running.next(split.inForce(), clock.instant(), source)
            : running.next(split.inForce(), clock.instant(), source, byHand.origin);
    List<String> waiting = split.waiting();
    if (!waiting.isEmpty() && !waiting.equals(status.waiting())) {
      LOG.warn("Waiting for a restart: {}", String.join(", ", waiting));
    }
    last = wanted;
    status = status.afterSuccess(next.version(), next.since(), waiting, List.of());
    snapshots.swap(next);
    begun = true;
    LOG.debug("Configuration version {} in force, from {}", next.version(), source);
  }

  /**
   * Tells those that follow the snapshots of the one in force again: whoever began to follow them
   * while one took effect may have missed it.
   */
  public synchronized void tellAgain() {
    snapshots.swap(snapshots.get());
  }

  private void tell(List<String> problems) {
    if (problems.isEmpty()) {
      if (!status.successful()) {
        status = status.afterReturn(clock.instant());
      }
      return;
    }
    if (!problems.equals(status.problems())) {
      status = status.afterRefusal(clock.instant(), problems);
      problems.forEach(LOG::error);
    }
  }

  @Override
  public synchronized SamplingChange setSampling(String document, String by) {
    Loaded loaded =
        ConfigurationLoader.load(
            ConfigurationInput.of("", source)
                .with(new SamplingText(document, ConfigKeeper.BY_HAND)));
    Configuration read = loaded.configuration().orElse(null);
    if (read == null) {
      LOG.warn("Sampling sent by {} refused; version {} stays in force", by, status.version());
      return change(loaded.problems());
    }
    ByHand set =
        new ByHand(
            read.tracing().sampling(),
            SamplingOrigin.temporary(ConfigKeeper.BY_HAND + " by " + by));
    byHand = set;
    Snapshot running = snapshots.get();
    Snapshot next =
        running.next(
            with(running.configuration(), set.sampling), clock.instant(), source, set.origin);
    status = status.afterSampling(next.version(), List.of());
    snapshots.swap(next);
    LOG.info(
        "Configuration version {} in force, its sampling set by {}; it ends with the next change of"
            + " the sampling of {} or a restart",
        next.version(),
        by,
        source);
    return change(List.of());
  }

  @Override
  public synchronized SamplingChange unsetSampling(String by) {
    if (byHand != null) {
      LOG.info("Sampling that was set by hand is ended by {}", by);
      byHand = null;
      apply(last);
    }
    return change(List.of());
  }

  private SamplingChange change(List<Problem> problems) {
    Snapshot now = snapshots.get();
    return new SamplingChange(problems.isEmpty(), now.version(), now.since(), problems, List.of());
  }

  private static Configuration with(Configuration configuration, SamplingPolicy sampling) {
    return configuration.with(configuration.tracing().given(sampling));
  }

  @Override
  public ReloadStatus status() {
    return status;
  }

  @Override
  public String effectiveYaml() {
    return effective.get();
  }

  @Override
  public List<ObjectReport> reports() {
    return reports;
  }

  private record ByHand(SamplingPolicy sampling, SamplingOrigin origin) {}
}
