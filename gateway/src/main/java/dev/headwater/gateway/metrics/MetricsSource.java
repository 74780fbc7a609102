package dev.headwater.gateway.metrics;

/**
 * Numbers that are not recorded on a loop: span counts, configuration state, the process. Asked
 * once per scrape, off the loops; must answer at once from what it holds.
 */
@FunctionalInterface
public interface MetricsSource {
  /** Adds the present samples. */
  void collect(Samples into);
}
