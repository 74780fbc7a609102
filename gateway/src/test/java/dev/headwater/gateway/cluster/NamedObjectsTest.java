package dev.headwater.gateway.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headwater.routes.BindAddress;
import dev.headwater.routes.LogPolicy;
import dev.headwater.routes.kubernetes.ClusterObjects;
import dev.headwater.routes.kubernetes.ControllerPolicy;
import dev.headwater.routes.kubernetes.ObjectName;
import dev.headwater.routes.kubernetes.ObjectReport;
import io.fabric8.kubernetes.api.model.networking.v1.Ingress;
import io.fabric8.kubernetes.api.model.networking.v1.IngressBuilder;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class NamedObjectsTest {
  private static final BindAddress ANY = new BindAddress("127.0.0.1", 0);

  private static ControllerPolicy policy(@Nullable ObjectName certificate) {
    return new ControllerPolicy(
        "headwater",
        false,
        null,
        null,
        certificate,
        null,
        new ControllerPolicy.Addresses(ANY, ANY, ANY, ANY),
        FallbackCertificate.make(Instant.parse("2026-11-29T06:00:00Z")),
        LogPolicy.DEFAULT,
        Map.of());
  }

  private static Ingress ingress(String namespace, String name, String secret) {
    return new IngressBuilder()
        .withNewMetadata()
        .withNamespace(namespace)
        .withName(name)
        .endMetadata()
        .withNewSpec()
        .addNewTl()
        .withSecretName(secret)
        .endTl()
        .endSpec()
        .build();
  }

  private static ClusterObjects objects(Ingress... ingresses) {
    return new ClusterObjects(
        List.of(), List.of(ingresses), List.of(), List.of(), List.of(), List.of(), Set.of());
  }

  private static ObjectReport ours(String namespace, String name) {
    return new ObjectReport(new ObjectName("Ingress", namespace, name), "u", 1, true, List.of());
  }

  @Test
  void secretsOfOurIngresses_areReadInTheirOwnNamespace() {
    assertThat(
            NamedObjects.of(
                    objects(ingress("shop", "web", "cert")),
                    List.of(ours("shop", "web")),
                    policy(null))
                .secrets())
        .containsExactly(new ObjectName("Secret", "shop", "cert"));
  }

  @Test
  void secretsThatForeignIngressesName_areNeverRead() {
    assertThat(
            NamedObjects.of(
                    objects(ingress("shop", "web", "cert"), ingress("bank", "web", "vault")),
                    List.of(ours("shop", "web")),
                    policy(null))
                .secrets())
        .containsExactly(new ObjectName("Secret", "shop", "cert"));
  }

  @Test
  void namelessSecret_isNone() {
    assertThat(
            NamedObjects.of(
                    objects(ingress("shop", "web", "")), List.of(ours("shop", "web")), policy(null))
                .secrets())
        .isEmpty();
  }

  @ParameterizedTest
  @CsvSource({"true, 0", "TRUE, 0", "maybe, 0", "'', 0", "false, 1", "FALSE, 1"})
  void whatCanariesName_isNotRead(String canary, int read) {
    Ingress ingress =
        new IngressBuilder(ingress("shop", "web", "cert"))
            .editMetadata()
            .addToAnnotations("nginx.ingress.kubernetes.io/canary", canary)
            .addToAnnotations("nginx.ingress.kubernetes.io/custom-headers", "shop/fields")
            .endMetadata()
            .build();
    NamedObjects named =
        NamedObjects.of(objects(ingress), List.of(ours("shop", "web")), policy(null));

    assertThat(named.secrets()).hasSize(read);
    assertThat(named.configMaps()).hasSize(read);
  }

  @Test
  void defaultCertificate_isReadWhereItIsNamed() {
    ObjectName wild = new ObjectName("Secret", "tls", "wild");

    assertThat(NamedObjects.of(objects(), List.of(), policy(wild)).secrets()).containsExactly(wild);
  }

  private static Set<ObjectName> configMaps(String written) {
    Ingress ingress =
        new IngressBuilder(ingress("shop", "web", ""))
            .editMetadata()
            .addToAnnotations("nginx.ingress.kubernetes.io/custom-headers", written)
            .endMetadata()
            .build();
    return NamedObjects.of(objects(ingress), List.of(ours("shop", "web")), policy(null))
        .configMaps();
  }

  @ParameterizedTest
  @ValueSource(strings = {"shop/headers", "headers", " shop/headers "})
  void configMapWithHeaders_isReadInTheIngresssNamespace(String written) {
    assertThat(configMaps(written)).containsExactly(new ObjectName("ConfigMap", "shop", "headers"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "bank/headers", "/headers", "shop/", "shop/a/b", "../x", "A b", "-x"})
  void configMapElsewhere_isNeverRead(String written) {
    assertThat(configMaps(written)).isEmpty();
  }

  @Test
  void configMapOfTheController_isReadAlready() {
    ControllerPolicy usual = policy(null);
    ControllerPolicy own =
        new ControllerPolicy(
            usual.className(),
            false,
            null,
            new ObjectName("ConfigMap", "shop", "headers"),
            null,
            null,
            usual.addresses(),
            usual.fallback(),
            usual.log(),
            Map.of());
    Ingress ingress =
        new IngressBuilder(ingress("shop", "web", ""))
            .editMetadata()
            .addToAnnotations("nginx.ingress.kubernetes.io/custom-headers", "shop/headers")
            .endMetadata()
            .build();

    assertThat(NamedObjects.of(objects(ingress), List.of(ours("shop", "web")), own).configMaps())
        .isEmpty();
  }
}
