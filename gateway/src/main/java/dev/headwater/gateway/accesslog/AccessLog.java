package dev.headwater.gateway.accesslog;

import dev.headwater.routes.AccessLogPolicy;
import dev.headwater.routes.LogTemplate;
import java.io.BufferedOutputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.LockSupport;
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
final class AccessLog {
  private static final Logger LOG = LoggerFactory.getLogger(AccessLog.class);

  private static final int QUEUE = 64 << 10;
  private static final int BATCH = 512;
  private static final long PARK_NANOS = 20_000_000L;

  private final MpscArrayQueue<AccessEntry> queue = new MpscArrayQueue<>(QUEUE);
  private final LongAdder dropped;
  private final OutputStream out;
  private final boolean isFile;
  private final EntryWriter format;
  private final Thread writer;
  private volatile boolean closed;
  private boolean warned;

  private AccessLog(OutputStream out, boolean isFile, EntryWriter format, LongAdder dropped) {
    this.dropped = dropped;
    this.out = out;
    this.isFile = isFile;
    this.format = format;
    this.writer = new Thread(this::run, "headwater-access-log");
    this.writer.setDaemon(true);
  }

  /**
   * Opens a log, which takes entries at once and writes them from its {@link #start} on.
   *
   * @param dropped counts lines that are never written
   * @throws IOException when the file cannot be appended to
   */
  static AccessLog open(AccessLogPolicy policy, LongAdder dropped) throws IOException {
    OutputStream target =
        switch (policy.to()) {
          case "stdout" -> System.out;
          case "stderr" -> System.err;
          default -> new FileOutputStream(policy.to(), true);
        };
    LogTemplate template = policy.template();
    return new AccessLog(
        new BufferedOutputStream(target, 64 << 10),
        target instanceof FileOutputStream,
        template == null ? new LineFormat(policy.format()) : new TemplateFormat(template),
        dropped);
  }

  void start() {
    writer.start();
  }

  /** Takes an entry, or drops and counts it; false when the log has ended. */
  boolean write(AccessEntry entry) {
    if (closed) {
      return false;
    }
    if (!queue.offer(entry)) {
      dropped.increment();
    }
    return true;
  }

  private void run() {
    StringBuilder lines = new StringBuilder(16 << 10);
    while (!closed || !queue.isEmpty()) {
      if (writeBatch(lines) == 0) {
        LockSupport.parkNanos(PARK_NANOS);
      }
    }
  }

  private int writeBatch(StringBuilder lines) {
    lines.setLength(0);
    int taken = queue.drain(entry -> format.write(lines, entry), BATCH);
    try {
      out.write(lines.toString().getBytes(StandardCharsets.UTF_8));
      if (taken < BATCH) {
        out.flush();
      }
    } catch (IOException e) {
      dropped.add(taken);
      warn(e);
    }
    return taken;
  }

  /**
   * Ends it: what is queued is still written. Waits for that, a second at most; a target that takes
   * nothing keeps the writer, and nobody else.
   */
  void close() {
    closed = true;
    LockSupport.unpark(writer);
    try {
      writer.join(1000);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    if (writer.isAlive()) {
      LOG.warn("The access log takes nothing: up to {} lines are behind", queue.size());
    } else {
      // A loop that did not see the end yet has offered behind the writer's last look.
      writeRest();
    }
  }

  private void writeRest() {
    StringBuilder lines = new StringBuilder();
    while (!queue.isEmpty()) {
      writeBatch(lines);
    }
    try {
      if (isFile) {
        out.close();
      } else {
        out.flush();
      }
    } catch (IOException e) {
      warn(e);
    }
  }

  private void warn(IOException e) {
    if (!warned) {
      warned = true;
      LOG.warn("The access log cannot be written: {}", e.getMessage());
    }
  }
}
