package dev.headwater.gateway.metrics;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Everything one loop recorded since it was last visited. The loop starts a new one and gives this
 * one away, so that handing over costs it a few references however much was counted.
 */
final class LoopInterval {
  final List<RouteInterval> routes = new ArrayList<>();
  final List<EndpointInterval> endpoints = new ArrayList<>();
  final Map<String, long[]> decisions = new HashMap<>();
  final Map<PairKey, long[]> retries = new HashMap<>();
  final Map<PairKey, long[]> failures = new HashMap<>();
  final Map<String, long[]> listeners = new HashMap<>();
  final Map<Phase, PowerBuckets> phases = new EnumMap<>(Phase.class);
  final Map<PairKey, long[]> tunnels = new HashMap<>();
  final Map<PairKey, long[]> tunnelEnds = new HashMap<>();
  long clientResets;
  long malformedTraceContexts;
  long forcesRefused;

  /** Two label values of a counter. */
  record PairKey(String first, String second) {}

  /** What one route's requests did; see {@link RouteRecorder}. */
  static final class RouteInterval {
    final String route;
    final RouteRecorder recorder;
    final @Nullable LatencyInterval[] cells = new LatencyInterval[RequestClass.count()];
    final PowerBuckets requestBytes = PowerBuckets.ofBytes();
    final PowerBuckets responseBytes = PowerBuckets.ofBytes();
    long started;
    long finished;

    RouteInterval(String route, RouteRecorder recorder) {
      this.route = route;
      this.recorder = recorder;
    }
  }

  /** What one endpoint's attempts did; see {@link EndpointRecorder}. */
  static final class EndpointInterval {
    final String upstream;
    final String endpoint;
    final @Nullable LatencyInterval[] cells = new LatencyInterval[RequestClass.CODE_CLASSES];
    final Map<String, long[]> failures = new HashMap<>(4);
    long started;
    long finished;

    EndpointInterval(String upstream, String endpoint) {
      this.upstream = upstream;
      this.endpoint = endpoint;
    }
  }
}
