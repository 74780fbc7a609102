package dev.headwater.gateway.report;

import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;

/**
 * Says that spans do not arrive: at once, then at most once a minute with counts, and once when it
 * is over. Safe for use from any thread; {@link #present()} never waits.
 */
final class FaultLog {
  private static final long PERIOD_NANOS = TimeUnit.MINUTES.toNanos(1);

  private final Logger log;
  private final String sink;
  private final SpanCounts counts;
  private final Time time;
  private volatile @Nullable String fault;
  private boolean everLogged;
  private boolean saidBroken;
  private long loggedAt;
  private long droppedBefore;

  FaultLog(Logger log, String sink, SpanCounts counts, Time time) {
    this.log = log;
    this.sink = sink;
    this.counts = counts;
    this.time = time;
  }

  /** Delivery failed, or spans had to be dropped. */
  synchronized void fault(String reason) {
    fault = reason;
    long now = time.nanos();
    if (everLogged && now - loggedAt < PERIOD_NANOS) {
      return;
    }
    long dropped = counts.dropped();
    log.warn(
        "spans do not reach {}: {} ({} dropped since the last such line, {} in all; requests are"
            + " not affected)",
        sink,
        reason,
        dropped - droppedBefore,
        dropped);
    everLogged = true;
    saidBroken = true;
    loggedAt = now;
    droppedBefore = dropped;
  }

  /** A batch arrived. */
  synchronized void delivered() {
    String past = fault;
    fault = null;
    if (past != null && saidBroken) {
      saidBroken = false;
      log.info("spans reach {} again, after: {}", sink, past);
    }
  }

  /** Why delivery fails at present, or null. */
  @Nullable String present() {
    return fault;
  }
}
