package dev.headwater.load.cluster;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

/**
 * How long a bound is on this machine just now. Bounds are those of a machine that does nothing
 * else; where others use it, too, they are as many times longer as there are threads of others that
 * want each core.
 */
final class Patience {
  private static final Path LOAD = Path.of("/proc/loadavg");

  /** Threads that want a core while tests run alone: gateway, API server, etcd, clients. */
  private static final double OURS = 4;

  private Patience() {}

  /** The bound, for now. */
  static Duration of(Duration bound) {
    return Duration.ofNanos((long) (bound.toNanos() * factor()));
  }

  /** From 1 on. */
  static double factor() {
    try {
      double load = Double.parseDouble(Files.readString(LOAD).split(" ", 2)[0]);
      return Math.max(1, (load - OURS) / Runtime.getRuntime().availableProcessors());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
