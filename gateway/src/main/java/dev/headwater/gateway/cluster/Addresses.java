package dev.headwater.gateway.cluster;

import io.fabric8.kubernetes.api.model.LoadBalancerIngress;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServiceSpec;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Where clients reach the gateway, as statuses tell it: IP addresses and host names. */
final class Addresses {
  private Addresses() {}

  /**
   * Addresses of a Service: those of its load balancer, otherwise its external ones, otherwise, for
   * one that stays within the cluster, its own.
   */
  static List<String> of(@Nullable Service service) {
    if (service == null || service.getSpec() == null) {
      return List.of();
    }
    ServiceSpec spec = service.getSpec();
    if ("ExternalName".equals(spec.getType())) {
      return spec.getExternalName() == null ? List.of() : List.of(spec.getExternalName());
    }
    List<String> balanced = balanced(service);
    if (!balanced.isEmpty()) {
      return balanced;
    }
    if (spec.getExternalIPs() != null && !spec.getExternalIPs().isEmpty()) {
      return List.copyOf(spec.getExternalIPs());
    }
    boolean within = spec.getType() == null || "ClusterIP".equals(spec.getType());
    String own = spec.getClusterIP();
    return within && own != null && !own.isEmpty() && !"None".equals(own)
        ? List.of(own)
        : List.of();
  }

  private static List<String> balanced(Service service) {
    List<String> addresses = new ArrayList<>();
    if (service.getStatus() != null && service.getStatus().getLoadBalancer() != null) {
      for (LoadBalancerIngress each : service.getStatus().getLoadBalancer().getIngress()) {
        if (each.getIp() != null) {
          addresses.add(each.getIp());
        } else if (each.getHostname() != null) {
          addresses.add(each.getHostname());
        }
      }
    }
    return addresses;
  }

  /** Whether it is an IP address and not a name: only digits, dots, or what has a colon. */
  static boolean isIp(String address) {
    return address.indexOf(':') >= 0 || address.matches("[0-9.]{7,15}");
  }
}
