package dev.headwater.routes.nginx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.headwater.routes.document.YamlDocument;
import org.junit.jupiter.api.Test;

class MigrationTest {
  private static final String MANIFESTS =
      """
      apiVersion: v1
      kind: ConfigMap
      metadata: {name: ingress-nginx-controller, namespace: ingress-nginx}
      data:
        enable-opentracing: "true"
        zipkin-collector-host: $HOST_IP
        zipkin-sample-rate: "0.5"
      ---
      apiVersion: v1
      kind: ConfigMap
      metadata: {name: settings, namespace: shop}
      data: {colour: blue}
      ---
      apiVersion: networking.k8s.io/v1
      kind: Ingress
      metadata:
        name: web
        namespace: shop
        annotations:
          kubernetes.io/ingress.class: nginx
          nginx.ingress.kubernetes.io/mirror-target: https://a.example/
          nginx.ingress.kubernetes.io/enable-opentracing: "false"
      spec: {}
      """;

  private static Migration of(String text) {
    return Migration.of(
        YamlDocument.parseAll(text, "cluster.yaml"), "ingress-nginx/ingress-nginx-controller");
  }

  @Test
  void everyKeyHasARow_ofControllersAndIngresses() {
    assertThat(of(MANIFESTS).rows())
        .extracting(
            Migration.Row::object,
            row -> row.finding().key(),
            Migration.Row::isWritten,
            row -> row.finding().verdict())
        .contains(
            tuple(
                "ConfigMap ingress-nginx/ingress-nginx-controller",
                "zipkin-sample-rate",
                true,
                Verdict.APPLIED),
            tuple(
                "ConfigMap ingress-nginx/ingress-nginx-controller",
                "zipkin-collector-host",
                true,
                Verdict.DIFFERENT),
            tuple(
                "ConfigMap ingress-nginx/ingress-nginx-controller",
                "zipkin-service-name",
                false,
                Verdict.DIFFERENT),
            tuple(
                "ConfigMap ingress-nginx/ingress-nginx-controller",
                "generate-request-id",
                false,
                Verdict.DIFFERENT),
            tuple(
                "Ingress shop/web",
                "nginx.ingress.kubernetes.io/mirror-target",
                true,
                Verdict.NOT_YET),
            tuple(
                "Ingress shop/web",
                "nginx.ingress.kubernetes.io/enable-opentracing",
                true,
                Verdict.DIFFERENT))
        .noneMatch(row -> row.toString().contains("settings"))
        .noneMatch(row -> row.toString().contains("ingress.class"));
  }

  @Test
  void listsAreRead_asKubectlAndTheServerWriteThem() {
    String ofKubectl =
        """
        {"kind": "List", "items": [
          {"kind": "Ingress", "metadata": {"name": "a", "annotations":
            {"nginx.ingress.kubernetes.io/use-regex": "true"}}}]}
        """;
    String ofServer =
        ofKubectl.replace("\"List\"", "\"IngressList\"").replace("\"kind\": \"Ingress\", ", "");

    assertThat(of(ofKubectl).rows())
        .singleElement()
        .satisfies(row -> assertThat(row.object()).isEqualTo("Ingress a"));
    assertThat(of(ofServer).rows()).isEqualTo(of(ofKubectl).rows());
  }

  @Test
  void theConfigMapHoldsForIngresses_whereverItStands() {
    String reversed =
        MANIFESTS.substring(MANIFESTS.lastIndexOf("---\n") + 4)
            + "---\n"
            + MANIFESTS.substring(0, MANIFESTS.indexOf("---\n"));

    assertThat(of(reversed).sums()).isEqualTo(of(MANIFESTS).sums());
  }

  @Test
  void whatCannotBeReadHasAPlace_andTheRestIsRead() {
    Migration migration =
        of(MANIFESTS + "---\nkind: Ingress\nmetadata: {name: x, annotations: [a]}\n---\n}\n");

    assertThat(migration.problems())
        .extracting(Object::toString)
        .satisfiesExactly(
            problem -> assertThat(problem).contains("annotations").contains("cluster.yaml:26:"),
            problem -> assertThat(problem).contains("not YAML").contains("cluster.yaml:28:"));
    assertThat(migration.rows()).isEqualTo(of(MANIFESTS).rows());
  }

  @Test
  void sumsCountEveryRow() {
    Migration migration = of(MANIFESTS);

    assertThat(migration.sums()).containsOnlyKeys(Verdict.values());
    assertThat(migration.sums().values().stream().mapToInt(Integer::intValue).sum())
        .isEqualTo(migration.rows().size());
  }
}
