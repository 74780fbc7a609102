package dev.headwater.gateway.overload;

import com.sun.management.GarbageCollectorMXBean;
import com.sun.management.GcInfo;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryPoolMXBean;
import java.lang.management.MemoryType;
import java.lang.management.MemoryUsage;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The heap of this virtual machine. A heap fills with garbage until it is collected, so that what
 * is in use now says little: what counts is what the last collection left, or what is in use now
 * where that is less.
 */
public final class JvmHeap implements HeapGauge {
  private final Set<String> pools =
      ManagementFactory.getMemoryPoolMXBeans().stream()
          .filter(pool -> pool.getType() == MemoryType.HEAP)
          .map(MemoryPoolMXBean::getName)
          .collect(Collectors.toSet());
  private final List<GarbageCollectorMXBean> collectors =
      ManagementFactory.getGarbageCollectorMXBeans().stream()
          .filter(GarbageCollectorMXBean.class::isInstance)
          .map(GarbageCollectorMXBean.class::cast)
          .toList();

  @Override
  public double inUse() {
    Runtime heap = Runtime.getRuntime();
    long now = heap.totalMemory() - heap.freeMemory();
    return (double) Math.min(now, leftByTheLastCollection(now)) / heap.maxMemory();
  }

  private long leftByTheLastCollection(long otherwise) {
    long at = -1;
    long left = otherwise;
    for (GarbageCollectorMXBean collector : collectors) {
      GcInfo last = collector.getLastGcInfo();
      if (last != null && last.getEndTime() > at) {
        at = last.getEndTime();
        left = heap(last.getMemoryUsageAfterGc());
      }
    }
    return left;
  }

  private long heap(Map<String, MemoryUsage> usage) {
    long sum = 0;
    for (Map.Entry<String, MemoryUsage> pool : usage.entrySet()) {
      sum += pools.contains(pool.getKey()) ? pool.getValue().getUsed() : 0;
    }
    return sum;
  }

  @Override
  public void collect() {
    System.gc();
  }
}
