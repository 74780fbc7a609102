package dev.headwater.gateway.config;

import dev.headwater.gateway.config.ReloadResult.Outcome;
import dev.headwater.gateway.snapshot.Snapshot;
import dev.headwater.gateway.snapshot.SnapshotRef;
import dev.headwater.routes.Configuration;
import dev.headwater.routes.compile.Loaded;
import dev.headwater.routes.schema.EffectiveView;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the snapshot in step with what is written.
 *
 * <p>Looks at the metadata of the files a configuration was made from, four times a second; a
 * change is read once it has been quiet for the hold-off, so that a file is not read half written.
 * What reads the same as before is skipped. A good change becomes a snapshot; a bad one is logged
 * with all its problems, and the last good snapshot stays. What cannot change without a restart
 * keeps its running value and is named.
 *
 * <p>Works on a thread of its own, since disks block; every method may be called from any thread.
 */
public final class ConfigWatcher implements AutoCloseable {
  /** How often metadata are looked at. */
  public static final Duration INTERVAL = Duration.ofMillis(250);

  /** How long files have to be left alone before they are read. */
  static final Duration HOLD_OFF = Duration.ofMillis(200);

  /** How long a change waits at most, when files never come to rest. */
  static final Duration MOST_PATIENCE = Duration.ofSeconds(2);

  private static final Logger LOG = LoggerFactory.getLogger(ConfigWatcher.class);

  private final ConfigReader reader;
  private final SnapshotRef snapshots;
  private final Clock clock;
  private final LongSupplier ticker;
  private final Object lock = new Object();

  private ConfigReading last;
  private Map<String, String> inForce;
  private Map<Path, FileStamp> seen;
  private @Nullable Change change;
  private volatile ReloadStatus status;
  private volatile EffectiveView effective;
  private volatile @Nullable ScheduledExecutorService thread;

  /**
   * A watcher that starts from a reading that is in force already.
   *
   * @param first the reading that the snapshot in {@code snapshots} was made from
   * @param ticker nanoseconds from any start, such as {@link System#nanoTime}
   */
  public ConfigWatcher(
      ConfigReader reader,
      ConfigReading first,
      SnapshotRef snapshots,
      Clock clock,
      LongSupplier ticker) {
    this.reader = reader;
    this.last = first;
    this.inForce = first.content();
    this.seen = first.stamps();
    this.snapshots = snapshots;
    this.clock = clock;
    this.ticker = ticker;
    this.effective = first.loaded().effective();
    Snapshot snapshot = snapshots.get();
    this.status = ReloadStatus.started(snapshot.version(), snapshot.since());
    tellMasked(first.loaded());
  }

  /** Begins to look. */
  public void start() {
    ScheduledExecutorService executor =
        Executors.newSingleThreadScheduledExecutor(
            task -> {
              Thread watching = new Thread(task, "headwater-config");
              watching.setDaemon(true);
              return watching;
            });
    thread = executor;
    long nanos = INTERVAL.toNanos();
    var unused = executor.scheduleWithFixedDelay(this::look, nanos, nanos, TimeUnit.NANOSECONDS);
  }

  /** Stops looking; what is in force stays. */
  @Override
  public void close() {
    ScheduledExecutorService executor = thread;
    if (executor != null) {
      executor.shutdownNow();
    }
  }

  /** Reads now, whatever metadata say: the answer to a SIGHUP. */
  public ReloadResult reloadNow() {
    synchronized (lock) {
      ReloadResult result = reload();
      if (result.outcome() == Outcome.UNCHANGED) {
        LOG.info("Configuration unchanged, version {} stays in force", result.version());
      }
      return result;
    }
  }

  /** How reloading stands. */
  public ReloadStatus status() {
    return status;
  }

  /** The values in force as they were written, each with its origin. */
  public EffectiveView effective() {
    return effective;
  }

  private void look() {
    try {
      poll();
    } catch (RuntimeException e) {
      // The scheduler would never call again.
      LOG.error("Configuration cannot be watched this time", e);
    }
  }

  /** Looks once, and reloads when a change has come to rest. */
  void poll() {
    synchronized (lock) {
      Map<Path, FileStamp> now = ConfigReader.stamps(last);
      long at = ticker.getAsLong();
      if (!now.equals(seen)) {
        seen = now;
        change = change == null ? new Change(at, at) : change.again(at);
      }
      Change waiting = change;
      if (waiting == null ? last.mayHideChange() : waiting.isDue(at)) {
        ReloadResult unused = reload();
      }
    }
  }

  private ReloadResult reload() {
    change = null;
    ConfigReading next = reader.read();
    boolean same = next.content().equals(last.content());
    last = next;
    seen = next.stamps();
    if (same) {
      return result(Outcome.UNCHANGED, status.problems());
    }
    Configuration wanted = next.loaded().configuration().orElse(null);
    if (wanted == null) {
      return refuse(next);
    }
    if (next.content().equals(inForce)) {
      status = status.afterReturn(next.at());
      LOG.info("Configuration is as before again, version {} stays in force", status.version());
      return result(Outcome.UNCHANGED, List.of());
    }
    return apply(next, wanted);
  }

  private ReloadResult refuse(ConfigReading reading) {
    List<String> problems = reading.loaded().problems().stream().map(Object::toString).toList();
    status = status.afterRefusal(reading.at(), problems);
    LOG.error(
        "Configuration change refused, {}; version {} stays in force",
        problems.size() == 1 ? "1 problem" : problems.size() + " problems",
        status.version());
    problems.forEach(LOG::error);
    return result(Outcome.REFUSED, problems);
  }

  private ReloadResult apply(ConfigReading reading, Configuration wanted) {
    Snapshot running = snapshots.get();
    RestartSplit split = RestartSplit.of(running.configuration(), wanted);
    Snapshot next = running.next(split.inForce(), clock.instant(), reader.source().name());
    inForce = reading.content();
    effective = reading.loaded().effective();
    status = status.afterSuccess(next.version(), next.since(), split.waiting());
    snapshots.swap(next);
    LOG.info("Configuration version {} in force, from {}", next.version(), next.origin());
    tellMasked(reading.loaded());
    if (!split.waiting().isEmpty()) {
      LOG.warn("Waiting for a restart: {}", String.join(", ", split.waiting()));
    }
    return result(Outcome.APPLIED, List.of());
  }

  private static void tellMasked(Loaded loaded) {
    loaded.masked().forEach(masked -> LOG.info("{}", masked));
  }

  private ReloadResult result(Outcome outcome, List<String> problems) {
    return new ReloadResult(outcome, status.version(), problems, status.waiting());
  }

  /**
   * A change that was seen and not read yet, in nanoseconds of the ticker.
   *
   * @param first when it began
   * @param latest when files last differed from one look to the next
   */
  private record Change(long first, long latest) {
    Change again(long at) {
      return new Change(first, at);
    }

    boolean isDue(long at) {
      return at - latest >= HOLD_OFF.toNanos() || at - first >= MOST_PATIENCE.toNanos();
    }
  }
}
