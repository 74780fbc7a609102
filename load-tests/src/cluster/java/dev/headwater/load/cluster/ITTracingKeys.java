package dev.headwater.load.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.MultiMap;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import zipkin2.Span;

/** The ConfigMap and an Ingress of ingress-nginx as they stand, and a rate that is edited. */
class ITTracingKeys {
  @RegisterExtension static final Cluster CLUSTER = new Cluster();

  private static final String HOST = "old.example";
  private static final int PER_SECOND = 200;
  private static final Duration IN_FORCE = Duration.ofSeconds(1);

  @Test
  void tracesAreBackWithTwoKeys_andAnEditedRateIsInForceWithinASecond() throws Exception {
    SpanCollector collector = new SpanCollector(CLUSTER.vertx());
    Map<String, String> keys =
        new HashMap<>(
            Map.of("enable-opentracing", "true", "zipkin-collector-host", collector.address()));
    OldInstallation old = OldInstallation.with(CLUSTER, keys);
    String namespace = CLUSTER.namespace();
    Origin origin = CLUSTER.service(namespace, "shop");
    old.ingress(namespace, HOST, "shop");
    IngressProcess gateway = CLUSTER.gateway(old.successor("tracing-keys"));
    Await.until("it serves", () -> gateway.clients().get(HOST, "/").status() == 200);

    try (SteadyLoad load =
        SteadyLoad.start(CLUSTER.vertx(), gateway.ports().http(), PER_SECOND, i -> HOST)) {
      observe(origin, load, 2);
      assertThat(share(origin.heads())).as("without a rate all are kept").isEqualTo(1);

      StringBuilder told = new StringBuilder();
      for (double rate : List.of(0.5, 0.1)) {
        keys.put("zipkin-sample-rate", Double.toString(rate));
        long before = version(gateway);
        old.edit(keys);
        Duration inForce = Await.until("another policy", IN_FORCE, () -> version(gateway) > before);
        observe(origin, load, 5);
        double share = share(origin.heads());
        double sigma = Math.sqrt(rate * (1 - rate) / origin.heads().size());
        assertThat(share).isBetween(rate - 5 * sigma, rate + 5 * sigma);
        told.append(
            String.format(
                "; %s in force after %d ms, %.3f of %d kept",
                rate, inForce.toMillis(), share, origin.heads().size()));
      }
      List<MultiMap> heads = origin.heads();
      List<SteadyLoad.Sample> samples = load.end();
      assertThat(samples).extracting(each -> each.answer().status()).containsOnly(200);
      whole(collector, heads);
      System.out.printf("%d requests, 0 failed%s%n", samples.size(), told);
    }
  }

  /** Lets so many seconds of requests pass and keeps their heads. */
  private static void observe(Origin origin, SteadyLoad load, int seconds) throws Exception {
    origin.record();
    Await.until(
        "requests",
        Duration.ofSeconds(seconds * 4L),
        () -> origin.heads().size() >= seconds * PER_SECOND || !load.failed().isEmpty());
  }

  private static long version(IngressProcess gateway) throws Exception {
    return new JsonObject(gateway.page("/sampling").body()).getLong("version");
  }

  private static boolean sampled(MultiMap head) {
    assertThat(head.getAll("x-b3-sampled")).hasSize(1);
    assertThat(head.getAll("x-b3-traceid")).hasSize(1);
    return head.get("x-b3-sampled").equals("1");
  }

  private static double share(List<MultiMap> heads) {
    return heads.stream().filter(ITTracingKeys::sampled).count() / (double) heads.size();
  }

  /** Each trace that the service saw as kept has both of its spans, and no other has one. */
  private static void whole(SpanCollector collector, List<MultiMap> heads) throws Exception {
    for (MultiMap head : heads) {
      String trace = head.get("x-b3-traceid");
      if (sampled(head)) {
        Await.until(
            "both spans of " + trace, () -> kinds(collector, trace).equals("[CLIENT, SERVER]"));
      } else {
        assertThat(kinds(collector, trace)).isEqualTo("[]");
      }
    }
  }

  private static String kinds(SpanCollector collector, String trace) {
    TreeSet<Span.Kind> kinds = new TreeSet<>();
    collector.traces().getOrDefault(trace, List.of()).forEach(span -> kinds.add(span.kind()));
    return kinds.toString();
  }
}
