package dev.headwater.gateway;

import dev.headwater.routes.AccessLogPolicy;
import dev.headwater.routes.AccessPolicy;
import dev.headwater.routes.AdminPolicy;
import dev.headwater.routes.BindAddress;
import dev.headwater.routes.Configuration;
import dev.headwater.routes.DirectResponse;
import dev.headwater.routes.DrainPolicy;
import dev.headwater.routes.Endpoint;
import dev.headwater.routes.HeaderFilter;
import dev.headwater.routes.Http2Policy;
import dev.headwater.routes.HttpsPolicy;
import dev.headwater.routes.Limits;
import dev.headwater.routes.ListenerPolicy;
import dev.headwater.routes.ListenerPropagation;
import dev.headwater.routes.LogPolicy;
import dev.headwater.routes.PoolPolicy;
import dev.headwater.routes.ProcessLimits;
import dev.headwater.routes.PropagationPolicy;
import dev.headwater.routes.RequestIdPolicy;
import dev.headwater.routes.ResponseTracePolicy;
import dev.headwater.routes.RetryPolicy;
import dev.headwater.routes.Route;
import dev.headwater.routes.RouteLimits;
import dev.headwater.routes.RouteMatch;
import dev.headwater.routes.SpanPolicy;
import dev.headwater.routes.Steering;
import dev.headwater.routes.StorePolicy;
import dev.headwater.routes.Timeouts;
import dev.headwater.routes.TracingPolicy;
import dev.headwater.routes.TrustPolicy;
import dev.headwater.routes.Upstream;
import dev.headwater.routes.UpstreamTls;
import dev.headwater.routes.match.EncodedSlash;
import dev.headwater.sampling.SamplingPolicy;
import dev.headwater.sampling.network.NetworkSet;
import dev.headwater.sampling.rate.ProbabilisticRate;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Configurations of tests, as values; what a test does not say is the default. */
final class Configurations {
  private Limits limits = Limits.DEFAULT;
  private ProcessLimits processLimits = ProcessLimits.DEFAULT;
  private RouteLimits routeLimits = RouteLimits.NONE;
  private int port;
  private boolean reusePort;
  private Timeouts timeouts = Timeouts.DEFAULT;
  private RetryPolicy retry = RetryPolicy.DEFAULT;
  private PoolPolicy pool = PoolPolicy.DEFAULT;
  private TrustPolicy trust = TrustPolicy.RESTART;
  private NetworkSet forwarded = NetworkSet.NONE;
  private SamplingPolicy sampling = SamplingPolicy.of(ProbabilisticRate.ALWAYS);
  private SpanPolicy spans = SpanPolicy.DEFAULT;
  private boolean tracing = true;
  private Upstream.Balance balance = Upstream.Balance.ROUND_ROBIN;
  private DrainPolicy drain = DrainPolicy.DEFAULT;
  private @Nullable DirectResponse respond;
  private @Nullable AccessLogPolicy accessLog;
  private HttpsPolicy https = HttpsPolicy.NONE;
  private AccessPolicy access = AccessPolicy.OPEN;
  private List<HeaderFilter> filters = List.of();
  private final List<Share> shares = new ArrayList<>();

  private record Share(List<Endpoint> endpoints, int weight) {}

  private Configurations() {}

  /** One upstream with endpoints at those ports. */
  static Configurations to(int... ports) {
    return new Configurations().and(1, ports);
  }

  /** One upstream with an endpoint by name. */
  static Configurations toName(String host, int port) {
    Configurations made = new Configurations();
    made.shares.add(new Share(List.of(new Endpoint(host, port)), 1));
    return made;
  }

  /** The same by a name that must not lead to this machine. */
  static Configurations toNameAbroad(String host, int port) {
    Configurations made = new Configurations();
    Endpoint endpoint = new Endpoint(host, port, Endpoint.Protocol.HTTP, true);
    made.shares.add(new Share(List.of(endpoint), 1));
    return made;
  }

  /** The same with a weight of its own. */
  static Configurations weighted(int weight, int... ports) {
    return new Configurations().and(weight, ports);
  }

  /** Another upstream with a share of the requests. */
  Configurations and(int weight, int... ports) {
    shares.add(
        new Share(
            java.util.Arrays.stream(ports)
                .mapToObj(port -> new Endpoint("127.0.0.1", port))
                .toList(),
            weight));
    return this;
  }

  Configurations balance(Upstream.Balance value) {
    balance = value;
    return this;
  }

  Configurations drain(DrainPolicy value) {
    drain = value;
    return this;
  }

  Configurations respond(DirectResponse value) {
    respond = value;
    return this;
  }

  Configurations accessLog(AccessLogPolicy value) {
    accessLog = value;
    return this;
  }

  Configurations https(HttpsPolicy value) {
    https = value;
    return this;
  }

  Configurations access(AccessPolicy value) {
    access = value;
    return this;
  }

  Configurations filters(HeaderFilter... values) {
    filters = List.of(values);
    return this;
  }

  Configurations limits(Limits value) {
    limits = value;
    return this;
  }

  Configurations limits(ProcessLimits value) {
    processLimits = value;
    return this;
  }

  Configurations limits(RouteLimits value) {
    routeLimits = value;
    return this;
  }

  /** Listens at that port, beside whoever else says the same. */
  Configurations sharing(int value) {
    port = value;
    reusePort = true;
    return this;
  }

  Configurations timeouts(Timeouts value) {
    timeouts = value;
    return this;
  }

  Configurations retry(RetryPolicy value) {
    retry = value;
    return this;
  }

  Configurations pool(PoolPolicy value) {
    pool = value;
    return this;
  }

  Configurations trust(TrustPolicy value) {
    trust = value;
    return this;
  }

  Configurations forwarded(NetworkSet value) {
    forwarded = value;
    return this;
  }

  Configurations rate(double value) {
    return sampling(SamplingPolicy.of(ProbabilisticRate.of(value)));
  }

  Configurations sampling(SamplingPolicy value) {
    sampling = value;
    return this;
  }

  Configurations spans(SpanPolicy value) {
    spans = value;
    return this;
  }

  Configurations tracing(boolean value) {
    tracing = value;
    return this;
  }

  private Upstream upstream(int number) {
    return new Upstream(
        number == 0 ? "up" : "up" + number,
        shares.get(number).endpoints(),
        balance,
        null,
        pool,
        UpstreamTls.DEFAULT,
        null,
        null,
        null);
  }

  Configuration build() {
    List<Upstream> upstreams = new ArrayList<>();
    List<Route.WeightedUpstream> to = new ArrayList<>();
    for (int i = 0; i < shares.size(); i++) {
      upstreams.add(upstream(i));
      to.add(new Route.WeightedUpstream(upstreams.get(i).name(), shares.get(i).weight()));
    }
    Route route =
        new Route(
            "all",
            RouteMatch.ALL,
            filters,
            respond,
            respond == null ? to : List.of(),
            timeouts,
            retry,
            null,
            null,
            routeLimits,
            https,
            access,
            null,
            null,
            null,
            Steering.NONE);
    return new Configuration(
        List.of(
            new ListenerPolicy(
                "web",
                new BindAddress("127.0.0.1", port),
                reusePort,
                null,
                forwarded,
                NetworkSet.NONE,
                trust,
                ListenerPropagation.NONE,
                limits,
                EncodedSlash.REJECT,
                ListenerPolicy.ALL_PROTOCOLS,
                Http2Policy.DEFAULT)),
        upstreams,
        List.of(route),
        new TracingPolicy(
            tracing,
            "headwater",
            PropagationPolicy.DEFAULT,
            RequestIdPolicy.DEFAULT,
            sampling,
            true,
            null,
            List.of(),
            StorePolicy.DEFAULT,
            spans,
            ResponseTracePolicy.NONE),
        accessLog,
        LogPolicy.DEFAULT,
        drain,
        processLimits,
        AdminPolicy.DEFAULT);
  }
}
