package dev.headwater.gateway.config;

import dev.headwater.routes.kubernetes.ObjectReport;
import java.util.List;

/**
 * What an operator may ask of whoever keeps the configuration. Any thread may ask; whatever changes
 * something may read from the disk, and blocks.
 */
public interface ConfigControl {
  /** How reloading stands. */
  ReloadStatus status();

  /** The values in force as YAML, each with its origin, secrets masked. */
  String effectiveYaml();

  /** What became of the objects of a cluster, as in force; empty where there is none. */
  default List<ObjectReport> reports() {
    return List.of();
  }

  /**
   * Puts other sampling in force until the files change or are read again on request, or the
   * process ends.
   *
   * @param document with the keys of {@code tracing.sampling} at its top level
   * @param by who asks, for the log
   */
  SamplingChange setSampling(String document, String by);

  /**
   * Ends what {@link #setSampling} did; where nothing was set nothing changes.
   *
   * @param by who asks, for the log
   */
  SamplingChange unsetSampling(String by);
}
