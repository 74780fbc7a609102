package dev.headwater.load.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.ServiceBuilder;
import io.fabric8.kubernetes.api.model.discovery.v1.Endpoint;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Which endpoints requests go to, out of what several slices say. */
class ITEndpointSets {
  @RegisterExtension static final Cluster CLUSTER = new Cluster();

  private static final int READY = 1_200;
  private static final int IN_ONE_SLICE = 1_000; // More the API server does not take.
  private static final String HOST = "many.example";

  @FaultRow("K13")
  @Test
  void requestsGoToEveryReadyEndpointAndToNoOther() throws Exception {
    IngressProcess gateway = CLUSTER.gateway("endpoints");
    String namespace = CLUSTER.namespace();
    List<String> addresses =
        IntStream.range(0, READY + 40).mapToObj(i -> ServiceNetwork.address()).toList();
    List<String> ready = addresses.subList(0, READY);
    List<String> leaving = addresses.subList(READY, READY + 20);
    List<String> broken = addresses.subList(READY + 20, READY + 40);
    Origin origin = Origin.at(CLUSTER.vertx(), "many", addresses);
    CLUSTER.create(
        new ServiceBuilder(KubeObjects.service(namespace, "many", origin.port()))
            .editSpec()
            .withIpFamilyPolicy("RequireDualStack")
            .withIpFamilies("IPv4", "IPv6")
            .endSpec()
            .build());
    List<Endpoint> first = IntStream.range(0, IN_ONE_SLICE).mapToObj(i -> pod(ready, i)).toList();
    List<Endpoint> second = new ArrayList<>();
    IntStream.range(IN_ONE_SLICE, READY).forEach(i -> second.add(pod(ready, i)));
    IntStream.range(0, 200).forEach(i -> second.add(pod(ready, i))); // Once more, as slices move.
    leaving.forEach(each -> second.add(KubeObjects.endpoint(each, false, true, true, null)));
    broken.forEach(each -> second.add(KubeObjects.endpoint(each, false, false, false, null)));
    // The same pods by their other addresses, where nobody listens.
    List<Endpoint> other =
        IntStream.range(0, IN_ONE_SLICE)
            .mapToObj(
                i ->
                    KubeObjects.endpoint(
                        "fd00:18::" + Integer.toHexString(i + 1), true, true, false, "pod-" + i))
            .toList();
    CLUSTER.create(
        KubeObjects.slice(namespace, "many", "1", origin.port(), "IPv4", first),
        KubeObjects.slice(namespace, "many", "2", origin.port(), "IPv4", second),
        KubeObjects.slice(namespace, "many", "3", origin.port(), "IPv6", other),
        KubeObjects.ingress(namespace, "many", HOST, "many"));
    Await.until("it is served", () -> gateway.clients().get(HOST, "/").status() == 200);
    origin.record();
    int sent = 0;
    while (origin.reached().size() < READY && sent < 60_000) {
      send(gateway, 2_000);
      sent += 2_000;
    }
    assertThat(origin.reached().keySet()).containsExactlyInAnyOrderElementsOf(ready);
    System.out.printf("%d endpoints of three slices reached with %d requests%n", READY, sent);

    // None is ready any more: those that leave serve on.
    CLUSTER
        .client()
        .discovery()
        .v1()
        .endpointSlices()
        .inNamespace(namespace)
        .withName("many-3")
        .delete();
    CLUSTER
        .client()
        .resource(
            KubeObjects.slice(
                namespace,
                "many",
                "1",
                origin.port(),
                "IPv4",
                ready.stream()
                    .limit(IN_ONE_SLICE)
                    .map(each -> KubeObjects.endpoint(each, false, false, true, null))
                    .toList()))
        .update();
    CLUSTER
        .client()
        .resource(
            KubeObjects.slice(
                namespace,
                "many",
                "2",
                origin.port(),
                "IPv4",
                Stream.concat(
                        leaving.stream()
                            .map(each -> KubeObjects.endpoint(each, false, true, true, null)),
                        broken.stream()
                            .map(each -> KubeObjects.endpoint(each, false, false, false, null)))
                    .toList()))
        .update();
    Await.until(
        "requests go to those that leave",
        () -> {
          origin.record();
          send(gateway, 200);
          return leaving.containsAll(origin.reached().keySet());
        });
    send(gateway, 2_000);
    assertThat(origin.reached().keySet()).containsExactlyInAnyOrderElementsOf(leaving);

    CLUSTER.client().discovery().v1().endpointSlices().inNamespace(namespace).delete();
    Duration gone =
        Await.until("503 without any", () -> gateway.clients().get(HOST, "/").status() == 503);
    assertThat(gone).isLessThan(Patience.of(Duration.ofSeconds(2)));
  }

  private static Endpoint pod(List<String> addresses, int number) {
    return KubeObjects.endpoint(addresses.get(number), true, true, false, "pod-" + number);
  }

  private static void send(IngressProcess gateway, int count) throws Exception {
    List<Future<Clients.Answer>> answers =
        IntStream.range(0, count)
            .mapToObj(i -> gateway.clients().ask(HOST, "/" + i, Map.of()))
            .toList();
    Future.all(answers).toCompletionStage().toCompletableFuture().get(60, TimeUnit.SECONDS);
    assertThat(answers).extracting(each -> each.result().status()).containsOnly(200);
  }
}
