package dev.headwater.gateway.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headwater.routes.kubernetes.ObjectName;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointSlice;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointSliceBuilder;
import java.util.List;
import org.junit.jupiter.api.Test;

class LiveReplicasTest {
  private static final ObjectName OURS = new ObjectName("Service", "headwater", "headwater");

  private final LiveReplicas replicas = new LiveReplicas();

  private static EndpointSlice slice(String namespace, String service, Boolean ready, String pod) {
    return new EndpointSliceBuilder()
        .withNewMetadata()
        .withNamespace(namespace)
        .addToLabels("kubernetes.io/service-name", service)
        .endMetadata()
        .addNewEndpoint()
        .withAddresses("192.0.2.1")
        .withNewConditions()
        .withReady(ready)
        .endConditions()
        .withNewTargetRef()
        .withName(pod)
        .endTargetRef()
        .endEndpoint()
        .build();
  }

  @Test
  void podsThatAreReady_countOnce_whateverTheirSlices() {
    replicas.count(
        List.of(
            slice("headwater", "headwater", true, "a"),
            slice("headwater", "headwater", true, "a"),
            slice("headwater", "headwater", null, "b"),
            slice("headwater", "headwater", false, "c")),
        OURS);

    assertThat(replicas.replicas()).isEqualTo(2);
  }

  @Test
  void slicesOfOtherServices_doNotCount() {
    replicas.count(
        List.of(slice("headwater", "other", true, "a"), slice("shop", "headwater", true, "b")),
        OURS);

    assertThat(replicas.replicas()).isZero();
  }

  @Test
  void withoutAService_theConfiguredNumberHolds() {
    replicas.count(List.of(slice("headwater", "headwater", true, "a")), null);

    assertThat(replicas.replicas()).isZero();
  }
}
