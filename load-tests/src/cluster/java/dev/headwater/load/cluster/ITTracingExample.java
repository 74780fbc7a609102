package dev.headwater.load.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpServerRequest;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The manifests of {@code deploy/examples/linkerd-tracing}: taken as they are, and served. */
class ITTracingExample {
  @RegisterExtension static final Cluster CLUSTER = new Cluster();

  private static final Path EXAMPLE =
      Testbed.MODULE.resolve("../deploy/examples/linkerd-tracing").normalize();
  private static final String NAMESPACE = "emojivoto";
  private static final String HOST = "emojivoto.example.com";
  private static final int VOTES = 400;

  /** What vote-bot sends: a context of its own, to be kept. */
  private static final Map<String, String> OF_THE_BOT =
      Map.of(
          "x-b3-traceid", "463ac35c9f6413ad48485a3953bb6124",
          "x-b3-spanid", "a2fb4a1d1a96d312",
          "x-b3-sampled", "1");

  private final ConcurrentLinkedQueue<MultiMap> heads = new ConcurrentLinkedQueue<>();

  @Test
  void halfOfTheBotsVotesAreKept_atTheAddressThatTheMeshKnows() throws Exception {
    for (String namespace : List.of("tracing", NAMESPACE)) {
      CLUSTER.testbed().kubectl("create", "namespace", namespace);
    }
    List<String> taken =
        CLUSTER
            .testbed()
            .kubectl("apply", "--validate=strict", "--dry-run=server", "-f", EXAMPLE.toString());
    // What was made by other means is taken, too, with a word about it.
    assertThat(taken)
        .filteredOn(line -> !line.startsWith("Warning: resource "))
        .hasSize(objects())
        .allMatch(line -> line.endsWith("(server dry run)"));

    CLUSTER.installation().allowConfigMap(NAMESPACE, "headwater");
    CLUSTER.create(settings());
    for (String file : List.of("30-emojivoto.yaml", "50-ingress.yaml")) {
      CLUSTER.testbed().kubectl("apply", "-f", EXAMPLE.resolve(file).toString());
    }
    String address =
        CLUSTER
            .client()
            .services()
            .inNamespace(NAMESPACE)
            .withName("web-svc")
            .get()
            .getSpec()
            .getClusterIP();
    try (ServiceNetwork.Address mesh = ServiceNetwork.local(address)) {
      CLUSTER
          .vertx()
          .createHttpServer()
          .requestHandler(this::serve)
          .listen(80, mesh.name())
          .toCompletionStage()
          .toCompletableFuture()
          .join();
      IngressProcess gateway =
          CLUSTER.gateway("tracing-example", "--configmap=" + NAMESPACE + "/headwater");
      Await.until("it serves", () -> gateway.clients().get(HOST, "/").status() == 200);
      heads.clear();
      for (int i = 0; i < VOTES; i++) {
        int status =
            gateway
                .clients()
                .ask(HOST, "/api/vote?choice=:doughnut:", OF_THE_BOT)
                .toCompletionStage()
                .toCompletableFuture()
                .join()
                .status();
        assertThat(status).isEqualTo(200);
      }
    }
    assertThat(heads).hasSize(VOTES).allMatch(ITTracingExample::ofOurs);
    double share =
        heads.stream().filter(head -> head.get("x-b3-sampled").equals("1")).count()
            / (double) VOTES;
    double sigma = Math.sqrt(0.25 / VOTES);
    assertThat(share).isBetween(0.5 - 5 * sigma, 0.5 + 5 * sigma);
  }

  private void serve(HttpServerRequest request) {
    heads.add(request.headers());
    var done = request.end().compose(read -> request.response().end());
  }

  /** One context, in the headers that a mesh reads, that is not the caller's. */
  private static boolean ofOurs(MultiMap head) {
    return head.getAll("x-b3-traceid").size() == 1
        && head.getAll("x-b3-sampled").size() == 1
        && !head.get("x-b3-traceid").equals(OF_THE_BOT.get("x-b3-traceid"))
        && !head.contains("traceparent")
        && !head.contains("b3");
  }

  /** The example's ConfigMap, where the shared one of all tests is not touched. */
  private static ConfigMap settings() throws Exception {
    try (InputStream in = Files.newInputStream(EXAMPLE.resolve("40-configmap.yaml"))) {
      ConfigMap shipped = (ConfigMap) CLUSTER.client().load(in).items().get(0);
      return new ConfigMapBuilder(shipped)
          .editMetadata()
          .withNamespace(NAMESPACE)
          .endMetadata()
          .build();
    }
  }

  private static int objects() throws Exception {
    int count = 0;
    try (Stream<Path> files = Files.list(EXAMPLE)) {
      for (Path file : files.filter(each -> each.toString().endsWith(".yaml")).toList()) {
        try (InputStream in = Files.newInputStream(file)) {
          count += CLUSTER.client().load(in).items().size();
        }
      }
    }
    return count;
  }
}
