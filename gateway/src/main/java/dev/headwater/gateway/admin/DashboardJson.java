package dev.headwater.gateway.admin;

import dev.headwater.gateway.config.ReloadStatus;
import dev.headwater.gateway.metrics.GoldenView;
import dev.headwater.gateway.metrics.MetricsView;
import dev.headwater.gateway.metrics.MetricsView.EndpointView;
import dev.headwater.gateway.metrics.MetricsView.LabelledCount;
import dev.headwater.gateway.metrics.MetricsView.RouteView;
import dev.headwater.gateway.metrics.MetricsView.UpstreamView;
import dev.headwater.gateway.snapshot.Snapshot;
import dev.headwater.gateway.tracestore.RecentRequest;
import dev.headwater.gateway.tracestore.TraceStore;
import dev.headwater.routes.Route;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.lang.management.ManagementFactory;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Everything the dashboard draws, in one object. */
final class DashboardJson {
  /** More rows than a person reads; the busiest come first, {@code /metrics} has all. */
  private static final int MAX_ROWS = 200;

  private final AdminViews views;
  private final SamplingJson sampling;

  DashboardJson(AdminViews views, SamplingJson sampling) {
    this.views = views;
    this.sampling = sampling;
  }

  JsonObject of(MetricsView view) {
    Snapshot snapshot = views.snapshots().get();
    List<String> notReady = views.notReady().get();
    return new JsonObject()
        .put("version", views.version())
        .put("uptimeMillis", ManagementFactory.getRuntimeMXBean().getUptime())
        .put("service", snapshot.configuration().tracing().service())
        .put("ready", notReady.isEmpty())
        .put("notReady", new JsonArray(notReady))
        .put("config", config(snapshot))
        .put("connections", view.listeners().stream().mapToLong(l -> l.open()).sum())
        .put("clientResets", view.clientResets())
        .put("routes", routes(snapshot, view))
        .put("upstreams", upstreams(view))
        .put("failures", counts(view.failures()))
        .put("retries", counts(view.retries()))
        .put("sampling", sampling.of(view))
        .put("sinks", SinksJson.of(views.spans().get()))
        .put("store", views.store() != null)
        .put("traces", traces());
  }

  private JsonObject config(Snapshot snapshot) {
    ReloadStatus reload = views.control().status();
    return new JsonObject()
        .put("version", snapshot.version())
        .put("since", snapshot.since().toString())
        .put("origin", snapshot.origin())
        .put("reloadSuccessful", reload.successful())
        .put("reloadAt", reload.lastAttempt().toString())
        .put("problems", new JsonArray(reload.problems()));
  }

  /** Configured routes in matching order, then what is counted under other names. */
  private static JsonArray routes(Snapshot snapshot, MetricsView view) {
    Map<String, RouteView> counted = new TreeMap<>();
    view.routes().forEach(r -> counted.put(r.route(), r));
    JsonArray rows = new JsonArray();
    for (Route route : snapshot.table().routes()) {
      if (rows.size() < MAX_ROWS) {
        rows.add(row(route.name(), RoutesJson.line(route.match()), counted.remove(route.name())));
      }
    }
    counted.values().stream()
        .limit(MAX_ROWS)
        .forEach(r -> rows.add(row(r.route(), r.route().equals("-") ? "no route matched" : "", r)));
    return rows;
  }

  private static JsonObject row(String name, String match, @Nullable RouteView route) {
    JsonObject row = new JsonObject().put("name", name).put("match", match);
    return route == null
        ? row.put("total", 0).put("inFlight", 0)
        : golden(row, route.recent())
            .put("total", route.requests())
            .put("inFlight", route.inFlight());
  }

  private static JsonArray upstreams(MetricsView view) {
    JsonArray rows = new JsonArray();
    for (UpstreamView upstream : view.upstreams()) {
      JsonArray endpoints = new JsonArray();
      view.endpoints().stream()
          .filter(e -> e.upstream().equals(upstream.upstream()))
          .limit(MAX_ROWS)
          .forEach(e -> endpoints.add(endpoint(e)));
      rows.add(
          golden(new JsonObject().put("name", upstream.upstream()), upstream.recent())
              .put("total", upstream.attempts())
              .put("inFlight", upstream.inFlight())
              .put("endpoints", endpoints));
    }
    return rows;
  }

  private static JsonObject endpoint(EndpointView endpoint) {
    JsonObject failures = new JsonObject();
    new TreeMap<>(endpoint.failures()).forEach(failures::put);
    return golden(new JsonObject().put("name", endpoint.endpoint()), endpoint.recent())
        .put("total", endpoint.attempts())
        .put("inFlight", endpoint.inFlight())
        .put("failures", failures);
  }

  private static JsonObject golden(JsonObject row, GoldenView golden) {
    return row.put("rate", golden.ratePerSecond())
        .put("success", Numbers.orNull(golden.successShare()))
        .put("p50", Numbers.millis(golden.p50Seconds()))
        .put("p95", Numbers.millis(golden.p95Seconds()))
        .put("p99", Numbers.millis(golden.p99Seconds()));
  }

  private static JsonArray counts(List<LabelledCount> counts) {
    JsonArray json = new JsonArray();
    for (LabelledCount c : counts) {
      json.add(
          new JsonObject()
              .put("where", c.first())
              .put("reason", c.second())
              .put("count", c.count()));
    }
    return json;
  }

  private JsonArray traces() {
    JsonArray json = new JsonArray();
    TraceStore store = views.store();
    if (store == null) {
      return json;
    }
    store.latest().stream().limit(20).forEach(r -> json.add(trace(r)));
    return json;
  }

  private static JsonObject trace(RecentRequest request) {
    return new JsonObject()
        .put("traceId", request.traceId())
        .put("name", request.name())
        .put("route", request.route())
        .put("path", request.path())
        .put("status", request.status())
        .put("failed", request.failed())
        .put("startMillis", request.startMillis())
        .put("durationMillis", request.durationMicros() / 1e3);
  }
}
