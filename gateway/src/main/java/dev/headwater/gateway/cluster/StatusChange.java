package dev.headwater.gateway.cluster;

import io.fabric8.kubernetes.api.model.networking.v1.Ingress;
import io.fabric8.kubernetes.api.model.networking.v1.IngressLoadBalancerIngress;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A status that does not say what it should.
 *
 * @param namespace of the Ingress
 * @param name of the Ingress
 * @param uid of the Ingress: one that was created anew under the name is another one
 * @param addresses what it should say; empty to say nothing
 */
record StatusChange(String namespace, String name, String uid, List<String> addresses) {
  StatusChange {
    addresses = List.copyOf(addresses);
  }

  /**
   * What is to be written.
   *
   * @param ingresses as last told
   * @param served uids of those that the data path serves
   * @param formerly uids of those that it once served; where they still say our addresses and are
   *     no longer served, these are taken out
   * @param addresses where clients reach it
   */
  static List<StatusChange> of(
      Collection<Ingress> ingresses,
      Set<String> served,
      Set<String> formerly,
      List<String> addresses) {
    List<StatusChange> changes = new ArrayList<>();
    for (Ingress each : ingresses) {
      String uid = each.getMetadata().getUid();
      if (each.getMetadata().getDeletionTimestamp() != null) {
        continue;
      }
      List<String> said = said(each);
      if (served.contains(uid)) {
        if (!addresses.isEmpty() && !said.equals(addresses)) {
          changes.add(change(each, addresses));
        }
      } else if (formerly.contains(uid) && !said.isEmpty() && said.equals(addresses)) {
        changes.add(change(each, List.of()));
      }
    }
    return changes;
  }

  private static StatusChange change(Ingress ingress, List<String> addresses) {
    return new StatusChange(
        ingress.getMetadata().getNamespace(),
        ingress.getMetadata().getName(),
        ingress.getMetadata().getUid(),
        addresses);
  }

  private static List<String> said(Ingress ingress) {
    List<String> said = new ArrayList<>();
    if (ingress.getStatus() != null && ingress.getStatus().getLoadBalancer() != null) {
      for (IngressLoadBalancerIngress each : ingress.getStatus().getLoadBalancer().getIngress()) {
        said.add(each.getIp() != null ? each.getIp() : String.valueOf(each.getHostname()));
      }
    }
    return said;
  }

  /** As a JSON merge patch (RFC 7386) of the status; refused for another uid. */
  String patch() {
    List<Map<String, String>> ingress =
        addresses.stream()
            .map(each -> Map.of(Addresses.isIp(each) ? "ip" : "hostname", each))
            .toList();
    return Serialization.asJson(
        Map.of(
            "metadata",
            Map.of("uid", uid),
            "status",
            Map.of("loadBalancer", Map.of("ingress", ingress))));
  }
}
