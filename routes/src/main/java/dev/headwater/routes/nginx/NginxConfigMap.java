package dev.headwater.routes.nginx;

import dev.headwater.routes.DrainPolicy;
import dev.headwater.routes.HeaderFilter;
import dev.headwater.routes.HeaderFilter.Direction;
import dev.headwater.routes.RetryPolicy;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The controller's ConfigMap, as ingress-nginx's users write it. */
public final class NginxConfigMap {
  private static final int HOUR = 3_600;

  private NginxConfigMap() {}

  /** The settings of a ConfigMap whose values name no variables of the environment. */
  public static NginxSettings read(Map<String, String> data) {
    return read(data, name -> null);
  }

  /**
   * The settings of a ConfigMap. Never throws for anything written in it.
   *
   * @param data its entries; those that are not nginx's are left out by the caller
   * @param environment the value of a variable, or null; for {@code $HOST_IP} and its like
   */
  public static NginxSettings read(
      Map<String, String> data, Function<String, @Nullable String> environment) {
    KeyReader keys = new KeyReader(NginxKeys.CONFIG_MAP, "", data);
    TracingReading tracing = new TracingReading(keys, environment);
    RouteTerms route = route(keys);
    return new NginxSettings(
        tracing.tracing(),
        new ListenerReading(keys).terms(tracing.trust(), route.bodyBytes()),
        route,
        backend(keys),
        new ProcessTerms(AccessLogReading.log(keys), drain(keys)),
        Set.copyOf(names(keys, "global-allowed-response-headers")),
        keys.findings());
  }

  /** Names of the variables of the environment that values name. */
  public static Set<String> variables(Map<String, String> data) {
    return data.values().stream()
        .flatMap(value -> Variables.names(value).stream())
        .collect(Collectors.toUnmodifiableSet());
  }

  private static RouteTerms route(KeyReader keys) {
    RouteReading reading = new RouteReading(keys, RouteReading.usual());
    RetryPolicy retry = reading.retry();
    List<String> hidden = names(keys, "hide-headers");
    return new RouteTerms(
        reading.timeouts(retry),
        retry,
        reading.bodyBytes(),
        hidden.isEmpty()
            ? List.of()
            : List.of(new HeaderFilter(Direction.RESPONSE, Map.of(), Map.of(), hidden)),
        HttpsReading.ofConfigMap(keys),
        AccessTerms.ofConfigMap(keys),
        null,
        LimitReading.ofConfigMap(keys),
        null,
        Closed.ofConfigMap(keys));
  }

  private static List<String> names(KeyReader keys, String name) {
    return keys.read(
        name, "names of header fields, separated by commas", NginxConfigMap::names, List.of());
  }

  private static @Nullable List<String> names(String text) {
    List<String> names = KeyReader.list(text.toLowerCase(Locale.ROOT));
    return names.stream().allMatch(name -> name.matches("[a-z0-9!#$%&'*+.^_`|~-]{1,256}"))
        ? names
        : null;
  }

  private static BackendTerms backend(KeyReader keys) {
    BackendTerms usual = BackendReading.usual();
    BackendReading reading = new BackendReading(keys, usual);
    Duration idle = keys.time("upstream-keepalive-timeout", 1, 24 * HOUR);
    return new BackendTerms(
        usual.protocol(),
        usual.host(),
        reading.clusterAddress(),
        reading.balance(),
        reading.pool(idle));
  }

  private static DrainPolicy drain(KeyReader keys) {
    return new DrainPolicy(
        DrainPolicy.DEFAULT.delay(), keys.time("worker-shutdown-timeout", 1, HOUR));
  }
}
