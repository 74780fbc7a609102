package dev.headwater.routes.kubernetes;

import static dev.headwater.routes.kubernetes.Cluster.annotated;
import static dev.headwater.routes.kubernetes.Cluster.ingress;
import static dev.headwater.routes.kubernetes.Cluster.path;
import static dev.headwater.routes.kubernetes.Cluster.rule;
import static org.assertj.core.api.Assertions.assertThat;

import dev.headwater.routes.nginx.KeyFinding;
import dev.headwater.routes.nginx.Migration;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.api.model.networking.v1.Ingress;
import io.fabric8.kubernetes.api.model.networking.v1.IngressBuilder;
import io.fabric8.kubernetes.api.model.networking.v1.IngressClass;
import io.fabric8.kubernetes.api.model.networking.v1.IngressClassBuilder;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What a live cluster of ingress-nginx's would come to. */
class ClusterMigrationTest {
  private static final String NGINX = "nginx.ingress.kubernetes.io/";
  private static final ObjectName SETTINGS = new ObjectName("ConfigMap", "nginx", "controller");

  private final Cluster cluster = new Cluster().service("s", "web");
  private final ClusterMigration migration = new ClusterMigration(SETTINGS, Cluster.FALLBACK);

  private static Ingress of(String className, IngressBuilder ingress) {
    return ingress.editSpec().withIngressClassName(className).endSpec().build();
  }

  private static IngressClass classOf(String name, String controller) {
    return new IngressClassBuilder()
        .withNewMetadata()
        .withName(name)
        .endMetadata()
        .withNewSpec()
        .withController(controller)
        .endSpec()
        .build();
  }

  private ClusterObjects objects(Map<String, String> settings) {
    return new ClusterObjects(
        cluster.classes,
        cluster.ingresses,
        cluster.services,
        List.of(),
        cluster.secrets,
        List.of(
            new ConfigMapBuilder()
                .withNewMetadata()
                .withNamespace(SETTINGS.namespace())
                .withName(SETTINGS.name())
                .endMetadata()
                .withData(settings)
                .build()),
        Set.of());
  }

  private List<String> rows(Map<String, String> settings, ObjectName... unread) {
    Migration table = migration.table(objects(settings), Set.of(unread));
    assertThat(table.problems()).isEmpty();
    return table.rows().stream().map(ClusterMigrationTest::row).toList();
  }

  private static String row(Migration.Row row) {
    KeyFinding finding = row.finding();
    return String.join(
        " | ",
        row.object(),
        finding.key().replace(NGINX, ""),
        row.isWritten() ? finding.value() : "absent",
        finding.verdict().label());
  }

  @Test
  void everyKeyOfNginxsObjectsHasARow() {
    cluster.with(
        of(
            "nginx",
            annotated(
                annotated(
                    annotated(ingress("s", "web", "a.test"), NGINX + "proxy-read-timeout", "5"),
                    "headwater.dev/sample-rate",
                    "0.5"),
                "headwater.dev/sample-per-second",
                "none")));

    assertThat(
            rows(
                Map.of(
                    "enable-opentracing", "true",
                    "zipkin-collector-host", "$HOST_IP",
                    "sampling", "rate: 2",
                    "proxy-read-timeout", "0")))
        .contains(
            "ConfigMap nginx/controller | enable-opentracing | true | applied",
            "ConfigMap nginx/controller | zipkin-collector-host | $HOST_IP | applied with a"
                + " difference",
            "ConfigMap nginx/controller | sampling.rate | 2 | refused",
            "ConfigMap nginx/controller | generate-request-id | absent | applied with a difference",
            "ConfigMap nginx/controller | proxy-read-timeout | 0 | refused",
            "Ingress s/web | proxy-read-timeout | 5 | applied",
            "Ingress s/web | headwater.dev/sample-rate | 0.5 | applied",
            "Ingress s/web | headwater.dev/sample-per-second | none | refused")
        .doesNotHaveDuplicates();
  }

  @Test
  void ingressesOfOthersAreLeftToThem_andOtherClassesOfNginxAreNamed() {
    cluster.classes.add(classOf("internal", "k8s.io/ingress-nginx"));
    cluster.classes.add(classOf("traefik", "traefik.io/ingress-controller"));
    cluster.with(of("internal", ingress("s", "inside", "a.test")));
    cluster.with(
        of("traefik", annotated(ingress("s", "other", "b.test"), NGINX + "use-regex", "true")));

    assertThat(rows(Map.of()))
        .contains(
            "Ingress s/inside | spec.ingressClassName | internal | refused",
            "Ingress s/other | spec.ingressClassName | traefik | inert")
        .noneMatch(row -> row.contains("use-regex"));
  }

  @Test
  void ingressWithoutAClassIsNamed() {
    cluster.with(
        new IngressBuilder(of("", ingress("s", "plain", "a.test")))
            .editSpec()
            .withIngressClassName(null)
            .endSpec()
            .build());

    assertThat(rows(Map.of())).contains("Ingress s/plain | spec.ingressClassName |  | refused");
  }

  @Test
  void fieldsThatMayNotBeRead_areNotCalledApplied() {
    cluster.with(
        of("nginx", annotated(ingress("s", "web", "a.test"), NGINX + "custom-headers", "s/x")));

    assertThat(rows(Map.of(), new ObjectName("ConfigMap", "s", "x")))
        .contains("Ingress s/web | custom-headers | s/x | applied with a difference");
  }

  @Test
  void whatIsMissingIsNamed_unlessItCouldNotBeRead() {
    cluster.with(
        new IngressBuilder(
                of("nginx", rule(ingress("s", "web"), "a.test", path("Prefix", "/", "gone"))))
            .editSpec()
            .addNewTl()
            .withHosts("a.test")
            .withSecretName("cert")
            .endTl()
            .endSpec()
            .build());
    String service =
        "Ingress s/web | spec.rules[0].http.paths[0].backend.service.name | gone | refused";
    String secret = "Ingress s/web | spec.tls[0].secretName | cert | refused";

    assertThat(rows(Map.of())).contains(service, secret);
    assertThat(rows(Map.of(), new ObjectName("Secret", "s", "cert")))
        .contains(service)
        .doesNotContain(secret);
    assertThat(rows(Map.of(), new ObjectName(ClusterMigration.SERVICES, "", "")))
        .contains(secret)
        .doesNotContain(service);
  }

  @Test
  void rightsAreThoseOfOurIngressesAlone() {
    cluster.with(secured("nginx", "b", "one"));
    cluster.with(secured("nginx", "a", "two"));
    cluster.with(secured("nginx", "a", "one"));
    cluster.with(secured("traefik", "a", "theirs"));
    cluster.with(
        of("nginx", annotated(ingress("a", "fields", "f.test"), NGINX + "custom-headers", "a/x")));

    NeededRights rights = migration.rights(objects(Map.of()));

    assertThat(rights.secrets())
        .extracting(ObjectName::toString)
        .containsExactly("Secret a/one", "Secret a/two", "Secret b/one");
    assertThat(rights.headers()).containsExactly(new ObjectName("ConfigMap", "a", "x"));
    assertThat(rights.settings()).containsExactly(SETTINGS);
    assertThat(rights.refused()).isEmpty();
  }

  private static Ingress secured(String className, String namespace, String secret) {
    return new IngressBuilder(of(className, ingress(namespace, "of-" + secret, secret + ".test")))
        .editSpec()
        .addNewTl()
        .withSecretName(secret)
        .endTl()
        .endSpec()
        .build();
  }
}
