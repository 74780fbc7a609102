package dev.headwater.gateway.metrics;

import java.util.List;

/**
 * Durations of one series since the start.
 *
 * @param seconds the histogram
 * @param exemplars at most one per bucket, ascending by bucket
 */
public record LatencyView(BucketView seconds, List<Exemplar> exemplars) {
  public LatencyView {
    exemplars = List.copyOf(exemplars);
  }
}
