package dev.headwater.load.cluster;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

/**
 * How long a bound is on this machine just now. Bounds are those of a machine that does nothing
 * else; where others use it, too, they are as many times longer as there are threads of others that
 * want each core, and never more than {@value #MOST} times: what the gateway itself does to the
 * load must not excuse it.
 */
final class Patience {
  private static final Path LOAD = Path.of("/proc/loadavg");

  /** Threads that want a core while tests run alone: gateway, API server, etcd, clients. */
  private static final double OURS = 4;

  private static final double MOST = 4;

  private Patience() {}

  /** The bound, for now. */
  static Duration of(Duration bound) {
    return Duration.ofNanos((long) (bound.toNanos() * factor()));
  }

  /** 1 to 4. */
  static double factor() {
    try {
      double load = Double.parseDouble(Files.readString(LOAD).split(" ", 2)[0]);
      double wanted = (load - OURS) / Runtime.getRuntime().availableProcessors();
      return Math.min(MOST, Math.max(1, wanted));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
