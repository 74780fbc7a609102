package dev.headwater.gateway.report;

import dev.headwater.gateway.spool.Losses;
import dev.headwater.gateway.spool.Spool;
import dev.headwater.routes.SpoolPolicy;
import java.io.IOException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;

/**
 * Opens a sink's spool as soon as its directory lets itself be opened, and gives a failing disk a
 * second's rest between tries. Says so once when spans can only be held in memory, and once when
 * that is over. Confined to the backlog's lock, but for {@link #view}.
 */
final class SpoolKeeper {
  private static final long REST_NANOS = TimeUnit.SECONDS.toNanos(1);

  private final Logger log;
  private final String sink;
  private final SpoolPolicy policy;
  private final Losses losses;
  private long restsUntil;
  private boolean rests;
  private long forcedAt;
  private volatile @Nullable Spool spool;
  private volatile @Nullable String fault;
  private volatile long failures;
  private volatile long recovered;

  SpoolKeeper(Logger log, String sink, SpoolPolicy policy, Losses losses) {
    this.log = log;
    this.sink = sink;
    this.policy = policy;
    this.losses = losses;
  }

  /** The spool to read from, or null while it could not be opened. */
  @Nullable Spool readable() {
    return spool;
  }

  /** The spool to write to, or null while that would fail. */
  @Nullable Spool writable(long now) {
    if (rests && now - restsUntil < 0) {
      return null;
    }
    rests = false;
    Spool open = spool;
    return open == null ? open(now) : open;
  }

  private @Nullable Spool open(long now) {
    try {
      Spool opened = Spool.open(policy, losses);
      spool = opened;
      recovered = opened.spans();
      if (recovered > 0) {
        log.info(
            "{} spans that an earlier process left in {} go to {} first",
            recovered,
            policy.directory(),
            sink);
      }
      worked();
      return opened;
    } catch (IOException e) {
      failed(e, now);
      return null;
    }
  }

  /** Something was written. */
  void worked() {
    String past = fault;
    fault = null;
    if (past != null) {
      log.info("spans for {} are written to {} again, after: {}", sink, policy.directory(), past);
    }
  }

  /** The disk failed. */
  void failed(IOException e, long now) {
    failures = failures + 1;
    rests = true;
    restsUntil = now + REST_NANOS;
    if (fault == null) {
      log.warn(
          "spans for {} are held in memory only: {} (spool {}; tried again every second; requests"
              + " are not affected)",
          sink,
          e.getMessage(),
          policy.directory());
    }
    fault = String.valueOf(e.getMessage());
  }

  /** Forces what was written to the device once a second, where the policy is to do so. */
  void force(long now) {
    Spool open = spool;
    if (open == null || now - forcedAt < REST_NANOS) {
      return;
    }
    forcedAt = now;
    try {
      open.sync();
    } catch (IOException e) {
      failed(e, now);
    }
  }

  /** From any thread. */
  SpoolView view() {
    Spool open = spool;
    return new SpoolView(
        open == null ? 0 : open.spans(),
        open == null ? 0 : open.bytes(),
        policy.maxBytes(),
        open == null ? 0 : open.oldestMicros(),
        recovered,
        failures,
        fault);
  }

  void close() {
    Spool open = spool;
    if (open != null) {
      open.close();
    }
  }
}
