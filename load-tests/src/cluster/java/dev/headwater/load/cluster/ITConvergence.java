package dev.headwater.load.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.networking.v1.Ingress;
import io.vertx.core.json.JsonObject;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Whatever becomes of watches, what is served comes to what the API server's lists say. */
class ITConvergence {
  @RegisterExtension static final Cluster CLUSTER = new Cluster();

  private static final int INGRESSES = 60;
  private static IngressProcess gateway;

  @BeforeAll
  static void starts() throws Exception {
    gateway = CLUSTER.gateway("convergence");
  }

  @FaultRow("K2")
  @Test
  void servedIsWhatIsListed_afterTheWatchedHistoryWasCompacted() throws Exception {
    String namespace = CLUSTER.namespace();
    CLUSTER.service(namespace, "old");
    CLUSTER.service(namespace, "new");
    for (int i = 0; i < INGRESSES; i++) {
      CLUSTER.create(KubeObjects.ingress(namespace, "i-" + i, host(i), "old"));
    }
    Await.until(
        "the last one", () -> gateway.clients().get(host(INGRESSES - 1), "/").status() == 200);

    // While it stands still: the API server forgets what it had seen, and etcd its history.
    Instant still = Instant.now();
    gateway.signal("STOP");
    try {
      CLUSTER.testbed().stopApiServer();
      CLUSTER.testbed().startApiServer();
      for (int i = 0; i < INGRESSES; i++) {
        Ingress old = KubeObjects.ingress(namespace, "i-" + i, host(i), "old");
        switch (i % 4) {
          case 0 -> CLUSTER.client().resource(old).delete();
          case 1 ->
              CLUSTER
                  .client()
                  .resource(KubeObjects.ingress(namespace, "i-" + i, host(i), "new"))
                  .update();
          case 2 -> {
            CLUSTER.client().resource(old).delete();
            CLUSTER.create(KubeObjects.ingress(namespace, "i-" + i, host(i), "new"));
          }
          default ->
              CLUSTER.create(KubeObjects.ingress(namespace, "j-" + i, host(INGRESSES + i), "new"));
        }
      }
      compact();
      CLUSTER.testbed().stopApiServer();
      CLUSTER.testbed().startApiServer();
    } finally {
      gateway.signal("CONT");
    }

    Duration took =
        Await.until(
            "what is served is what is listed",
            Duration.ofSeconds(60),
            () -> served(namespace).equals(listed(namespace)));
    System.out.println("converged " + took.toMillis() + " ms after it went on");
    for (int i = 0; i < INGRESSES; i++) {
      Clients.Answer answer = gateway.clients().get(host(i), "/");
      switch (i % 4) {
        case 0 -> assertThat(answer.status()).as("deleted").isEqualTo(404);
        case 1, 2 -> assertThat(answer.servedBy()).as("changed").isEqualTo("new");
        default -> {
          assertThat(answer.servedBy()).as("kept").isEqualTo("old");
          assertThat(gateway.clients().get(host(INGRESSES + i), "/").servedBy()).isEqualTo("new");
        }
      }
    }
    assertThat(
            new AuditLog(CLUSTER.testbed().auditLog())
                .ofAgent("headwater").stream()
                    .filter(entry -> entry.resource().equals("ingresses"))
                    .filter(entry -> Instant.parse(entry.at()).isAfter(still))
                    .map(AuditLog.Entry::verb)
                    .toList())
        .as("its watches were too old to go on")
        .contains("list", "watch");
  }

  private static String host(int number) {
    return "converging-" + number + ".example";
  }

  /** Drops all history that etcd has. */
  private static void compact() throws Exception {
    JsonObject range =
        etcd("/v3/kv/range", new JsonObject().put("key", "AA==").put("count_only", true));
    String revision = range.getJsonObject("header").getString("revision");
    etcd("/v3/kv/compaction", new JsonObject().put("revision", revision).put("physical", true));
  }

  private static JsonObject etcd(String path, JsonObject body) throws Exception {
    var response =
        HttpClient.newHttpClient()
            .send(
                HttpRequest.newBuilder(URI.create(CLUSTER.testbed().etcd() + path))
                    .POST(BodyPublishers.ofString(body.encode()))
                    .build(),
                BodyHandlers.ofString());
    assertThat(response.statusCode()).as(path + " " + response.body()).isEqualTo(200);
    return new JsonObject(response.body());
  }

  /** Hosts in force, of an Ingress each. */
  private static Set<String> served(String namespace) throws Exception {
    return gateway.routes().stream()
        .filter(each -> each.getString("name", "").startsWith(namespace + "/"))
        .map(
            each ->
                each.getJsonObject("match").getJsonArray("hosts").getString(0)
                    + " to "
                    + each.getJsonArray("to").getJsonObject(0).getString("upstream"))
        .collect(Collectors.toCollection(TreeSet::new));
  }

  private static Set<String> listed(String namespace) {
    return CLUSTER
        .client()
        .network()
        .v1()
        .ingresses()
        .inNamespace(namespace)
        .list()
        .getItems()
        .stream()
        .map(each -> each.getSpec().getRules().get(0))
        .map(
            rule ->
                rule.getHost()
                    + " to "
                    + namespace
                    + "/"
                    + rule.getHttp().getPaths().get(0).getBackend().getService().getName()
                    + ":"
                    + KubeObjects.SERVICE_PORT)
        .collect(Collectors.toCollection(TreeSet::new));
  }

  @FaultRow("K14")
  @Test
  void recreatedIngressIsAnotherOne_whenBothEventsComeTogether() throws Exception {
    String namespace = CLUSTER.namespace();
    CLUSTER.service(namespace, "old");
    CLUSTER.service(namespace, "new");
    CLUSTER.create(KubeObjects.ingress(namespace, "again", "again.example", "old"));
    Await.until(
        "its status", () -> !KubeObjects.published(CLUSTER.client(), namespace, "again").isEmpty());
    List<String> services = List.of("new", "old");
    List<String> uids = new ArrayList<>();
    for (int i = 0; i < 10; i++) {
      String service = services.get(i % 2);
      gateway.signal("STOP");
      try {
        Ingress next = KubeObjects.ingress(namespace, "again", "again.example", service);
        CLUSTER.client().resource(next).delete();
        uids.add(CLUSTER.client().resource(next).create().getMetadata().getUid());
        assertThat(KubeObjects.published(CLUSTER.client(), namespace, "again")).isEmpty();
      } finally {
        gateway.signal("CONT");
      }
      Await.until(
          "the new one's service",
          () -> gateway.clients().get("again.example", "/").servedBy().equals(service));
      Await.until(
          "the new one's status",
          () ->
              KubeObjects.published(CLUSTER.client(), namespace, "again")
                  .equals(List.of(IngressProcess.PUBLISHED)));
    }
    assertThat(uids).doesNotHaveDuplicates();

    // The same backend again: no route differs, and yet it is another object.
    gateway.signal("STOP");
    try {
      Ingress same = KubeObjects.ingress(namespace, "again", "again.example", "old");
      CLUSTER.client().resource(same).delete();
      CLUSTER.create(same);
    } finally {
      gateway.signal("CONT");
    }
    Await.until(
        "a status where nothing else changed",
        () ->
            KubeObjects.published(CLUSTER.client(), namespace, "again")
                .equals(List.of(IngressProcess.PUBLISHED)));

    // Secrets are watched by name: another object under it is another certificate.
    CLUSTER.create(secret(namespace, "first"));
    CLUSTER
        .client()
        .resource(
            KubeObjects.secured(
                KubeObjects.ingress(namespace, "again", "again.example", "old"), "tls"))
        .patch();
    Await.until("a certificate", () -> shown().equals("first"));
    gateway.signal("STOP");
    try {
      CLUSTER.client().secrets().inNamespace(namespace).withName("tls").delete();
      CLUSTER.create(secret(namespace, "second"));
    } finally {
      gateway.signal("CONT");
    }
    Await.until("the other certificate", () -> shown().equals("second"));
  }

  private static String shown() throws Exception {
    return Pem.shown(gateway.ports().https(), "again.example");
  }

  private static io.fabric8.kubernetes.api.model.Secret secret(String namespace, String subject)
      throws Exception {
    Pem pem = Pem.of(subject, "again.example");
    return KubeObjects.secret(namespace, "tls", pem.chain(), pem.key());
  }
}
