package dev.headwater.gateway;

import com.sun.management.ThreadMXBean;
import io.netty.util.ResourceLeakDetector;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadInfo;
import java.time.Duration;
import java.util.function.ToLongFunction;

/** What the event loops of this process used since its start. */
final class Loops {
  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

  private Loops() {}

  private static long sum(ToLongFunction<ThreadInfo> what) {
    long sum = 0;
    for (ThreadInfo thread : THREADS.getThreadInfo(THREADS.getAllThreadIds())) {
      if (thread != null && thread.getThreadName().startsWith("vert.x-eventloop")) {
        sum += Math.max(0, what.applyAsLong(thread));
      }
    }
    return sum;
  }

  /**
   * Bytes of heap that they asked for: more than they keep, whenever the collector runs. Nothing is
   * measured while the leak detector follows every buffer, whose notes are far larger.
   */
  static long allocated() {
    return ResourceLeakDetector.getLevel() == ResourceLeakDetector.Level.PARANOID
        ? 0
        : sum(thread -> THREADS.getThreadAllocatedBytes(thread.getThreadId()));
  }

  /** Nanoseconds of processor time. */
  static long cpu() {
    return sum(thread -> THREADS.getThreadCpuTime(thread.getThreadId()));
  }

  /** Waits for 200 ms of which they use less than a tenth; fails when it takes more than 5 s. */
  static void awaitIdle() throws Exception {
    long[] last = {cpu(), System.nanoTime()};
    Await.until(
        "the event loops are idle",
        Duration.ofSeconds(5),
        () -> {
          long now = System.nanoTime();
          if (now - last[1] < 200_000_000L) {
            return false;
          }
          long used = cpu() - last[0];
          last[0] += used;
          last[1] = now;
          return used < 20_000_000L;
        });
  }
}
