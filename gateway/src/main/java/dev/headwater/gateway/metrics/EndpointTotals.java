package dev.headwater.gateway.metrics;

import dev.headwater.gateway.metrics.LoopInterval.EndpointInterval;
import dev.headwater.gateway.metrics.MetricsView.AttemptSeries;
import dev.headwater.gateway.metrics.MetricsView.EndpointView;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** One endpoint's attempts since the start, over all loops. Confined to the merging thread. */
final class EndpointTotals {
  private final String upstream;
  private final String endpoint;
  private final Window window = new Window();
  private final @Nullable LatencyTotals[] cells = new LatencyTotals[RequestClass.CODE_CLASSES];
  private final Map<String, Long> failures = new TreeMap<>();
  private long started;
  private long finished;

  EndpointTotals(String upstream, String endpoint) {
    this.upstream = upstream;
    this.endpoint = endpoint;
  }

  /** Adds to this endpoint and to the window of its whole upstream. */
  void add(EndpointInterval interval, MergeTime at, Window wholeUpstream) {
    started += interval.started;
    finished += interval.finished;
    interval.failures.forEach((reason, count) -> failures.merge(reason, count[0], Long::sum));
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
      wholeUpstream.add(at.nanos(), recorded.micros(), RequestClass.success(i));
    }
  }

  String upstream() {
    return upstream;
  }

  long inFlight() {
    return started - finished;
  }

  long attempts() {
    return finished;
  }

  EndpointView view(long now, long since) {
    List<AttemptSeries> series = new ArrayList<>();
    for (int i = 0; i < cells.length; i++) {
      LatencyTotals cell = cells[i];
      if (cell != null) {
        series.add(new AttemptSeries(RequestClass.code(i), cell.view()));
      }
    }
    return new EndpointView(
        upstream, endpoint, inFlight(), attempts(), window.golden(now, since), failures, series);
  }
}
