package dev.headwater.routes.kubernetes;

import dev.headwater.routes.BindAddress;
import dev.headwater.routes.LogPolicy;
import dev.headwater.routes.ServerCertificate;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a controller was started with, as opposed to what it finds in the cluster.
 *
 * @param className the class that is ours by its name alone, where no IngressClass of that name
 *     says otherwise
 * @param adoptNginx whether the class {@code nginx} of {@code k8s.io/ingress-nginx} is ours, too
 * @param watchNamespace the only namespace whose Ingresses count, or null for all
 * @param configMap the controller's ConfigMap, or null for none
 * @param defaultCertificate the Secret whose certificate serves all names that have none, or null
 * @param defaultBackend the Service that takes requests that nothing else takes, at its first port;
 *     null for an answer with 404
 * @param addresses where to listen
 * @param fallback shown where there is no usable {@code defaultCertificate}; proves nothing
 * @param log the program's own log
 * @param environment variables that values of the ConfigMap may name
 */
public record ControllerPolicy(
    String className,
    boolean adoptNginx,
    @Nullable String watchNamespace,
    @Nullable ObjectName configMap,
    @Nullable ObjectName defaultCertificate,
    @Nullable ObjectName defaultBackend,
    Addresses addresses,
    ServerCertificate fallback,
    LogPolicy log,
    Map<String, String> environment) {
  /** The class that is ours unless told otherwise. */
  public static final String CLASS_NAME = "headwater";

  /** {@code spec.controller} of IngressClasses that are ours. */
  public static final String CONTROLLER = "headwater.dev/ingress-controller";

  public ControllerPolicy {
    environment = Map.copyOf(environment);
  }

  /**
   * Where to listen. A change needs a restart.
   *
   * @param http for clients in clear
   * @param https for clients under TLS
   * @param admin everything for the operator
   * @param probe health, readiness and metrics alone
   */
  public record Addresses(
      BindAddress http, BindAddress https, BindAddress admin, BindAddress probe) {}
}
