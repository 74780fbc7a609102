package dev.headwater.gateway.cluster;

import dev.headwater.routes.kubernetes.ObjectName;
import dev.headwater.sampling.rate.ReplicaSource;
import io.fabric8.kubernetes.api.model.discovery.v1.Endpoint;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointSlice;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * How many gateways share a budget of the whole cluster: the ready endpoints of the Service in
 * front of them. Not known, and so as configured, while that Service is not named or has none.
 */
public final class LiveReplicas implements ReplicaSource {
  private static final String SERVICE = "kubernetes.io/service-name";

  private volatile int live;

  @Override
  public int replicas() {
    return live;
  }

  /** Counts anew. */
  void count(List<EndpointSlice> slices, @Nullable ObjectName service) {
    live = service == null ? 0 : ready(slices, service);
  }

  /** A pod counts once, however many slices, families and ports it is in. */
  private static int ready(List<EndpointSlice> slices, ObjectName service) {
    Set<String> pods = new HashSet<>();
    for (EndpointSlice slice : slices) {
      Map<String, String> labels = slice.getMetadata().getLabels();
      if (service.namespace().equals(slice.getMetadata().getNamespace())
          && labels != null
          && service.name().equals(labels.get(SERVICE))) {
        for (Endpoint endpoint : slice.getEndpoints()) {
          if (isReady(endpoint)) {
            pods.add(identity(endpoint));
          }
        }
      }
    }
    return pods.size();
  }

  /** Unknown means ready (EndpointConditions of discovery.k8s.io/v1). */
  private static boolean isReady(Endpoint endpoint) {
    return endpoint.getConditions() == null
        || !Boolean.FALSE.equals(endpoint.getConditions().getReady());
  }

  private static String identity(Endpoint endpoint) {
    return endpoint.getTargetRef() == null
        ? String.join(",", endpoint.getAddresses())
        : endpoint.getTargetRef().getName();
  }
}
