package dev.headwater.gateway.snapshot;

import dev.headwater.routes.Configuration;
import dev.headwater.routes.Route;
import dev.headwater.routes.Upstream;
import dev.headwater.routes.match.RouteTable;
import dev.headwater.sampling.Sampler;
import dev.headwater.sampling.force.ForceGate;
import dev.headwater.sampling.rate.ReplicaSource;
import dev.headwater.sampling.rule.SamplingRule;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;

/**
 * One state of the configuration. A request keeps the snapshot it started with. Routes and
 * upstreams are one object each, and the same object as before when a change left them alone, so
 * that what is kept about them (balancer position, budgets, resolved names) may go by identity.
 *
 * @param configuration everything that was told, validated
 * @param table its routes in matching order
 * @param sampler its sampling policy at work
 * @param force who may have a trace for the asking, at work
 * @param version 1 for the first, one more with each change
 * @param since when it came into force
 * @param origin where it was read from, for the operator
 * @param sampling since when its sampling is what it is, and where that was written
 */
public record Snapshot(
    Configuration configuration,
    RouteTable table,
    Sampler sampler,
    ForceGate force,
    long version,
    Instant since,
    String origin,
    SamplingState sampling) {
  /** A snapshot of a configuration. */
  public static Snapshot of(
      Configuration configuration, long version, Instant since, String origin) {
    return of(configuration, version, since, origin, ReplicaSource.CONFIGURED);
  }

  /**
   * A snapshot of a configuration that is shared by replicas.
   *
   * @param replicas among how many budgets are divided, here and in all that follow
   */
  public static Snapshot of(
      Configuration configuration,
      long version,
      Instant since,
      String origin,
      ReplicaSource replicas) {
    Sampler sampler =
        Sampler.of(
            configuration.tracing().sampling(), rules(configuration), System::nanoTime, replicas);
    ForceGate force =
        ForceGate.of(
            configuration.tracing().sampling().force(),
            () -> System.currentTimeMillis() / 1000,
            System::nanoTime);
    SamplingState sampling =
        new SamplingState(version, since, SamplingOrigin.of(configuration, origin));
    RouteTable table = RouteTable.of(configuration.routes());
    return new Snapshot(configuration, table, sampler, force, version, since, origin, sampling);
  }

  /** The snapshot that follows this one, with the sampling that its source says. */
  public Snapshot next(Configuration changed, Instant from, String source) {
    return next(changed, from, source, SamplingOrigin.of(changed, source));
  }

  /**
   * The snapshot that follows this one.
   *
   * @param writtenAt where its sampling was written
   */
  public Snapshot next(
      Configuration changed, Instant from, String source, SamplingOrigin writtenAt) {
    Configuration continued =
        new Configuration(
            changed.listeners(),
            continued(configuration.upstreams(), changed.upstreams(), Upstream::name),
            continued(configuration.routes(), changed.routes(), Route::name),
            changed.tracing(),
            changed.accessLog(),
            changed.log(),
            changed.drain(),
            changed.limits(),
            changed.admin());
    Sampler following = sampler.next(continued.tracing().sampling(), rules(continued));
    ForceGate forcing = force.next(continued.tracing().sampling().force());
    boolean same =
        !writtenAt.temporary()
            && sampling.origin().equals(writtenAt)
            && configuration.tracing().sampling().equals(continued.tracing().sampling())
            && rules(configuration).equals(rules(continued));
    SamplingState state = same ? sampling : new SamplingState(version + 1, from, writtenAt);
    return new Snapshot(
        continued,
        RouteTable.of(continued.routes()),
        following,
        forcing,
        version + 1,
        from,
        source,
        state);
  }

  private static List<SamplingRule> rules(Configuration configuration) {
    return configuration.routes().stream().map(Route::sampling).filter(Objects::nonNull).toList();
  }

  private static <T> List<T> continued(List<T> before, List<T> after, Function<T, String> name) {
    Map<String, T> known = new HashMap<>();
    before.forEach(each -> known.put(name.apply(each), each));
    return after.stream()
        .map(
            each -> {
              T same = known.get(name.apply(each));
              return each.equals(same) ? same : each;
            })
        .toList();
  }
}
