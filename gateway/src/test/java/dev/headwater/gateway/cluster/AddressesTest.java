package dev.headwater.gateway.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServiceBuilder;
import org.junit.jupiter.api.Test;

class AddressesTest {
  private static ServiceBuilder service(String type) {
    return new ServiceBuilder().withNewSpec().withType(type).withClusterIP("10.96.0.7").endSpec();
  }

  @Test
  void loadBalancer_isKnownByWhatItWasGiven() {
    Service service =
        service("LoadBalancer")
            .withNewStatus()
            .withNewLoadBalancer()
            .addNewIngress()
            .withIp("192.0.2.7")
            .endIngress()
            .addNewIngress()
            .withHostname("lb.example")
            .endIngress()
            .endLoadBalancer()
            .endStatus()
            .build();

    assertThat(Addresses.of(service)).containsExactly("192.0.2.7", "lb.example");
  }

  @Test
  void loadBalancerThatWasGivenNothingYet_hasNoAddress() {
    assertThat(Addresses.of(service("LoadBalancer").build())).isEmpty();
  }

  @Test
  void externalAddresses_serveWhereThereIsNoLoadBalancer() {
    Service service =
        service("NodePort").editSpec().withExternalIPs("198.51.100.1").endSpec().build();

    assertThat(Addresses.of(service)).containsExactly("198.51.100.1");
  }

  @Test
  void serviceWithinTheCluster_isKnownByItsOwnAddress() {
    assertThat(Addresses.of(service("ClusterIP").build())).containsExactly("10.96.0.7");
  }

  @Test
  void noService_hasNoAddress() {
    assertThat(Addresses.of(null)).isEmpty();
  }
}
