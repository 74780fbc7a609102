package dev.headwater.gateway.config;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Has the configuration read when its files change.
 *
 * <p>Looks at the metadata of the files it was made from, four times a second; a change is read
 * once it has been quiet for the hold-off, so that a file is not read half written. A change is in
 * force within two looks and the hold-off, 0.7 s and the time of reading.
 *
 * <p>Works on a thread of its own, since disks block.
 */
public final class ConfigWatcher implements AutoCloseable {
  /** How often metadata are looked at. */
  public static final Duration INTERVAL = Duration.ofMillis(250);

  /** How long files have to be left alone before they are read. */
  static final Duration HOLD_OFF = Duration.ofMillis(200);

  /** How long a change waits at most, when files never come to rest. */
  static final Duration MOST_PATIENCE = Duration.ofSeconds(2);

  private static final Logger LOG = LoggerFactory.getLogger(ConfigWatcher.class);

  private final ConfigKeeper keeper;
  private final LongSupplier ticker;
  private Map<Path, FileStamp> seen = Map.of();
  private @Nullable Change change;
  private volatile @Nullable ScheduledExecutorService thread;

  /**
   * A watcher that has not begun.
   *
   * @param ticker nanoseconds from any start, such as {@link System#nanoTime}
   */
  public ConfigWatcher(ConfigKeeper keeper, LongSupplier ticker) {
    this.keeper = keeper;
    this.ticker = ticker;
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

  private void look() {
    try {
      poll();
    } catch (RuntimeException e) {
      // The scheduler would never call again.
      LOG.error("Configuration cannot be watched this time", e);
    }
  }

  /** Looks once, and reloads when a change has come to rest. By one thread at a time. */
  void poll() {
    Map<Path, FileStamp> read = keeper.stamps();
    Map<Path, FileStamp> now = ConfigReader.stamps(read.keySet());
    long at = ticker.getAsLong();
    if (now.equals(read)) {
      change = null;
    } else if (!now.equals(seen) || change == null) {
      change = change == null ? new Change(at, at) : change.again(at);
    }
    seen = now;
    Change waiting = change;
    if (waiting == null ? keeper.mayHideChange() : waiting.isDue(at)) {
      change = null;
      if (waiting != null && waiting.isOverdue(at)) {
        ReloadResult unused = keeper.reload();
      } else if (!keeper.reloadAtRest()) {
        change = waiting == null ? new Change(at, at) : waiting.again(at);
      }
    }
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
      return at - latest >= HOLD_OFF.toNanos() || isOverdue(at);
    }

    boolean isOverdue(long at) {
      return at - first >= MOST_PATIENCE.toNanos();
    }
  }
}
