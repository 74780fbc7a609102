package dev.headwater.load.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.discovery.v1.Endpoint;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointSlice;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * Many objects, often changed. {@code -Dheadwater.ingresses=10000} is the row's number, with a
 * fifth as many hosts and three tenths as many Services; {@code -Dheadwater.changes} is how many
 * endpoint changes a second are tried, for {@code -Dheadwater.changeSeconds}.
 */
class ITScale {
  @RegisterExtension static final Cluster CLUSTER = new Cluster();

  private static final int INGRESSES = Integer.getInteger("headwater.ingresses", 1_000);
  private static final int CHANGES = Integer.getInteger("headwater.changes", 1_000);
  private static final int HOSTS = INGRESSES / 5;
  private static final int SERVICES = INGRESSES * 3 / 10;
  private static final int CHANGE_SECONDS = Integer.getInteger("headwater.changeSeconds", 5);
  private static final int ONE_BY_ONE = 100;

  /** Endpoints of a slice, all of them replaced with each write, as rollouts do. */
  private static final int IN_SLICE = 4;

  private static final int WRITERS = 16;
  private static final Duration READY = Duration.ofSeconds(15);
  private static final Duration VISIBLE = Duration.ofSeconds(1);
  private static final long HEAP = 1L << 30;
  private static final String FULL = "gc=\"PS MarkSweep\"";

  private final ExecutorService writers = Executors.newFixedThreadPool(WRITERS);

  @FaultRow("K3")
  @Test
  void changesAreVisibleWithinASecond_amongManyObjectsAndEndpointChanges() throws Exception {
    String namespace = CLUSTER.namespace();
    Origin origin =
        Origin.at(
            CLUSTER.vertx(),
            "many",
            IntStream.range(0, 8 * IN_SLICE).mapToObj(i -> ServiceNetwork.address()).toList());
    BulkWriter bulk = new BulkWriter(CLUSTER.vertx(), CLUSTER.testbed(), WRITERS);
    long from = System.nanoTime();
    write(
        SERVICES,
        i -> {
          bulk.create(KubeObjects.service(namespace, "s-" + i, origin.port()));
          bulk.create(slice(namespace, i, origin, i));
        });
    write(
        INGRESSES,
        i ->
            bulk.create(
                KubeObjects.ingress(
                    namespace, "i-" + i, host(i), "/i-" + i, "s-" + i % SERVICES, Map.of())));
    System.out.printf(
        "%d Ingresses, %d hosts, %d Services created in %d ms%n",
        INGRESSES, HOSTS, SERVICES, (System.nanoTime() - from) / 1_000_000);

    IngressProcess gateway = CLUSTER.gateway("scale");
    assertThat(gateway.readyAfter()).isLessThan(Patience.of(READY));
    for (int i : List.of(0, INGRESSES / 2, INGRESSES - 1)) {
      assertThat(gateway.clients().get(host(i), "/i-" + i).status()).isEqualTo(200);
    }
    CLUSTER.create(KubeObjects.ingress(namespace, "steady", "steady.example", "s-0"));
    Await.until("it serves", () -> gateway.clients().get("steady.example", "/").status() == 200);
    try (SteadyLoad load =
        SteadyLoad.start(CLUSTER.vertx(), gateway.ports().http(), 100, i -> "steady.example")) {
      List<Duration> quiet =
          changes(gateway, namespace, "quiet", ONE_BY_ONE, Duration.ofMinutes(2));
      AtomicInteger changed = new AtomicInteger();
      long collectedBefore =
          metric(gateway.page("/metrics").body(), "jvm_gc_collections_total", FULL);
      long began = System.nanoTime();
      List<Future<?>> storm = storm(bulk, namespace, origin, changed);
      List<Duration> stormy =
          changes(gateway, namespace, "stormy", 1_000, Duration.ofSeconds(CHANGE_SECONDS));
      for (Future<?> each : storm) {
        each.get(60, TimeUnit.SECONDS);
      }
      double perSecond = changed.get() * 1e9 / (System.nanoTime() - began);
      List<SteadyLoad.Sample> samples = load.end();
      assertThat(samples).extracting(each -> each.answer().status()).containsOnly(200);
      String metrics = gateway.page("/metrics").body();
      long collections = metric(metrics, "jvm_gc_collections_total", FULL) - collectedBefore;
      long heap = metric(metrics, "jvm_memory_max_bytes", "area=\"heap\"");
      System.out.printf(
          "ready after %d ms; %d changes one by one: visible after %d ms (p50), %d ms (p99)%n",
          gateway.readyAfter().toMillis(),
          quiet.size(),
          quantile(quiet, 0.5).toMillis(),
          quantile(quiet, 0.99).toMillis());
      System.out.printf(
          "under %.0f endpoint changes a second (%d a write), %d changes: %d ms (p50), %d ms"
              + " (p99)%n",
          perSecond,
          IN_SLICE,
          stormy.size(),
          quantile(stormy, 0.5).toMillis(),
          quantile(stormy, 0.99).toMillis());
      System.out.printf(
          "heap %d of %d MiB, full collections %d; %d requests, 0 failed, p99 %d ms; bounds times"
              + " %.1f%n",
          metric(metrics, "jvm_memory_used_bytes", "area=\"heap\"") >> 20,
          heap >> 20,
          collections,
          samples.size(),
          SteadyLoad.quantile(samples, 0.99),
          Patience.factor());
      assertThat(quantile(quiet, 0.99)).isLessThan(Patience.of(VISIBLE));
      assertThat(quantile(stormy, 0.99)).isLessThan(Patience.of(VISIBLE));
      assertThat(heap).isBetween(1L, HEAP);
      assertThat(collections).as("no storm of full collections").isBetween(0L, CHANGE_SECONDS / 2L);
    } finally {
      writers.shutdownNow();
      bulk.close();
    }
  }

  private static String host(int ingress) {
    return "scale-" + ingress % HOSTS + ".example";
  }

  private static EndpointSlice slice(String namespace, int service, Origin origin, int first) {
    return KubeObjects.slice(
        namespace, "s-" + service, "1", origin.port(), "IPv4", endpoints(origin, first));
  }

  /** So many of its addresses, from one on. */
  private static List<Endpoint> endpoints(Origin origin, int first) {
    List<String> all = origin.addresses();
    return IntStream.range(first * IN_SLICE, (first + 1) * IN_SLICE)
        .mapToObj(i -> KubeObjects.endpoint(all.get(i % all.size()), true, true, false, null))
        .toList();
  }

  /** Something with a number that may fail. */
  private interface Numbered {
    void run(int number) throws Exception;
  }

  private void write(int count, Numbered action) throws Exception {
    List<Future<?>> done = new ArrayList<>();
    for (int w = 0; w < WRITERS; w++) {
      int first = w;
      done.add(
          writers.submit(
              () -> {
                for (int i = first; i < count; i += WRITERS) {
                  action.run(i);
                }
                return null;
              }));
    }
    for (Future<?> each : done) {
      each.get(10, TimeUnit.MINUTES);
    }
  }

  /** One new Ingress after the other, each until a request reaches its service. */
  private static List<Duration> changes(
      IngressProcess gateway, String namespace, String name, int most, Duration during)
      throws Exception {
    List<Duration> taken = new ArrayList<>();
    long end = System.nanoTime() + during.toNanos();
    for (int i = 0; i < most && System.nanoTime() < end; i++) {
      String host = name + "-" + i + ".example";
      CLUSTER.create(KubeObjects.ingress(namespace, name + "-" + i, host, "s-" + i % SERVICES));
      taken.add(Await.until(host, () -> gateway.clients().get(host, "/").status() == 200));
    }
    return taken;
  }

  /** Moves endpoints of Services to other addresses, as many a second as asked for. */
  private List<Future<?>> storm(
      BulkWriter bulk, String namespace, Origin origin, AtomicInteger changed) {
    List<Future<?>> storm = new ArrayList<>();
    long from = System.nanoTime();
    long end = from + TimeUnit.SECONDS.toNanos(CHANGE_SECONDS);
    AtomicInteger next = new AtomicInteger();
    for (int w = 0; w < WRITERS; w++) {
      storm.add(
          writers.submit(
              () -> {
                while (System.nanoTime() < end) {
                  int number = next.getAndIncrement();
                  long due = from + TimeUnit.SECONDS.toNanos(1) * number * IN_SLICE / CHANGES;
                  LockSupport.parkNanos(Math.max(0, due - System.nanoTime()));
                  String service = "s-" + number % SERVICES;
                  int to = number + 1 + number / SERVICES;
                  bulk.merge(
                      slice(namespace, number % SERVICES, origin, to),
                      "{\"endpoints\":" + Serialization.asJson(endpoints(origin, to)) + "}");
                  changed.addAndGet(IN_SLICE);
                }
                return null;
              }));
    }
    return storm;
  }

  private static Duration quantile(List<Duration> taken, double share) {
    List<Duration> sorted = taken.stream().sorted().toList();
    return sorted.get((int) Math.min(sorted.size() - 1, sorted.size() * share));
  }

  private static long metric(String metrics, String name, String label) {
    Matcher line =
        Pattern.compile(
                "^" + name + "\\{[^}]*" + Pattern.quote(label) + "[^}]*} ([0-9.eE+-]+)$",
                Pattern.MULTILINE)
            .matcher(metrics);
    if (!line.find()) {
      throw new AssertionError("no " + name + " of " + label);
    }
    return (long) Double.parseDouble(line.group(1));
  }
}
