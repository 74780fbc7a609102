package dev.headwater.gateway.metrics;

import com.sun.management.OperatingSystemMXBean;
import com.sun.management.UnixOperatingSystemMXBean;
import java.io.IOException;
import java.lang.management.BufferPoolMXBean;
import java.lang.management.GarbageCollectorMXBean;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryPoolMXBean;
import java.lang.management.MemoryUsage;
import java.lang.management.ThreadMXBean;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The usual {@code process_*} and {@code jvm_*} metrics, from JMX and, where there is one, {@code
 * /proc}. What a platform does not tell is left out.
 */
public final class ProcessMetrics implements MetricsSource {
  private static final Path STATUS = Path.of("/proc/self/status");
  private static final double NANOS = 1e9;

  @Override
  public void collect(Samples into) {
    process(into);
    memory(into);
    collectors(into);
    threads(into);
    into.info(
        "jvm_runtime",
        "The Java virtual machine.",
        "version",
        System.getProperty("java.runtime.version", "unknown"),
        "vendor",
        System.getProperty("java.vm.vendor", "unknown"),
        "runtime",
        System.getProperty("java.runtime.name", "unknown"));
  }

  private static void process(Samples into) {
    into.gauge(
        "process_start_time_seconds",
        "Start time of the process since 1970.",
        ManagementFactory.getRuntimeMXBean().getStartTime() / 1e3);
    if (ManagementFactory.getOperatingSystemMXBean() instanceof OperatingSystemMXBean os) {
      into.counter(
          "process_cpu_seconds", "User and system time spent.", os.getProcessCpuTime() / NANOS);
    }
    if (ManagementFactory.getOperatingSystemMXBean() instanceof UnixOperatingSystemMXBean unix) {
      into.gauge(
          "process_open_fds", "Open file descriptors.", (double) unix.getOpenFileDescriptorCount());
      into.gauge(
          "process_max_fds",
          "Most file descriptors there may be.",
          (double) unix.getMaxFileDescriptorCount());
    }
    procStatus(into);
  }

  private static void procStatus(Samples into) {
    if (!Files.isReadable(STATUS)) {
      return;
    }
    try {
      for (String line : Files.readAllLines(STATUS)) {
        if (line.startsWith("VmRSS:")) {
          into.gauge(
              "process_resident_memory_bytes", "Resident memory size.", kibibytes(line) * 1024);
        } else if (line.startsWith("VmSize:")) {
          into.gauge(
              "process_virtual_memory_bytes", "Virtual memory size.", kibibytes(line) * 1024);
        }
      }
    } catch (IOException | NumberFormatException unreadable) {
      // The platform does not tell: the samples are left out.
    }
  }

  private static double kibibytes(String line) {
    return Long.parseLong(line.replaceAll("\\D", ""));
  }

  private static void memory(Samples into) {
    var memory = ManagementFactory.getMemoryMXBean();
    usage(into, memory.getHeapMemoryUsage(), "heap");
    usage(into, memory.getNonHeapMemoryUsage(), "nonheap");
    for (MemoryPoolMXBean pool : ManagementFactory.getMemoryPoolMXBeans()) {
      into.gauge(
          "jvm_memory_pool_used_bytes",
          "Used bytes of a memory pool.",
          (double) pool.getUsage().getUsed(),
          "pool",
          pool.getName());
    }
    for (BufferPoolMXBean pool : ManagementFactory.getPlatformMXBeans(BufferPoolMXBean.class)) {
      into.gauge(
          "jvm_buffer_pool_used_bytes",
          "Used bytes of a buffer pool.",
          (double) pool.getMemoryUsed(),
          "pool",
          pool.getName());
    }
  }

  private static void usage(Samples into, MemoryUsage usage, String area) {
    into.gauge("jvm_memory_used_bytes", "Used bytes.", (double) usage.getUsed(), "area", area);
    into.gauge(
        "jvm_memory_committed_bytes",
        "Committed bytes.",
        (double) usage.getCommitted(),
        "area",
        area);
    into.gauge(
        "jvm_memory_max_bytes",
        "Most bytes there may be, -1 without a limit.",
        (double) usage.getMax(),
        "area",
        area);
  }

  private static void collectors(Samples into) {
    for (GarbageCollectorMXBean gc : ManagementFactory.getGarbageCollectorMXBeans()) {
      into.counter(
          "jvm_gc_collections",
          "Garbage collections.",
          (double) gc.getCollectionCount(),
          "gc",
          gc.getName());
      into.counter(
          "jvm_gc_collection_seconds",
          "Time spent in garbage collection.",
          gc.getCollectionTime() / 1e3,
          "gc",
          gc.getName());
    }
  }

  private static void threads(Samples into) {
    ThreadMXBean threads = ManagementFactory.getThreadMXBean();
    into.gauge("jvm_threads_current", "Live threads.", (double) threads.getThreadCount());
    into.gauge("jvm_threads_daemon", "Of them, daemons.", (double) threads.getDaemonThreadCount());
    into.gauge("jvm_threads_peak", "Most there were.", (double) threads.getPeakThreadCount());
    into.gauge(
        "jvm_classes_currently_loaded",
        "Classes loaded now.",
        (double) ManagementFactory.getClassLoadingMXBean().getLoadedClassCount());
  }
}
