package dev.headwater.gateway;

import io.netty.util.internal.PlatformDependent;
import java.lang.management.BufferPoolMXBean;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/**
 * What this process holds at a moment.
 *
 * @param heap bytes of the heap after a collection
 * @param direct bytes outside of it: Netty's and the platform's buffers
 * @param files open file descriptors
 * @param threads live threads
 */
record Footprint(long heap, long direct, long files, int threads) {
  static Footprint now() throws Exception {
    long heap = Long.MAX_VALUE;
    for (int i = 0; i < 3; i++) {
      System.gc();
      heap = Math.min(heap, ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed());
    }
    long direct = Math.max(0, PlatformDependent.usedDirectMemory());
    for (BufferPoolMXBean pool : ManagementFactory.getPlatformMXBeans(BufferPoolMXBean.class)) {
      if (pool.getName().equals("direct")) {
        direct = Math.max(direct, pool.getMemoryUsed());
      }
    }
    long files;
    try (Stream<Path> open = Files.list(Path.of("/proc/self/fd"))) {
      files = open.count();
    }
    return new Footprint(heap, direct, files, ManagementFactory.getThreadMXBean().getThreadCount());
  }

  /** Bytes more than {@code before}. */
  long beyond(Footprint before) {
    return heap - before.heap + direct - before.direct;
  }
}
