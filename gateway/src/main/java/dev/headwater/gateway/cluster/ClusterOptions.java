package dev.headwater.gateway.cluster;

import dev.headwater.routes.kubernetes.ControllerPolicy;
import dev.headwater.routes.kubernetes.ObjectName;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How the controller takes part in a cluster.
 *
 * @param policy which objects count, and where the gateway listens
 * @param kubeconfig how to reach the API server, or null for the service account of the pod
 * @param listSecrets whether all TLS Secrets are watched together; otherwise each that is named, by
 *     its name
 * @param publishService whose addresses go into statuses, or null
 * @param publishAddresses what goes into statuses where there is no such Service; empty for nothing
 * @param identity of this replica among those that share the lease; also the name of its pod
 * @param namespace of the lease, or null for that of the kubeconfig
 */
public record ClusterOptions(
    ControllerPolicy policy,
    @Nullable Path kubeconfig,
    boolean listSecrets,
    @Nullable ObjectName publishService,
    List<String> publishAddresses,
    String identity,
    @Nullable String namespace) {
  public ClusterOptions {
    publishAddresses = List.copyOf(publishAddresses);
  }
}
