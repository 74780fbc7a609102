package dev.headwater.gateway.metrics;

import dev.headwater.gateway.metrics.LoopInterval.RouteInterval;
import dev.headwater.gateway.metrics.MetricsView.RequestSeries;
import dev.headwater.gateway.metrics.MetricsView.RouteView;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One route's requests since the start, over all loops. Confined to the merging thread. */
final class RouteTotals {
  /** Fewer requests than this have no 99th percentile worth comparing with. */
  static final int ENOUGH = 100;

  private final String route;
  private final Window window = new Window();
  private final @Nullable LatencyTotals[] cells = new LatencyTotals[RequestClass.count()];
  private final PowerBuckets requestBytes = PowerBuckets.ofBytes();
  private final PowerBuckets responseBytes = PowerBuckets.ofBytes();
  private long started;
  private long finished;
  private long p99Nanos;
  private long p99Epoch = Long.MIN_VALUE;

  RouteTotals(String route) {
    this.route = route;
  }

  void add(RouteInterval interval, MergeTime at) {
    started += interval.started;
    finished += interval.finished;
    requestBytes.add(interval.requestBytes);
    responseBytes.add(interval.responseBytes);
    for (int i = 0; i < cells.length; i++) {
      LatencyInterval recorded = interval.cells[i];
      if (recorded == null) {
        continue;
      }
      LatencyTotals cell = cells[i];
      if (cell == null) {
        cell = new LatencyTotals();
        cells[i] = cell;
      }
      cell.add(recorded, at.epochMillis());
      window.add(at.nanos(), recorded.micros(), RequestClass.success(i));
    }
    interval.recorder.p99Nanos(p99Nanos(at.nanos()));
  }

  /** Once per slot of the window, or with every merge until it is known. */
  private long p99Nanos(long now) {
    long epoch = Math.floorDiv(now, Window.SLOT_NANOS);
    if (epoch != p99Epoch || p99Nanos == 0) {
      p99Epoch = epoch;
      p99Nanos = window.p99Nanos(now, ENOUGH);
    }
    return p99Nanos;
  }

  RouteView view(long now, long since) {
    List<RequestSeries> series = new ArrayList<>();
    for (int i = 0; i < cells.length; i++) {
      LatencyTotals cell = cells[i];
      if (cell != null) {
        series.add(new RequestSeries(RequestClass.method(i), RequestClass.code(i), cell.view()));
      }
    }
    return new RouteView(
        route,
        started - finished,
        finished,
        window.golden(now, since),
        requestBytes.view(1),
        responseBytes.view(1),
        series);
  }
}
