package dev.headwater.gateway.metrics;

import dev.headwater.gateway.metrics.MetricsView.EndpointView;
import dev.headwater.gateway.metrics.MetricsView.RequestSeries;
import dev.headwater.gateway.metrics.MetricsView.RouteView;
import java.util.Map;
import java.util.TreeMap;

/** The names of CONTRACT section 5 for what the loops record. */
final class RequestMetrics {
  private RequestMetrics() {}

  static void addTo(SnapshotBuilder out, MetricsView view) {
    view.routes().forEach(route -> addRoute(out, route));
    view.endpoints().forEach(endpoint -> addEndpoint(out, endpoint));
    addPhases(out, view.phases());
    addCounters(out, view);
    addConnections(out, view);
    addTunnels(out, view);
  }

  private static void addRoute(SnapshotBuilder out, RouteView route) {
    for (RequestSeries series : route.series()) {
      String[] labels = {
        "route", route.route(), "method", series.method(), "code_class", series.codeClass()
      };
      out.counter(
          "headwater_requests",
          "Requests that ended, by route, method and class of the status answered.",
          (double) series.latency().seconds().count(),
          labels);
      out.histogram(
          "headwater_request_duration_seconds",
          "Arrival of a request's first byte to the last byte of its answer.",
          series.latency(),
          labels);
    }
    out.gauge(
        "headwater_requests_in_flight",
        "Requests that have begun and not ended.",
        (double) route.inFlight(),
        "route",
        route.route());
    out.histogram(
        "headwater_request_size_bytes",
        "Request body bytes read.",
        route.requestBytes(),
        "route",
        route.route());
    out.histogram(
        "headwater_response_size_bytes",
        "Answer body bytes written.",
        route.responseBytes(),
        "route",
        route.route());
  }

  private static void addEndpoint(SnapshotBuilder out, EndpointView endpoint) {
    for (MetricsView.AttemptSeries series : endpoint.series()) {
      String[] labels = {
        "upstream",
        endpoint.upstream(),
        "endpoint",
        endpoint.endpoint(),
        "code_class",
        series.codeClass()
      };
      out.counter(
          "headwater_attempts",
          "Attempts that ended, by endpoint and class of the status received.",
          (double) series.latency().seconds().count(),
          labels);
      out.histogram(
          "headwater_upstream_duration_seconds",
          "Begin of an attempt to its end.",
          series.latency(),
          labels);
    }
    new TreeMap<>(endpoint.failures())
        .forEach(
            (reason, count) ->
                out.counter(
                    "headwater_attempt_failures",
                    "Attempts that failed, by endpoint and reason.",
                    (double) count,
                    "upstream",
                    endpoint.upstream(),
                    "endpoint",
                    endpoint.endpoint(),
                    "reason",
                    reason));
    out.gauge(
        "headwater_attempts_in_flight",
        "Attempts that have begun and not ended.",
        (double) endpoint.inFlight(),
        "upstream",
        endpoint.upstream(),
        "endpoint",
        endpoint.endpoint());
  }

  private static void addPhases(SnapshotBuilder out, Map<Phase, BucketView> phases) {
    new TreeMap<>(phases)
        .forEach(
            (phase, buckets) ->
                out.histogram(
                    "headwater_phase_duration_seconds",
                    "Where requests spend their time.",
                    buckets,
                    "phase",
                    phase.label()));
  }

  private static void addCounters(SnapshotBuilder out, MetricsView view) {
    for (MetricsView.LabelledCount retry : view.retries()) {
      out.counter(
          "headwater_retries",
          "Further attempts, by the reason for them.",
          (double) retry.count(),
          "upstream",
          retry.first(),
          "reason",
          retry.second());
    }
    for (MetricsView.LabelledCount failure : view.failures()) {
      out.counter(
          "headwater_failures",
          "Requests that failed, by the phase they failed in.",
          (double) failure.count(),
          "phase",
          failure.first(),
          "reason",
          failure.second());
    }
    for (MetricsView.DecisionCount decision : view.decisions()) {
      out.counter(
          "headwater_sampling_decisions",
          "Sampling decisions, made here or taken over.",
          (double) decision.count(),
          "rule",
          decision.rule(),
          "reason",
          decision.reason().label(),
          "decision",
          decision.sampled() ? "sampled" : "unsampled");
    }
  }

  private static void addTunnels(SnapshotBuilder out, MetricsView view) {
    for (MetricsView.TunnelView tunnels : view.tunnels()) {
      String[] labels = {"route", tunnels.route(), "protocol", tunnels.protocol()};
      out.counter(
          "headwater_tunnels",
          "Requests that switched protocols and became tunnels.",
          (double) tunnels.opened(),
          labels);
      out.gauge("headwater_tunnels_open", "Tunnels now.", (double) tunnels.open(), labels);
      addBytes(out, tunnels, "up", tunnels.bytesUp());
      addBytes(out, tunnels, "down", tunnels.bytesDown());
    }
    for (MetricsView.LabelledCount end : view.tunnelEnds()) {
      out.counter(
          "headwater_tunnels_ended",
          "Tunnels that are over, by who ended them and how.",
          (double) end.count(),
          "by",
          end.first(),
          "reason",
          end.second());
    }
  }

  private static void addBytes(
      SnapshotBuilder out, MetricsView.TunnelView tunnels, String direction, long bytes) {
    out.counter(
        "headwater_tunnel_bytes",
        "Bytes that tunnels passed on: up from clients, down from upstreams.",
        (double) bytes,
        "route",
        tunnels.route(),
        "protocol",
        tunnels.protocol(),
        "direction",
        direction);
  }

  private static void addConnections(SnapshotBuilder out, MetricsView view) {
    for (MetricsView.ListenerView listener : view.listeners()) {
      String[] label = {"listener", listener.listener()};
      out.counter(
          "headwater_connections", "Connections accepted.", (double) listener.opened(), label);
      out.counter(
          "headwater_connections_refused",
          "Connections closed at once, the listener's limit being reached.",
          (double) listener.refused(),
          label);
      out.gauge("headwater_connections_open", "Connections now.", (double) listener.open(), label);
    }
    out.counter(
        "headwater_client_resets",
        "Connections and streams that clients reset.",
        (double) view.clientResets());
    out.counter(
        "headwater_malformed_trace_contexts",
        "Requests whose trace headers could not be read.",
        (double) view.malformedTraceContexts());
    out.counter(
        "headwater_forces_refused",
        "Requests that asked for a forced trace in vain: no network, no good token, or the cap.",
        (double) view.forcesRefused());
  }
}
