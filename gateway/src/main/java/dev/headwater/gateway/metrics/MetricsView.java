package dev.headwater.gateway.metrics;

import dev.headwater.sampling.Reason;
import java.util.List;
import java.util.Map;

/**
 * All loops' numbers at one moment: what the metrics formats and the dashboard are written from.
 * Immutable; counts are since the start of the process.
 *
 * @param routes by name
 * @param upstreams by name
 * @param endpoints by upstream, then address
 * @param decisions sampling decisions by rule, reason and verdict
 * @param retries further attempts by upstream and reason
 * @param failures failed requests by phase and reason
 * @param phases where time went; phases that never occurred are absent
 * @param listeners connections by listener name
 * @param tunnels what requests became that switched protocols, by route and protocol
 * @param tunnelEnds tunnels that are over, by who ended them and how
 * @param clientResets connections or streams that clients reset
 * @param malformedTraceContexts requests whose trace headers could not be read
 * @param forcesRefused requests that asked for a forced trace in vain
 */
public record MetricsView(
    List<RouteView> routes,
    List<UpstreamView> upstreams,
    List<EndpointView> endpoints,
    List<DecisionCount> decisions,
    List<LabelledCount> retries,
    List<LabelledCount> failures,
    Map<Phase, BucketView> phases,
    List<ListenerView> listeners,
    List<TunnelView> tunnels,
    List<LabelledCount> tunnelEnds,
    long clientResets,
    long malformedTraceContexts,
    long forcesRefused) {
  public MetricsView {
    routes = List.copyOf(routes);
    upstreams = List.copyOf(upstreams);
    endpoints = List.copyOf(endpoints);
    decisions = List.copyOf(decisions);
    retries = List.copyOf(retries);
    failures = List.copyOf(failures);
    phases = Map.copyOf(phases);
    listeners = List.copyOf(listeners);
    tunnels = List.copyOf(tunnels);
    tunnelEnds = List.copyOf(tunnelEnds);
  }

  /**
   * A route's requests.
   *
   * @param route its name, {@code -} for requests that matched none
   * @param inFlight started and not finished
   * @param requests finished since the start
   * @param recent the last half minute
   * @param requestBytes body sizes read
   * @param responseBytes body sizes written
   * @param series by method and code class
   */
  public record RouteView(
      String route,
      long inFlight,
      long requests,
      GoldenView recent,
      BucketView requestBytes,
      BucketView responseBytes,
      List<RequestSeries> series) {
    public RouteView {
      series = List.copyOf(series);
    }
  }

  /**
   * Finished requests of one method and code class.
   *
   * @param method a known method or {@code _OTHER}
   * @param codeClass {@code 1xx} to {@code 5xx}, or {@code none}
   * @param latency their durations
   */
  public record RequestSeries(String method, String codeClass, LatencyView latency) {}

  /**
   * The attempts at all endpoints of an upstream.
   *
   * @param upstream its name
   * @param inFlight started and not finished
   * @param attempts finished since the start
   * @param recent the last half minute
   */
  public record UpstreamView(String upstream, long inFlight, long attempts, GoldenView recent) {}

  /**
   * The attempts at one endpoint.
   *
   * @param upstream its group
   * @param endpoint its address
   * @param inFlight started and not finished
   * @param attempts finished since the start
   * @param recent the last half minute
   * @param failures failed attempts by reason
   * @param series by code class
   */
  public record EndpointView(
      String upstream,
      String endpoint,
      long inFlight,
      long attempts,
      GoldenView recent,
      Map<String, Long> failures,
      List<AttemptSeries> series) {
    public EndpointView {
      failures = Map.copyOf(failures);
      series = List.copyOf(series);
    }
  }

  /**
   * Finished attempts of one code class.
   *
   * @param codeClass {@code 1xx} to {@code 5xx}, or {@code none}
   * @param latency their durations
   */
  public record AttemptSeries(String codeClass, LatencyView latency) {}

  /**
   * Sampling decisions of one kind.
   *
   * @param rule that decided
   * @param reason why
   * @param sampled the verdict
   * @param count of them
   */
  public record DecisionCount(String rule, Reason reason, boolean sampled, long count) {}

  /**
   * A counter with two labels; which two, the field that holds it says.
   *
   * @param first upstream, phase, or who ended a tunnel
   * @param second reason
   * @param count of them
   */
  public record LabelledCount(String first, String second, long count) {}

  /**
   * A listener's connections.
   *
   * @param listener its name
   * @param opened accepted
   * @param closed of those
   * @param refused closed at once, because the limit was reached
   */
  public record ListenerView(String listener, long opened, long closed, long refused) {
    /** Connections now. */
    public long open() {
      return opened - closed;
    }
  }

  /**
   * A route's tunnels of one protocol.
   *
   * @param route its name
   * @param protocol {@code websocket} or {@code other}
   * @param opened since the start
   * @param ended of those
   * @param bytesUp from clients
   * @param bytesDown from upstreams
   */
  public record TunnelView(
      String route, String protocol, long opened, long ended, long bytesUp, long bytesDown) {
    /** Tunnels now. */
    public long open() {
      return opened - ended;
    }
  }
}
