package dev.headwater.routes.nginx;

import dev.headwater.routes.Endpoint;
import dev.headwater.routes.Http2Policy;
import dev.headwater.routes.Limits;
import dev.headwater.routes.ListenerPolicy;
import dev.headwater.routes.ListenerTls;
import dev.headwater.routes.PoolPolicy;
import dev.headwater.routes.RetryPolicy;
import dev.headwater.routes.Timeouts;
import dev.headwater.routes.Upstream;
import dev.headwater.sampling.network.NetworkSet;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** The controller's ConfigMap, as ingress-nginx's users write it. */
public final class NginxConfigMap {
  private NginxConfigMap() {}

  /** The settings of a ConfigMap whose values name no variables of the environment. */
  public static NginxSettings read(Map<String, String> data) {
    return read(data, name -> null);
  }

  /**
   * The settings of a ConfigMap.
   *
   * @param data its entries; those that are not nginx's are left out by the caller
   * @param environment the value of a variable, or null; for {@code $HOST_IP} and its like
   */
  public static NginxSettings read(
      Map<String, String> data, Function<String, @Nullable String> environment) {
    KeyReader keys = new KeyReader(NginxKeys.CONFIG_MAP, "", data);
    TracingReading tracing = new TracingReading(keys, environment);
    return new NginxSettings(
        tracing.tracing(),
        new ListenerTerms(
            NetworkSet.NONE,
            NetworkSet.NONE,
            tracing.trust(),
            Limits.DEFAULT,
            ListenerPolicy.ALL_PROTOCOLS,
            Http2Policy.DEFAULT,
            ListenerTls.Version.TLS_1_2),
        new RouteTerms(Timeouts.DEFAULT, RetryPolicy.DEFAULT, Limits.DEFAULT.bodyBytes()),
        new BackendTerms(
            Endpoint.Protocol.HTTP, null, false, Upstream.Balance.ROUND_ROBIN, PoolPolicy.DEFAULT),
        keys.findings());
  }
}
