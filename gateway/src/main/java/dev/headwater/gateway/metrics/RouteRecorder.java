package dev.headwater.gateway.metrics;

import dev.headwater.gateway.metrics.LoopInterval.RouteInterval;
import org.jspecify.annotations.Nullable;

/**
 * Counts the requests of one route on one loop, and knows how long they usually take. Get it once
 * per route from {@link LoopMetrics#route} and keep it; call it on that loop only.
 */
public final class RouteRecorder {
  private final LoopMetrics loop;
  private final String route;
  private @Nullable RouteInterval interval;
  private volatile long p99Nanos;

  RouteRecorder(LoopMetrics loop, String route) {
    this.loop = loop;
    this.route = route;
  }

  /** A request has found this route: it is in flight until {@link #finished}. */
  public void started() {
    interval().started++;
  }

  /**
   * A request that was {@link #started} is over.
   *
   * @param method as the client wrote it; unknown ones are counted as {@code _OTHER}
   * @param status answered, 0 when the client left before an answer
   * @param durationNanos arrival to last byte handed to the kernel, or close
   * @param requestBytes of the body read
   * @param responseBytes of the body written
   * @param sampledTraceId trace id in hex when the trace is sampled, shown as an exemplar
   */
  public void finished(
      String method,
      int status,
      long durationNanos,
      long requestBytes,
      long responseBytes,
      @Nullable String sampledTraceId) {
    RouteInterval current = interval();
    current.finished++;
    current.requestBytes.record(requestBytes);
    current.responseBytes.record(responseBytes);
    int index = RequestClass.indexOf(method, status);
    LatencyInterval cell = current.cells[index];
    if (cell == null) {
      cell = loop.takeLatency();
      current.cells[index] = cell;
    }
    cell.record(durationNanos, sampledTraceId);
  }

  /**
   * What 99 of 100 of the route's latest requests took at most, on all loops, in nanoseconds; 0
   * until there were 100 in half a minute. Made anew about every 10 s while requests come, from
   * what was handed over: reading it is reading a field.
   */
  public long p99Nanos() {
    return p99Nanos;
  }

  /** From the merging thread. */
  void p99Nanos(long nanos) {
    p99Nanos = nanos;
  }

  private RouteInterval interval() {
    RouteInterval current = interval;
    if (current == null) {
      current = new RouteInterval(route, this);
      interval = current;
      loop.dirty(this, current);
    }
    return current;
  }

  void handedOver() {
    interval = null;
  }
}
