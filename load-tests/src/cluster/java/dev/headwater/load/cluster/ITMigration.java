package dev.headwater.load.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fabric8.kubernetes.api.model.networking.v1.Ingress;
import io.fabric8.kubernetes.api.model.networking.v1.IngressBuilder;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.vertx.core.json.JsonObject;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** {@code headwater migrate ingress-nginx} of a live cluster, and the rights that it prints. */
class ITMigration {
  @RegisterExtension static final Cluster CLUSTER = new Cluster();

  private static final String NGINX = "nginx.ingress.kubernetes.io/";
  private static final String ACCOUNT = "gate";
  private static final int FORBIDDEN = 403;

  /** What a command printed, and how it ended. */
  private record Printed(int code, String out, String err) {
    /** Objects, keys and verdicts of its table, without those of other namespaces. */
    List<String> rows(String... namespaces) {
      return new JsonObject(out)
          .getJsonArray("keys").stream()
              .map(JsonObject.class::cast)
              .filter(row -> List.of(namespaces).contains(namespace(row)))
              .map(
                  row ->
                      String.join(
                          " | ",
                          row.getString("object"),
                          row.getString("key").replace(NGINX, ""),
                          row.getString("verdict")))
              .toList();
    }

    private static String namespace(JsonObject row) {
      return row.getString("object").replaceFirst("^[^ ]* ([^/]*)/.*", "$1");
    }
  }

  private static Printed migrate(Path kubeconfig, String... flags) throws Exception {
    List<String> command =
        new ArrayList<>(
            List.of(
                IngressProcess.LAUNCHER, "migrate", "ingress-nginx", "--kubeconfig=" + kubeconfig));
    command.addAll(List.of(flags));
    Path out = Files.createTempFile(Testbed.TARGET, "migrate", ".out");
    Path err = Files.createTempFile(Testbed.TARGET, "migrate", ".err");
    try {
      int code =
          new ProcessBuilder(command)
              .redirectOutput(out.toFile())
              .redirectError(err.toFile())
              .start()
              .waitFor();
      return new Printed(code, Files.readString(out), Files.readString(err));
    } finally {
      Files.delete(out);
      Files.delete(err);
    }
  }

  private static Ingress ofNginx(Ingress ingress) {
    return new IngressBuilder(ingress).editSpec().withIngressClassName("nginx").endSpec().build();
  }

  private static KubernetesClient client(Path kubeconfig) {
    Config config =
        new ConfigBuilder(Config.fromKubeconfig(kubeconfig.toFile()))
            .withAutoConfigure(false)
            .withUserAgent("test")
            .build();
    return new KubernetesClientBuilder().withConfig(config).build();
  }

  private static void forbidden(ThrowingCallable asked) {
    assertThatThrownBy(asked)
        .isInstanceOfSatisfying(
            KubernetesClientException.class,
            refused -> assertThat(refused.getCode()).isEqualTo(FORBIDDEN));
  }

  @Test
  void printedRightsSufficeForTableAndController_andForNothingElse() throws Exception {
    String old = CLUSTER.namespaceWithoutSecrets();
    String shop = CLUSTER.namespaceWithoutSecrets();
    String home = CLUSTER.namespaceWithoutSecrets();
    Pem pem = Pem.of("named", "named.example");
    CLUSTER.service(shop, "shop");
    CLUSTER.create(
        KubeObjects.configMap(
            old,
            "controller",
            Map.of(
                "enable-opentracing", "true",
                "zipkin-collector-host", "127.0.0.1",
                "zipkin-sample-rate", "0.5")),
        KubeObjects.configMap(old, "others", Map.of("zipkin-sample-rate", "0.1")),
        KubeObjects.configMap(home, "headwater", Map.of()),
        KubeObjects.secret(shop, "named", pem.chain(), pem.key()),
        KubeObjects.secret(shop, "unnamed", pem.chain(), pem.key()),
        KubeObjects.secret(shop, "theirs", pem.chain(), pem.key()),
        ofNginx(
            KubeObjects.secured(
                KubeObjects.ingress(
                    shop,
                    "shop",
                    "named.example",
                    "/",
                    "shop",
                    Map.of(NGINX + "mirror-target", "http://a.example/", NGINX + "app-root", "x")),
                "named")),
        ofNginx(KubeObjects.ingress(shop, "lost", "lost.example", "gone")),
        new IngressBuilder(
                KubeObjects.secured(
                    KubeObjects.ingress(shop, "others", "others.example", "shop"), "theirs"))
            .editSpec()
            .withIngressClassName("of-somebody-else")
            .endSpec()
            .build());
    Path admin = CLUSTER.testbed().kubeconfig();
    Path account = CLUSTER.testbed().account(home, ACCOUNT);
    String configMap = "--configmap=" + old + "/controller";

    Printed table = migrate(admin, configMap, "-o", "json");
    assertThat(table.err()).isEmpty();
    assertThat(table.code()).isZero();
    assertThat(table.rows(old, shop))
        .contains(
            "ConfigMap " + old + "/controller | zipkin-sample-rate | applied",
            "ConfigMap " + old + "/controller | zipkin-collector-host | applied with a difference",
            "Ingress " + shop + "/shop | mirror-target | not in this version",
            "Ingress " + shop + "/shop | app-root | refused",
            "Ingress " + shop + "/shop | ssl-redirect | applied",
            "Ingress "
                + shop
                + "/lost | spec.rules[0].http.paths[0].backend.service.name | refused",
            "Ingress " + shop + "/others | spec.ingressClassName | inert")
        .noneMatch(row -> row.contains(old + "/others") || row.contains("spec.tls"));

    Printed without = migrate(account, configMap, "-o", "json");
    assertThat(without.code()).isEqualTo(1);
    assertThat(without.err().lines())
        .containsExactly(
            "ConfigMap " + old + "/controller: may not be read (403)",
            "IngressClasses: may not be read (403)",
            "Ingresses: may not be read (403)",
            "Services: may not be read (403)");

    Printed roles =
        migrate(admin, configMap, "--rbac", "--service-account=" + home + "/" + ACCOUNT);
    assertThat(roles.code()).isZero();
    Path file = Files.writeString(Testbed.TARGET.resolve("rbac.yaml"), roles.out());
    CLUSTER.testbed().kubectl("apply", "--validate=strict", "-f", file.toString());
    final Instant begun = Instant.now();

    Printed within = migrate(account, configMap, "-o", "json");
    assertThat(within.err()).isEmpty();
    assertThat(within.code()).isZero();
    assertThat(within.rows(old, shop)).isEqualTo(table.rows(old, shop));

    IngressProcess gateway =
        CLUSTER.gateway(
            IngressProcess.setup("migrated", account)
                .variable("POD_NAMESPACE", home)
                .with("--adopt-class=nginx", "--configmap=" + old + "/controller"));
    Await.until(
        "its certificate",
        () -> Pem.shown(gateway.ports().https(), "named.example").equals("named"));
    assertThat(gateway.clients().get("named.example", "/").status()).isEqualTo(200);
    Await.until(
        "a status",
        () ->
            KubeObjects.published(CLUSTER.client(), shop, "shop")
                .equals(List.of(IngressProcess.PUBLISHED)));
    assertThat(gateway.page("/sampling").body()).contains("0.5");
    gateway.close();

    Grants granted = new Grants();
    granted.add(CLUSTER.client(), file, home);
    List<AuditLog.Entry> asked =
        new AuditLog(CLUSTER.testbed().auditLog())
            .ofUser("system:serviceaccount:" + home + ":" + ACCOUNT).stream()
                .filter(entry -> !Instant.parse(entry.at()).isBefore(begun))
                .toList();
    assertThat(asked).extracting(AuditLog.Entry::verb).contains("list", "watch", "patch", "create");
    assertThat(asked.stream().filter(entry -> !granted.cover(entry)).map(AuditLog.Entry::wanted))
        .as("asked for beyond what was printed")
        .isEmpty();
    nothingElse(account, old, shop);
  }

  private static void nothingElse(Path account, String old, String shop) {
    try (KubernetesClient client = client(account)) {
      var secrets = client.secrets().inNamespace(shop);
      assertThat(secrets.withField("metadata.name", "named").list().getItems()).hasSize(1);
      forbidden(() -> secrets.withField("metadata.name", "unnamed").list());
      forbidden(() -> secrets.withField("metadata.name", "theirs").list());
      forbidden(secrets::list);
      forbidden(() -> secrets.withName("unnamed").get());
      forbidden(() -> client.secrets().inAnyNamespace().list());
      forbidden(() -> client.configMaps().inNamespace(old).list());
      forbidden(() -> client.configMaps().inNamespace(old).withName("others").get());
      forbidden(() -> client.pods().inNamespace(shop).list());
      forbidden(
          () -> client.network().v1().ingresses().inNamespace(shop).withName("shop").delete());
      forbidden(() -> client.resource(KubeObjects.configMap(shop, "mine", Map.of())).create());
    }
  }
}
