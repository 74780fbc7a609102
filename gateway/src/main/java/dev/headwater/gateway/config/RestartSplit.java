package dev.headwater.gateway.config;

import dev.headwater.routes.Configuration;
import dev.headwater.routes.ListenerPolicy;
import dev.headwater.routes.TracingPolicy;
import dev.headwater.sampling.SamplingPolicy;
import dev.headwater.sampling.rate.ProbabilisticRate;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A wanted configuration, split into what can take effect now and what was bound, opened or wired
 * at start: where listeners listen and what is spoken there, admin addresses, the trace store.
 *
 * @param inForce the wanted configuration with the running values of those parts
 * @param waiting keys that differ and wait for a restart
 */
record RestartSplit(Configuration inForce, List<String> waiting) {
  RestartSplit {
    waiting = List.copyOf(waiting);
  }

  static RestartSplit of(Configuration running, Configuration wanted) {
    List<String> waiting = new ArrayList<>(listeners(running.listeners(), wanted.listeners()));
    TracingPolicy now = running.tracing();
    TracingPolicy then = wanted.tracing();
    note(waiting, "tracing.store", now.store(), then.store());
    note(waiting, "admin", running.admin(), wanted.admin());
    Configuration inForce =
        new Configuration(
            onTerms(running.listeners(), wanted.listeners()),
            wanted.upstreams(),
            wanted.routes(),
            then.with(sampling(now, then), then.report(), now.store()),
            wanted.accessLog(),
            wanted.log(),
            wanted.drain(),
            wanted.limits(),
            running.admin());
    return new RestartSplit(inForce, waiting);
  }

  /** The running listeners on wanted terms. */
  private static List<ListenerPolicy> onTerms(
      List<ListenerPolicy> running, List<ListenerPolicy> wanted) {
    Map<String, ListenerPolicy> byName = new HashMap<>();
    wanted.forEach(listener -> byName.put(listener.name(), listener));
    return running.stream()
        .map(
            listener -> {
              ListenerPolicy other = byName.get(listener.name());
              return other == null ? listener : onTerms(listener, other);
            })
        .toList();
  }

  /**
   * Whether TLS is spoken stays, by which certificates does not. Whoever is to be believed at
   * another address is not believed at this one.
   */
  private static ListenerPolicy onTerms(ListenerPolicy running, ListenerPolicy wanted) {
    ListenerPolicy trusting = isMoved(running, wanted) ? running : wanted;
    boolean secured = running.tls() != null && wanted.tls() != null;
    return new ListenerPolicy(
        running.name(),
        running.address(),
        running.reusePort(),
        secured ? wanted.tls() : running.tls(),
        trusting.forwarded(),
        trusting.proxies(),
        trusting.trace(),
        wanted.propagation(),
        wanted.limits(),
        wanted.encodedSlash(),
        running.protocols(),
        wanted.http2());
  }

  private static boolean isMoved(ListenerPolicy running, ListenerPolicy wanted) {
    return !running.address().equals(wanted.address());
  }

  /** The default rate goes with the sinks that run, not with a store that is waited for. */
  private static SamplingPolicy sampling(TracingPolicy now, TracingPolicy then) {
    return then.samplingGiven()
        ? then.sampling()
        : then.sampling()
            .with(
                now.store() != null || !then.report().isEmpty()
                    ? ProbabilisticRate.ALWAYS
                    : ProbabilisticRate.NEVER);
  }

  private static void note(
      List<String> waiting, String key, @Nullable Object now, @Nullable Object then) {
    if (!Objects.equals(now, then)) {
      waiting.add(key);
    }
  }

  private static List<String> listeners(List<ListenerPolicy> now, List<ListenerPolicy> then) {
    List<String> waiting = new ArrayList<>();
    Map<String, ListenerPolicy> wanted = new LinkedHashMap<>();
    then.forEach(listener -> wanted.put(listener.name(), listener));
    for (ListenerPolicy running : now) {
      String key = "listeners." + running.name();
      ListenerPolicy other = wanted.remove(running.name());
      if (other == null) {
        waiting.add(key + " (removed)");
      } else {
        note(waiting, key + ".address", running.address(), other.address());
        note(waiting, key + ".reusePort", running.reusePort(), other.reusePort());
        note(waiting, key + ".tls", running.tls() != null, other.tls() != null);
        note(waiting, key + ".protocols", running.protocols(), other.protocols());
        if (isMoved(running, other)) {
          note(waiting, key + ".proxyProtocol", running.proxies(), other.proxies());
          note(waiting, key + ".forwarded", running.forwarded(), other.forwarded());
          note(waiting, key + ".trace", running.trace(), other.trace());
        }
      }
    }
    wanted.keySet().forEach(name -> waiting.add("listeners." + name + " (added)"));
    return waiting;
  }
}
