package dev.headwater.routes.kubernetes;

import static dev.headwater.routes.kubernetes.Cluster.annotated;
import static dev.headwater.routes.kubernetes.Cluster.created;
import static dev.headwater.routes.kubernetes.Cluster.ingress;
import static dev.headwater.routes.kubernetes.Cluster.path;
import static dev.headwater.routes.kubernetes.Cluster.rule;
import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.networking.v1.IngressBuilder;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Test;

class ClusterCompilerTest {
  private static final List<String> HOSTS =
      List.of("a.test", "b.test", "*.test", "x.b.test", "bad host", "");
  private static final List<String> PATHS = List.of("/", "/a", "/a/", "/b//c", "bad");
  private static final List<String> TYPES =
      List.of("Exact", "Prefix", "ImplementationSpecific", "Odd");
  private static final List<String> NAMES = List.of("one", "two", "three", "four");

  @RepeatedTest(50)
  void anyOrder_comesToTheSame(RepetitionInfo repetition) {
    Random random = new Random(repetition.getCurrentRepetition());
    Cluster cluster = generated(random);
    Compilation first = cluster.compiled();
    for (List<?> each :
        List.of(
            cluster.ingresses,
            cluster.services,
            cluster.slices,
            cluster.classes,
            cluster.secrets)) {
      Collections.shuffle(each, random);
    }
    Compilation second = cluster.compiled();
    assertThat(second.configuration()).isEqualTo(first.configuration());
    assertThat(second.reports()).isEqualTo(first.reports());
  }

  private static Cluster generated(Random random) {
    Cluster cluster = new Cluster();
    cluster.ingressClass("headwater", ControllerPolicy.CONTROLLER, random.nextBoolean());
    cluster.ingressClass("nginx", "k8s.io/ingress-nginx", true);
    for (String namespace : List.of("s", "t")) {
      for (String name : NAMES) {
        if (random.nextInt(4) > 0) {
          cluster.service(namespace, name);
          cluster.slice(namespace, name, "b", "IPv4", null, "10.0.0." + random.nextInt(3));
        }
        cluster.with(generated(random, namespace, name));
      }
    }
    return cluster;
  }

  private static IngressBuilder generated(Random random, String namespace, String name) {
    IngressBuilder ingress =
        created(ingress(namespace, name), "2026-01-0" + (1 + random.nextInt(3)) + "T00:00:00Z");
    int rules = random.nextInt(4);
    for (int i = 0; i < rules; i++) {
      rule(
          ingress,
          pick(random, HOSTS),
          path(pick(random, TYPES), pick(random, PATHS), pick(random, NAMES)),
          path("Prefix", pick(random, PATHS), pick(random, NAMES)));
    }
    if (random.nextInt(3) == 0) {
      ingress
          .editSpec()
          .withDefaultBackend(Cluster.backend(pick(random, NAMES)))
          .addNewTl()
          .withHosts(pick(random, HOSTS))
          .withSecretName("none")
          .endTl()
          .endSpec();
    }
    if (random.nextInt(3) == 0) {
      annotated(ingress, "headwater.dev/mesh", "linkerd");
    }
    return ingress;
  }

  private static String pick(Random random, List<String> from) {
    return from.get(random.nextInt(from.size()));
  }

  @Test
  void emptyCluster_isAConfiguration() {
    Compilation compilation = ClusterCompiler.compile(ClusterObjects.NONE, Cluster.POLICY);
    assertThat(compilation.configuration().routes()).isEmpty();
    assertThat(compilation.reports()).isEmpty();
  }

  /** A bound on shape, far above what it takes, so that a slow machine proves nothing. */
  @Test
  void tenThousandIngresses_takeNoQuadraticTime() {
    Cluster cluster = new Cluster();
    for (int i = 0; i < 3_000; i++) {
      cluster.service("n" + i % 50, "s" + i);
    }
    for (int i = 0; i < 10_000; i++) {
      int service = i % 3_000;
      cluster.with(
          rule(
              ingress("n" + service % 50, "i" + i),
              "h" + i % 2_000 + ".test",
              path("Prefix", "/p" + i, "s" + service)));
    }
    cluster.configMap("enable-opentracing", "true", "zipkin-sample-rate", "0.5");
    cluster.compiled();
    long start = System.nanoTime();
    Compilation compilation = cluster.compiled();
    Duration took = Duration.ofNanos(System.nanoTime() - start);
    assertThat(compilation.configuration().routes()).hasSize(10_000);
    assertThat(compilation.configuration().upstreams()).hasSize(3_000);
    assertThat(took).isLessThan(Duration.ofSeconds(5));
  }
}
