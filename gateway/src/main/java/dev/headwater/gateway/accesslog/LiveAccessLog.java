package dev.headwater.gateway.accesslog;

import dev.headwater.gateway.pipeline.Exchange;
import dev.headwater.gateway.pipeline.ExchangeLog;
import dev.headwater.gateway.pipeline.TunnelFacts;
import dev.headwater.routes.AccessLogPolicy;
import java.io.IOException;
import java.util.Objects;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The access log that is asked for at the moment, or none. Event loops read one volatile field; a
 * change is made by one thread at a time, which may block.
 */
public final class LiveAccessLog implements ExchangeLog, AutoCloseable {
  private final LongAdder dropped = new LongAdder();
  private @Nullable AccessLogPolicy policy;
  private volatile @Nullable AccessLog log;

  /**
   * Writes as asked for from now on. The former log ends once what it was given is written.
   *
   * @param wanted null for no log
   * @throws IOException when the file cannot be appended to; the log stays as it was
   */
  public synchronized void follow(@Nullable AccessLogPolicy wanted) throws IOException {
    if (Objects.equals(wanted, policy)) {
      return;
    }
    AccessLog next = wanted == null ? null : AccessLog.open(wanted, dropped);
    AccessLog former = log;
    log = next;
    policy = wanted;
    if (former != null) {
      former.close();
    }
    if (next != null) {
      next.start(); // Behind the former's end: both may write to the same stream.
    }
  }

  @Override
  public void ended(Exchange exchange) {
    AccessLog now = log;
    if (now != null) {
      write(now, AccessEntry.of(exchange));
    }
  }

  /** A tunnel may outlast the log that was there when it began: its line goes to its successor. */
  @Override
  public Consumer<TunnelFacts> tunnel(Exchange exchange) {
    if (log == null) {
      return facts -> {};
    }
    AccessEntry handshake = AccessEntry.of(exchange);
    return facts -> {
      AccessLog now = log;
      if (now != null) {
        write(now, handshake.ended(facts));
      }
    };
  }

  /** A log that ended in between has a successor, or nobody wants the line any more. */
  private void write(AccessLog to, AccessEntry entry) {
    if (!to.write(entry)) {
      AccessLog now = log;
      if (now != null && now != to) {
        now.write(entry);
      }
    }
  }

  /** Lines that were never written. */
  public long dropped() {
    return dropped.sum();
  }

  /** Writes what is queued, at most for a second, and stops. */
  @Override
  public synchronized void close() {
    AccessLog last = log;
    if (last != null) {
      last.close();
    }
  }
}
