package dev.headwater.gateway;

import dev.headwater.routes.AdminPolicy;
import dev.headwater.routes.BindAddress;
import dev.headwater.routes.Configuration;
import dev.headwater.routes.DrainPolicy;
import dev.headwater.routes.Endpoint;
import dev.headwater.routes.Limits;
import dev.headwater.routes.ListenerPolicy;
import dev.headwater.routes.LogPolicy;
import dev.headwater.routes.NetworkSet;
import dev.headwater.routes.PoolPolicy;
import dev.headwater.routes.PropagationPolicy;
import dev.headwater.routes.RetryPolicy;
import dev.headwater.routes.Route;
import dev.headwater.routes.RouteMatch;
import dev.headwater.routes.StorePolicy;
import dev.headwater.routes.Timeouts;
import dev.headwater.routes.TracingPolicy;
import dev.headwater.routes.TrustPolicy;
import dev.headwater.routes.Upstream;
import dev.headwater.sampling.SamplingPolicy;
import dev.headwater.sampling.rate.ProbabilisticRate;
import java.util.List;

/** Configurations of tests, as values; what a test does not say is the default. */
final class Configurations {
  private Limits limits = Limits.DEFAULT;
  private Timeouts timeouts = Timeouts.DEFAULT;
  private RetryPolicy retry = RetryPolicy.DEFAULT;
  private PoolPolicy pool = PoolPolicy.DEFAULT;
  private TrustPolicy trust = TrustPolicy.RESTART;
  private NetworkSet forwarded = NetworkSet.NONE;
  private double rate = 1.0;
  private boolean tracing = true;
  private final List<Endpoint> endpoints;

  private Configurations(List<Endpoint> endpoints) {
    this.endpoints = endpoints;
  }

  static Configurations to(int... ports) {
    return new Configurations(
        java.util.Arrays.stream(ports).mapToObj(port -> new Endpoint("127.0.0.1", port)).toList());
  }

  Configurations limits(Limits value) {
    limits = value;
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
    rate = value;
    return this;
  }

  Configurations tracing(boolean value) {
    tracing = value;
    return this;
  }

  Configuration build() {
    Upstream upstream =
        new Upstream("up", endpoints, Upstream.Balance.ROUND_ROBIN, null, pool, null);
    Route route =
        new Route(
            "all",
            RouteMatch.ALL,
            List.of(),
            null,
            List.of(new Route.WeightedUpstream("up", 1)),
            timeouts,
            retry,
            null,
            null);
    return new Configuration(
        List.of(
            new ListenerPolicy("web", new BindAddress("127.0.0.1", 0), forwarded, trust, limits)),
        List.of(upstream),
        List.of(route),
        new TracingPolicy(
            tracing,
            "headwater",
            PropagationPolicy.DEFAULT,
            false,
            SamplingPolicy.of(ProbabilisticRate.of(rate)),
            true,
            null,
            List.of(),
            StorePolicy.DEFAULT,
            null),
        null,
        LogPolicy.DEFAULT,
        DrainPolicy.DEFAULT,
        AdminPolicy.DEFAULT);
  }
}
