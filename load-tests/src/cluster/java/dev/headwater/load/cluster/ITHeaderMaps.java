package dev.headwater.load.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * ConfigMaps that Ingresses name under {@code custom-headers}, with the rights that are shipped.
 */
class ITHeaderMaps {
  @RegisterExtension static final Cluster CLUSTER = new Cluster();

  private static final String FIELD = "X-Frame-Options";
  private static final String MAP = "fields";
  private static final Duration VISIBLE = Duration.ofSeconds(1);

  /** The longest pause between two attempts, see ClusterClient. */
  private static final Duration ALLOWED = Duration.ofSeconds(40);

  @Test
  void fieldsFollowTheirMap_whichIsTheOnlyOneThatIsRead() throws Exception {
    IngressProcess gateway = gateway("header-maps");
    String namespace = CLUSTER.namespaceWithoutSecrets();
    CLUSTER.installation().allowHeaders(namespace);
    CLUSTER.create(
        KubeObjects.configMap(namespace, MAP, Map.of(FIELD, "DENY")),
        KubeObjects.configMap(namespace, "nobodys", Map.of(FIELD, "DENY")));
    ingress(namespace, "follows.example");
    Await.until("the field", () -> field(gateway, "follows.example").equals("200 DENY"));

    CLUSTER
        .client()
        .resource(KubeObjects.configMap(namespace, MAP, Map.of(FIELD, "SAMEORIGIN")))
        .update();
    Await.until(
        "its new value", VISIBLE, () -> field(gateway, "follows.example").equals("200 SAMEORIGIN"));
    CLUSTER.client().configMaps().inNamespace(namespace).withName(MAP).delete();
    Await.until(
        "closed without it", VISIBLE, () -> field(gateway, "follows.example").equals("503 "));
    CLUSTER.create(KubeObjects.configMap(namespace, MAP, Map.of(FIELD, "DENY")));
    Await.until("open again", VISIBLE, () -> field(gateway, "follows.example").equals("200 DENY"));

    assertThat(read(namespace)).containsExactly("list fields", "watch fields");
  }

  @Test
  void closedWithAnEvent_untilTheRightComes() throws Exception {
    IngressProcess gateway = gateway("header-maps-closed");
    String namespace = CLUSTER.namespaceWithoutSecrets();
    CLUSTER.create(KubeObjects.configMap(namespace, MAP, Map.of(FIELD, "DENY")));
    ingress(namespace, "closed.example");
    Await.until("closed", () -> field(gateway, "closed.example").equals("503 "));
    Await.until(
        "an Event",
        () ->
            KubeObjects.events(CLUSTER.client(), namespace, "shop").stream()
                .anyMatch(each -> each.startsWith("Refused: ") && each.contains("custom-headers")));

    CLUSTER.installation().allowHeaders(namespace);
    Await.until("open", ALLOWED, () -> field(gateway, "closed.example").equals("200 DENY"));
  }

  private static IngressProcess gateway(String name) throws Exception {
    OldInstallation settings =
        OldInstallation.with(CLUSTER, Map.of("global-allowed-response-headers", FIELD));
    return CLUSTER.gateway(settings.successor(name));
  }

  private static void ingress(String namespace, String host) {
    CLUSTER.service(namespace, "shop");
    CLUSTER.create(
        KubeObjects.ingress(
            namespace,
            "shop",
            host,
            "/",
            "shop",
            Map.of("nginx.ingress.kubernetes.io/custom-headers", namespace + "/" + MAP)));
  }

  /** The status and the field of an answer. */
  private static String field(IngressProcess gateway, String host) throws Exception {
    Clients.Answer answer = gateway.clients().get(host, "/");
    return answer.status() + " " + answer.fields().getOrDefault("x-frame-options", "");
  }

  /** How ConfigMaps of a namespace were read, and which. */
  private static Set<String> read(String namespace) throws Exception {
    return CLUSTER.installation().asked().stream()
        .filter(each -> each.resource().equals("configmaps"))
        .filter(each -> each.namespace().equals(namespace))
        .map(each -> each.verb() + " " + each.name())
        .collect(Collectors.toCollection(TreeSet::new));
  }
}
