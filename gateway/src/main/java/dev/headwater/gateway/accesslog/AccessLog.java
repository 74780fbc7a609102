package dev.headwater.gateway.accesslog;

import dev.headwater.gateway.pipeline.Exchange;
import dev.headwater.gateway.pipeline.ExchangeLog;
import dev.headwater.gateway.pipeline.TunnelFacts;
import dev.headwater.routes.AccessLogPolicy;
import dev.headwater.routes.LogTemplate;
import java.io.BufferedOutputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import org.jctools.queues.MpscArrayQueue;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes one line per request from a thread of its own; a request that became a tunnel has its line
 * when the tunnel is over.
 *
 * <p>Event loops hand entries over through a bounded queue; when the writer falls behind, entries
 * are dropped and counted, and no request waits. Lines are written in batches and flushed whenever
 * the queue runs empty.
 */
public final class AccessLog implements ExchangeLog, AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(AccessLog.class);

  private static final int QUEUE = 64 << 10;
  private static final int BATCH = 512;
  private static final long PARK_NANOS = 20_000_000L;

  private final MpscArrayQueue<AccessEntry> queue = new MpscArrayQueue<>(QUEUE);
  private final LongAdder dropped = new LongAdder();
  private final OutputStream out;
  private final EntryWriter format;
  private final Thread writer;
  private volatile boolean closed;

  private AccessLog(OutputStream out, EntryWriter format) {
    this.out = out;
    this.format = format;
    this.writer = new Thread(this::run, "headwater-access-log");
    this.writer.setDaemon(true);
  }

  /**
   * Opens the log and starts its writer.
   *
   * @throws IOException when the file cannot be appended to
   */
  public static AccessLog open(AccessLogPolicy policy) throws IOException {
    OutputStream target =
        switch (policy.to()) {
          case "stdout" -> System.out;
          case "stderr" -> System.err;
          default -> new FileOutputStream(policy.to(), true);
        };
    LogTemplate template = policy.template();
    AccessLog log =
        new AccessLog(
            new BufferedOutputStream(target, 64 << 10),
            template == null ? new LineFormat(policy.format()) : new TemplateFormat(template));
    log.writer.start();
    return log;
  }

  @Override
  public void ended(Exchange exchange) {
    write(AccessEntry.of(exchange));
  }

  @Override
  public Consumer<TunnelFacts> tunnel(Exchange exchange) {
    AccessEntry handshake = AccessEntry.of(exchange);
    return facts -> write(handshake.ended(facts));
  }

  private void write(AccessEntry entry) {
    if (!queue.offer(entry)) {
      dropped.increment();
    }
  }

  /** Lines that were never written. */
  public long dropped() {
    return dropped.sum();
  }

  private void run() {
    StringBuilder lines = new StringBuilder(16 << 10);
    boolean warned = false;
    while (!closed || !queue.isEmpty()) {
      lines.setLength(0);
      int taken = queue.drain(entry -> format.write(lines, entry), BATCH);
      try {
        out.write(lines.toString().getBytes(StandardCharsets.UTF_8));
        if (taken < BATCH) {
          out.flush();
        }
      } catch (IOException e) {
        dropped.add(taken);
        if (!warned) {
          warned = true;
          LOG.warn("The access log cannot be written: {}", e.getMessage());
        }
      }
      if (taken == 0) {
        LockSupport.parkNanos(PARK_NANOS);
      }
    }
  }

  /** Writes what is queued, at most for a second, and stops. */
  @Override
  public void close() throws IOException {
    closed = true;
    LockSupport.unpark(writer);
    try {
      writer.join(1000);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    out.flush();
  }
}
