package dev.headwater.load.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.coordination.v1.Lease;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Two replicas: both serve, one writes. */
class ITReplicas {
  @RegisterExtension static final Cluster CLUSTER = new Cluster();

  private static final String HOST = "replicas.example";

  /** Of the Lease, and the pause between two looks at it. */
  private static final Duration TAKEN_OVER = Duration.ofSeconds(15 + 2 + 2);

  @FaultRow("K11")
  @Test
  void otherReplicaWritesWithinTheLease_whenTheLeaderIsKilled() throws Exception {
    String namespace = CLUSTER.namespace();
    CLUSTER.service(namespace, "shop");
    CLUSTER.create(KubeObjects.ingress(namespace, "before", HOST, "shop"));
    IngressProcess leader = replica("replica-a");
    Await.until("the first one leads", () -> holder().equals("replica-a"));
    IngressProcess other = replica("replica-b");
    Await.until("both serve", () -> other.clients().get(HOST, "/").status() == 200);
    Await.until("a status", () -> !published(namespace, "before").isEmpty());
    try (SteadyLoad first = load(leader);
        SteadyLoad second = load(other)) {
      CLUSTER.create(KubeObjects.ingress(namespace, "during", "during.example", "shop"));
      Await.until("on one", () -> leader.clients().get("during.example", "/").status() == 200);
      Await.until("on the other", () -> other.clients().get("during.example", "/").status() == 200);
      Await.until("its status", () -> published(namespace, "during").equals(ours()));
      assertThat(writers(namespace, "during")).isEqualTo(1);
      assertThat(first.end()).extracting(each -> each.answer().status()).containsOnly(200);

      leader.kill();
      long killed = System.nanoTime();
      CLUSTER.create(KubeObjects.ingress(namespace, "after", "after.example", "shop"));
      CLUSTER
          .client()
          .network()
          .v1()
          .ingresses()
          .inNamespace(namespace)
          .withName("during")
          .delete();
      Duration served =
          Await.until(
              "a change without a leader",
              Duration.ofSeconds(2),
              () -> other.clients().get("after.example", "/").status() == 200);
      assertThat(published(namespace, "after")).as("while nobody leads").isEmpty();
      Await.until(
          "the other's status", TAKEN_OVER, () -> published(namespace, "after").equals(ours()));
      Duration tookOver = Duration.ofNanos(System.nanoTime() - killed);
      assertThat(holder()).isEqualTo("replica-b");
      assertThat(published(namespace, "before")).isEqualTo(ours());

      // One that was there before has not lost its status, and one that comes back only follows.
      IngressProcess again = replica("replica-c");
      Await.until("it serves", () -> again.clients().get(HOST, "/").status() == 200);
      assertThat(holder()).isEqualTo("replica-b");

      // A leader that is asked to stop gives the Lease back.
      List<SteadyLoad.Sample> samples = second.end();
      assertThat(samples).extracting(each -> each.answer().status()).containsOnly(200);
      other.close();
      Duration handedOver =
          Await.until("handed over", Duration.ofSeconds(5), () -> holder().equals("replica-c"));
      System.out.printf(
          "leader killed: the other replica served the next change after %d ms and wrote statuses"
              + " after %d ms (lease 15 s), %d requests meanwhile, 0 failed; handed over after %d"
              + " ms when asked to stop%n",
          served.toMillis(), tookOver.toMillis(), samples.size(), handedOver.toMillis());
    }
  }

  private static List<String> ours() {
    return List.of(IngressProcess.PUBLISHED);
  }

  private static List<String> published(String namespace, String name) {
    return KubeObjects.published(CLUSTER.client(), namespace, name);
  }

  private static IngressProcess replica(String name) throws Exception {
    return CLUSTER.gateway(name);
  }

  private static SteadyLoad load(IngressProcess gateway) {
    return SteadyLoad.start(CLUSTER.vertx(), gateway.ports().http(), 100, i -> HOST);
  }

  private static String holder() {
    Lease lease =
        CLUSTER
            .client()
            .leases()
            .inNamespace(Installation.NAMESPACE)
            .withName("headwater-ingress")
            .get();
    return lease == null || lease.getSpec().getHolderIdentity() == null
        ? ""
        : lease.getSpec().getHolderIdentity();
  }

  /** Writes of a status, by whomever. */
  private static long writers(String namespace, String name) throws Exception {
    return new AuditLog(CLUSTER.testbed().auditLog())
        .ofAgent("headwater").stream()
            .filter(entry -> entry.resource().equals("ingresses/status"))
            .filter(entry -> entry.namespace().equals(namespace) && entry.name().equals(name))
            .count();
  }
}
