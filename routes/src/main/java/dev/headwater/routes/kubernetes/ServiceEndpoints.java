package dev.headwater.routes.kubernetes;

import dev.headwater.routes.Endpoint;
import dev.headwater.sampling.network.IpLiteral;
import io.fabric8.kubernetes.api.model.ObjectReference;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointConditions;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointPort;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointSlice;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The endpoints of one port of a service, from all its slices: those that are ready, or, where none
 * is, those that still serve while they terminate. An address counts once however often it is
 * listed, and so does a pod that has one of each family: with the family that the service prefers.
 */
final class ServiceEndpoints {
  private static final String IPV4 = "IPv4";
  private static final String IPV6 = "IPv6";
  private static final Comparator<Endpoint> ORDER =
      Comparator.comparing(Endpoint::host).thenComparing(Endpoint::port);

  private final List<Listed> listed = new ArrayList<>();
  private final String portName;
  private final Endpoint.Protocol protocol;

  private ServiceEndpoints(String portName, Endpoint.Protocol protocol) {
    this.portName = portName;
    this.protocol = protocol;
  }

  /**
   * An address in a slice.
   *
   * @param target the pod behind it at that port, or null where the slice does not say
   */
  private record Listed(
      Endpoint endpoint, String family, @Nullable String target, boolean ready, boolean serving) {}

  /**
   * The endpoints, in the order of their addresses.
   *
   * @param slices of the service
   * @param portName of the service's port, empty where it has none
   * @param families of the service, the preferred one first; empty for IPv4
   * @param protocol what is spoken with them
   */
  static List<Endpoint> of(
      List<EndpointSlice> slices,
      String portName,
      List<String> families,
      Endpoint.Protocol protocol) {
    ServiceEndpoints endpoints = new ServiceEndpoints(portName, protocol);
    slices.forEach(endpoints::list);
    return endpoints.chosen(families.isEmpty() ? IPV4 : families.get(0));
  }

  private void list(EndpointSlice slice) {
    String family = Absent.text(slice.getAddressType());
    if (!family.equals(IPV4) && !family.equals(IPV6)) {
      return;
    }
    for (EndpointPort port : Absent.list(slice.getPorts())) {
      Integer number = port.getPort();
      boolean isMeant =
          Absent.text(port.getName()).equals(portName)
              && (port.getProtocol() == null || port.getProtocol().equals("TCP"));
      if (isMeant && number != null && number > 0 && number <= 65_535) {
        Absent.list(slice.getEndpoints()).forEach(each -> list(each, family, number));
      }
    }
  }

  private void list(
      io.fabric8.kubernetes.api.model.discovery.v1.Endpoint each, String family, int port) {
    List<String> addresses = Absent.list(each.getAddresses());
    // Addresses of one endpoint are interchangeable; the API asks to take the first.
    byte[] address = addresses.isEmpty() ? null : IpLiteral.parse(addresses.get(0));
    if (address == null) {
      return;
    }
    ObjectReference target = each.getTargetRef();
    EndpointConditions conditions = each.getConditions();
    boolean ready = isReady(conditions);
    boolean serving =
        conditions == null || conditions.getServing() == null ? ready : conditions.getServing();
    listed.add(
        new Listed(
            new Endpoint(IpLiteral.format(address), port, protocol),
            family,
            target == null ? null : name(target) + " " + port,
            ready,
            serving));
  }

  private static String name(ObjectReference target) {
    return Absent.text(target.getUid()) + " " + Absent.text(target.getName());
  }

  /** Unknown means ready, unless it terminates. */
  private static boolean isReady(@Nullable EndpointConditions conditions) {
    if (conditions == null) {
      return true;
    }
    Boolean ready = conditions.getReady();
    return ready == null ? !Boolean.TRUE.equals(conditions.getTerminating()) : ready;
  }

  private List<Endpoint> chosen(String preferred) {
    boolean anyReady = listed.stream().anyMatch(Listed::ready);
    List<Listed> usable =
        listed.stream().filter(each -> anyReady ? each.ready : each.serving).toList();
    Set<String> reached = new HashSet<>();
    for (Listed each : usable) {
      if (each.family.equals(preferred) && each.target != null) {
        reached.add(each.target);
      }
    }
    Set<Endpoint> chosen = new TreeSet<>(ORDER);
    for (Listed each : usable) {
      if (each.family.equals(preferred) || each.target == null || !reached.contains(each.target)) {
        chosen.add(each.endpoint);
      }
    }
    return List.copyOf(chosen);
  }
}
