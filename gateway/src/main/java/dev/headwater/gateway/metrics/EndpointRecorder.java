package dev.headwater.gateway.metrics;

import dev.headwater.gateway.metrics.LoopInterval.EndpointInterval;
import org.jspecify.annotations.Nullable;

/**
 * Counts the attempts at one endpoint from one loop. Get it once per endpoint from {@link
 * LoopMetrics#endpoint} and keep it; call it on that loop only.
 */
public final class EndpointRecorder {
  private final LoopMetrics loop;
  private final String upstream;
  private final String endpoint;
  private @Nullable EndpointInterval interval;
  private int inFlight;

  EndpointRecorder(LoopMetrics loop, String upstream, String endpoint) {
    this.loop = loop;
    this.upstream = upstream;
    this.endpoint = endpoint;
  }

  /** An attempt has chosen this endpoint: it is in flight until {@link #finished}. */
  public void started() {
    inFlight++;
    interval().started++;
  }

  /**
   * An attempt that was {@link #started} is over.
   *
   * @param status of the answer, 0 when there was none
   * @param failureReason why the attempt failed, from a bounded set; null when it did not
   * @param durationNanos attempt begun to its end
   */
  public void finished(int status, @Nullable String failureReason, long durationNanos) {
    inFlight--;
    EndpointInterval current = interval();
    current.finished++;
    if (failureReason != null) {
      current.failures.computeIfAbsent(failureReason, r -> new long[1])[0]++;
    }
    int index = RequestClass.codeIndex(status);
    LatencyInterval cell = current.cells[index];
    if (cell == null) {
      cell = loop.takeLatency();
      current.cells[index] = cell;
    }
    cell.record(durationNanos, null);
  }

  /** Attempts in flight from this loop. */
  public int inFlight() {
    return inFlight;
  }

  private EndpointInterval interval() {
    EndpointInterval current = interval;
    if (current == null) {
      current = new EndpointInterval(upstream, endpoint);
      interval = current;
      loop.dirty(this, current);
    }
    return current;
  }

  void handedOver() {
    interval = null;
  }
}
