package dev.headwater.gateway.snapshot;

import dev.headwater.routes.Configuration;

/**
 * Where the sampling in force was written.
 *
 * @param name of a file, or who set it by hand
 * @param temporary whether it was set by hand, and ends with the next change of the files
 */
public record SamplingOrigin(String name, boolean temporary) {
  /** Sampling as the files say: the one of {@code samplingFrom}, or the configuration itself. */
  public static SamplingOrigin of(Configuration configuration, String source) {
    String from = configuration.tracing().samplingFrom();
    return new SamplingOrigin(from == null ? source : from, false);
  }

  /** Sampling that was set by hand. */
  public static SamplingOrigin temporary(String name) {
    return new SamplingOrigin(name, true);
  }
}
