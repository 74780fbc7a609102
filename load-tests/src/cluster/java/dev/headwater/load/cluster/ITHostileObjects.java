package dev.headwater.load.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.networking.v1.Ingress;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What somebody writes into an object is data, and costs nobody else anything. */
class ITHostileObjects {
  @RegisterExtension static final Cluster CLUSTER = new Cluster();

  private static final String NGINX = "nginx.ingress.kubernetes.io/";
  private static final String SETTINGS = "settings";

  /** Characters that a request may have in its path as they are. */
  private static final String LITERAL = "a;$HOME(b)*'!";

  /** What once became configuration of a proxy, or code. */
  private static final List<String> HOSTILE =
      List.of(
          "a\n}\nserver { return 200 taken; }\n",
          "a;} location /x { proxy_pass http://127.0.0.1:1; } #",
          "$request_uri${HOME}$(id)`id`",
          "%0a%0dx-evil: 1%0d%0a",
          "x\r\nx-evil: 1\r\n\r\n",
          "\"'\\\"; --",
          "../../../../etc/passwd",
          "{{ .Values }}{% raw %}<%= 1 %>#{1}",
          "\u0000\u0007\u001b[31m\ud83d\ude00",
          "(a+)+$",
          LITERAL);

  /** Annotations that take text of the user's, applied, inert, refused, or not known at all. */
  private static final List<String> KEYS =
      List.of(
          NGINX + "rewrite-target",
          NGINX + "upstream-vhost",
          NGINX + "x-forwarded-prefix",
          NGINX + "permanent-redirect",
          NGINX + "server-snippet",
          NGINX + "configuration-snippet",
          NGINX + "whitelist-source-range",
          NGINX + "proxy-read-timeout",
          NGINX + "cors-allow-origin",
          NGINX + "custom-headers",
          NGINX + "server-alias",
          NGINX + "load-balance",
          NGINX + "no-such-key",
          "headwater.dev/sample-rate",
          "headwater.dev/inject",
          "headwater.dev/no-such-key");

  private static IngressProcess gateway;
  private static String home;

  @BeforeAll
  static void starts() throws Exception {
    home = "settings-of-hostile";
    CLUSTER.testbed().kubectl("create", "namespace", home);
    CLUSTER.installation().allowConfigMap(home, SETTINGS);
    CLUSTER.create(KubeObjects.configMap(home, SETTINGS, Map.of("server-tokens", "false")));
    gateway = CLUSTER.gateway("hostile", "--configmap=" + home + "/" + SETTINGS);
  }

  @FaultRow("K4")
  @Test
  void onlyBadObjectsAreAffected_amongAThousand() throws Exception {
    String namespace = CLUSTER.namespace();
    CLUSTER.service(namespace, "shop");
    List<Ingress> good =
        IntStream.range(0, 1_000)
            .mapToObj(i -> KubeObjects.ingress(namespace, "good-" + i, host("good", i), "shop"))
            .toList();
    Map<String, Ingress> bad = new LinkedHashMap<>();
    bad(bad, namespace, "/(", Map.of(NGINX + "use-regex", "true"));
    bad(bad, namespace, "/", Map.of(NGINX + "whitelist-source-range", "10.0.0.0/99"));
    bad(bad, namespace, "/", Map.of(NGINX + "proxy-read-timeout", "-1s"));
    bad(bad, namespace, "/", Map.of("headwater.dev/sample-rate", "1.7"));
    bad.put(
        "missing", KubeObjects.ingress(namespace, "missing", host("bad", 90), "no-such-service"));
    bad.put(
        "broken",
        KubeObjects.secured(
            KubeObjects.ingress(namespace, "broken", host("bad", 91), "shop"), "broken"));
    CLUSTER.create(
        KubeObjects.secret(
            namespace,
            "broken",
            "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n",
            "-----BEGIN PRIVATE KEY-----\nMIIB\n-----END PRIVATE KEY-----\n"));
    List<Ingress> all = new ArrayList<>(good);
    all.addAll(500, bad.values());
    // Exponential in an engine that backtracks; not wrong, so whether there are findings is not
    // ours.
    all.add(
        KubeObjects.ingress(
            namespace,
            "greedy",
            "greedy.example",
            "/(a+)+$",
            "shop",
            Map.of(NGINX + "use-regex", "true")));
    try (BulkWriter bulk = new BulkWriter(CLUSTER.vertx(), CLUSTER.testbed(), 1)) {
      for (Ingress each : all) {
        bulk.create(each);
      }
    }

    Await.until(
        "each bad one has findings, no other",
        () -> {
          Set<String> remarked = gateway.remarked(namespace);
          remarked.remove("greedy");
          return remarked.equals(bad.keySet());
        });
    Await.until("all serve", () -> gateway.clients().get(host("good", 999), "/").status() == 200);
    assertThat(statuses(IntStream.range(0, 1_000).mapToObj(i -> host("good", i)).toList()))
        .containsOnly(200);
    Await.until(
        "a status on each good one",
        Duration.ofSeconds(60),
        () ->
            CLUSTER
                    .client()
                    .network()
                    .v1()
                    .ingresses()
                    .inNamespace(namespace)
                    .list()
                    .getItems()
                    .stream()
                    .filter(each -> each.getMetadata().getName().startsWith("good-"))
                    .filter(each -> !each.getStatus().getLoadBalancer().getIngress().isEmpty())
                    .count()
                == 1_000);
    assertThat(gateway.clients().get(host("bad", 90), "/").status()).isEqualTo(503);

    long from = System.nanoTime();
    int status = gateway.clients().get("greedy.example", "/" + "a".repeat(4_000) + "!").status();
    assertThat(Duration.ofNanos(System.nanoTime() - from))
        .isLessThan(Patience.of(Duration.ofSeconds(1)));
    assertThat(status).isIn(200, 404);
  }

  private static void bad(
      Map<String, Ingress> bad, String namespace, String path, Map<String, String> annotations) {
    String name = "bad-" + bad.size();
    bad.put(
        name,
        KubeObjects.ingress(namespace, name, host("bad", bad.size()), path, "shop", annotations));
  }

  private static String host(String kind, int number) {
    return kind + "-" + number + ".example";
  }

  private static Set<Integer> statuses(List<String> hosts) throws Exception {
    List<Future<Clients.Answer>> answers =
        hosts.stream().map(host -> gateway.clients().ask(host, "/", Map.of())).toList();
    Future.all(answers).toCompletionStage().toCompletableFuture().get(60, TimeUnit.SECONDS);
    return answers.stream().map(each -> each.result().status()).collect(Collectors.toSet());
  }

  @FaultRow("K7")
  @Test
  void hostileTextIsData_inAnnotationsPathsAndSettings() throws Exception {
    String namespace = CLUSTER.namespace();
    CLUSTER.service(namespace, "bystander");
    CLUSTER.service(namespace, "hostile");
    CLUSTER.create(KubeObjects.ingress(namespace, "bystander", "bystander.example", "bystander"));
    Await.until(
        "the bystander", () -> gateway.clients().get("bystander.example", "/").status() == 200);
    Clients.Answer before = gateway.clients().get("bystander.example", "/a");
    try (SteadyLoad load =
        SteadyLoad.start(CLUSTER.vertx(), gateway.ports().http(), 100, i -> "bystander.example")) {
      List<String> created = new ArrayList<>();
      for (int i = 0; i < HOSTILE.size(); i++) {
        Map<String, String> annotations = new LinkedHashMap<>();
        for (String key : KEYS) {
          annotations.put(key, HOSTILE.get(i));
        }
        create(
            created,
            KubeObjects.ingress(
                namespace,
                "annotated-" + i,
                "annotated-" + i + ".example",
                "/",
                "hostile",
                annotations));
        create(
            created,
            KubeObjects.ingress(
                namespace,
                "path-" + i,
                "path-" + i + ".example",
                "/" + HOSTILE.get(i),
                "hostile",
                Map.of()));
      }
      // As much as the API server takes of annotations: 256 KiB of one object.
      create(
          created,
          KubeObjects.ingress(
              namespace,
              "long",
              "long.example",
              "/",
              "hostile",
              Map.of(NGINX + "upstream-vhost", "h".repeat(255 << 10))));
      assertThat(created).as("refused by the API server: some paths").hasSizeGreaterThan(15);
      settings("log-format-upstream", "{".repeat(900 << 10));
      settings("zipkin-collector-host", "a\n}; evil {{$(id)}}\r\nx: y");
      settings("sampling", "rules: [\n" + "{".repeat(100_000));
      CLUSTER.create(KubeObjects.ingress(namespace, "last", "last.example", "bystander"));
      Await.until("it goes on", () -> gateway.clients().get("last.example", "/").status() == 200);

      for (String name : created) {
        Clients.Answer answer = gateway.clients().get(name + ".example", "/");
        assertThat(answer.fields()).as(name).doesNotContainKey("x-evil");
        assertThat(answer.body()).as(name).doesNotContain("taken", "root:", "uid=");
      }
      // Paths of characters that mean something elsewhere mean themselves.
      String literal = "path-" + HOSTILE.indexOf(LITERAL) + ".example";
      assertThat(gateway.clients().get(literal, "/" + LITERAL).servedBy()).isEqualTo("hostile");
      assertThat(gateway.clients().get(literal, "/a").status()).isEqualTo(404);
      assertThat(gateway.clients().get("path-1.example", "/other").status()).isEqualTo(404);
      assertThat(gateway.findings("Ingress " + namespace + "/bystander")).isEmpty();
      assertThat(gateway.page("/config").statusCode()).isEqualTo(200);
      assertThat(load.end()).extracting(sample -> sample.answer().status()).containsOnly(200);
    }
    Clients.Answer after = gateway.clients().get("bystander.example", "/a");
    assertThat(after.status()).isEqualTo(before.status());
    assertThat(after.body()).isEqualTo(before.body());
    assertThat(after.fields().keySet()).isEqualTo(before.fields().keySet());
    assertThat(ProcessHandle.of(gateway.pid()).orElseThrow().descendants()).isEmpty();
  }

  /** What the API server itself refuses, reaches nobody. */
  private static void create(List<String> created, Ingress ingress) {
    try {
      CLUSTER.create(ingress);
      created.add(ingress.getMetadata().getName());
    } catch (io.fabric8.kubernetes.client.KubernetesClientException refused) {
      assertThat(refused.getCode()).isIn(400, 422);
    }
  }

  private static void settings(String key, String value) {
    CLUSTER.client().resource(KubeObjects.configMap(home, SETTINGS, Map.of(key, value))).update();
  }
}
