package dev.headwater.load.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.networking.v1.Ingress;
import io.fabric8.kubernetes.api.model.networking.v1.IngressBuilder;
import io.fabric8.kubernetes.api.model.networking.v1.IngressClassBuilder;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Whose an Ingress is, and who of several that want a host has it. */
class ITOwnership {
  @RegisterExtension static final Cluster CLUSTER = new Cluster();

  private static final Duration TAKEN_OVER = Duration.ofSeconds(2);
  private static IngressProcess gateway;

  @BeforeAll
  static void starts() throws Exception {
    gateway = CLUSTER.gateway("ownership");
  }

  /** A host with its owner and somebody younger in another namespace, who wants it too. */
  private record Contested(String host, Ingress owner, Ingress claimer) {}

  private static Contested contested(String host) throws Exception {
    String home = CLUSTER.namespace();
    String away = CLUSTER.namespace();
    CLUSTER.service(home, "owner");
    CLUSTER.service(away, "claimer");
    Pem owners = Pem.of("owner", host);
    Pem claimers = Pem.of("claimer", host);
    CLUSTER.create(
        KubeObjects.secret(home, "tls", owners.chain(), owners.key()),
        KubeObjects.secret(away, "tls", claimers.chain(), claimers.key()));
    Ingress owner =
        new IngressBuilder(
                KubeObjects.secured(KubeObjects.ingress(home, "z", host, "owner"), "tls"))
            .editMetadata()
            .addToFinalizers("test.headwater.dev/kept")
            .endMetadata()
            .build();
    CLUSTER.create(owner);
    servedBy(host, "owner");
    Instant born =
        Instant.parse(CLUSTER.client().resource(owner).get().getMetadata().getCreationTimestamp());
    // Ages are told in whole seconds, and names decide between twins: the claimer's comes first.
    Await.until("the next second", () -> Instant.now().isAfter(born.plusMillis(1_100)));
    Ingress claimer = KubeObjects.secured(KubeObjects.ingress(away, "a", host, "claimer"), "tls");
    CLUSTER.create(claimer);
    return new Contested(host, owner, claimer);
  }

  private static Duration servedBy(String host, String service) throws Exception {
    return Await.until(
        host + " is served by " + service,
        () -> gateway.clients().get(host, "/").servedBy().equals(service));
  }

  private static String namespace(Ingress ingress) {
    return ingress.getMetadata().getNamespace();
  }

  @FaultRow("K8")
  @Test
  void hostStaysWithItsOwner_whoeverElseClaimsIt() throws Exception {
    Contested contested = contested("owned.example");
    String away = namespace(contested.claimer);
    Await.until(
        "the claimer is told",
        () ->
            KubeObjects.events(CLUSTER.client(), away, "a").stream()
                .anyMatch(
                    event ->
                        event.startsWith("Refused: ")
                            && event.contains(namespace(contested.owner) + "/z has it")));
    for (int i = 0; i < 200; i++) {
      assertThat(gateway.clients().get(contested.host, "/" + i).servedBy()).isEqualTo("owner");
    }
    assertThat(Pem.shown(gateway.ports().https(), contested.host)).isEqualTo("owner");
    assertThat(KubeObjects.published(CLUSTER.client(), away, "a")).isEmpty();
    assertThat(KubeObjects.published(CLUSTER.client(), namespace(contested.owner), "z"))
        .containsExactly(IngressProcess.PUBLISHED);
  }

  @FaultRow("K8")
  @Test
  void hostGoesToTheNextInAge_onceItsOwnerIsBeingDeleted() throws Exception {
    Contested contested = contested("left.example");
    CLUSTER.client().resource(contested.owner).delete();
    Ingress kept = CLUSTER.client().resource(contested.owner).get();
    assertThat(kept.getMetadata().getDeletionTimestamp()).as("kept by its finalizer").isNotNull();
    assertThat(servedBy(contested.host, "claimer")).isLessThan(Patience.of(TAKEN_OVER));
    Await.until(
        "its certificate, too",
        () -> Pem.shown(gateway.ports().https(), contested.host).equals("claimer"));
    Await.until(
        "its status",
        () ->
            KubeObjects.published(CLUSTER.client(), namespace(contested.claimer), "a")
                .equals(List.of(IngressProcess.PUBLISHED)));
  }

  @FaultRow("K8")
  @Test
  void hostGoesToTheNextInAge_onceTheNamespaceOfItsOwnerIsBeingDeleted() throws Exception {
    Contested contested = contested("dying.example");
    CLUSTER.client().namespaces().withName(namespace(contested.owner)).delete();
    Ingress kept = CLUSTER.client().resource(contested.owner).get();
    assertThat(kept.getMetadata().getDeletionTimestamp()).as("of the Ingress itself").isNull();
    assertThat(servedBy(contested.host, "claimer")).isLessThan(Patience.of(TAKEN_OVER));
  }

  @FaultRow("K9")
  @Test
  void ingressesOfOtherClassesStayUntouched() throws Exception {
    String namespace = CLUSTER.namespace();
    CLUSTER.service(namespace, "shop");
    CLUSTER.create(
        new IngressClassBuilder()
            .withNewMetadata()
            .withName("of-another")
            .endMetadata()
            .withNewSpec()
            .withController("example.org/another")
            .endSpec()
            .build(),
        of(namespace, "another", "of-another", Map.of()),
        of(namespace, "unknown", "nobody-knows", Map.of()),
        of(namespace, "adopted", "nginx", Map.of()),
        of(namespace, "unclassed", null, Map.of()),
        of(namespace, "legacy", null, Map.of("kubernetes.io/ingress.class", "nginx")),
        KubeObjects.ingress(namespace, "ours", "ours.example", "shop"));
    Await.until(
        "ours has its status",
        () ->
            KubeObjects.published(CLUSTER.client(), namespace, "ours")
                .equals(List.of(IngressProcess.PUBLISHED)));
    for (String name : List.of("another", "unknown", "adopted", "unclassed", "legacy")) {
      assertThat(gateway.clients().get(name + ".example", "/").status()).as(name).isEqualTo(404);
      Ingress now =
          CLUSTER.client().network().v1().ingresses().inNamespace(namespace).withName(name).get();
      assertThat(now.getStatus().getLoadBalancer().getIngress()).as(name).isEmpty();
      assertThat(now.getMetadata().getManagedFields()).as(name).hasSize(1);
      assertThat(KubeObjects.events(CLUSTER.client(), namespace, name)).as(name).isEmpty();
      assertThat(gateway.findings("Ingress " + namespace + "/" + name)).as(name).isEmpty();
    }
    // A change of class is a change of hands, both ways.
    CLUSTER.client().resource(of(namespace, "unknown", KubeObjects.CLASS, Map.of())).patch();
    servedBy("unknown.example", "shop");
    Await.until(
        "a status", () -> !KubeObjects.published(CLUSTER.client(), namespace, "unknown").isEmpty());
    CLUSTER.client().resource(of(namespace, "unknown", "nobody-knows", Map.of())).patch();
    Await.until(
        "our address is taken out",
        () -> KubeObjects.published(CLUSTER.client(), namespace, "unknown").isEmpty());
    assertThat(gateway.clients().get("unknown.example", "/").status()).isEqualTo(404);
  }

  private static Ingress of(
      String namespace, String name, @Nullable String className, Map<String, String> annotations) {
    return new IngressBuilder(
            KubeObjects.ingress(namespace, name, name + ".example", "/", "shop", annotations))
        .editSpec()
        .withIngressClassName(className)
        .endSpec()
        .build();
  }
}
