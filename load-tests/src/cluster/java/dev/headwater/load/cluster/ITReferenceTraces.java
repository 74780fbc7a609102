package dev.headwater.load.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.entry;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.headwater.load.ZipkinServer;
import dev.headwater.load.cluster.SteadyLoad.Sample;
import io.vertx.core.MultiMap;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.LongSummaryStatistics;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import zipkin2.Span;
import zipkin2.Span.Kind;

/**
 * The two tracing keys of the reference architecture and an Ingress of old, unedited, before
 * services that trace themselves and report to the same real Zipkin server. Needs the server's
 * executable jar in the system property {@code headwater.zipkin.jar}; skipped without.
 */
class ITReferenceTraces {
  @RegisterExtension static final Cluster CLUSTER = new Cluster();

  private static final String HOST = "old.example";
  private static final String COLLECTOR = "linkerd-collector.linkerd";
  private static final int PER_SECOND = 100;
  private static final int SPANS = 5;
  private static final Duration IN_FORCE = Duration.ofSeconds(1);
  private static ZipkinServer zipkin;
  private static InetSocketAddress collector;

  @BeforeAll
  static void start() throws Exception {
    String jar = System.getProperty("headwater.zipkin.jar", "");
    assumeThat(jar).as("system property headwater.zipkin.jar").isNotEmpty();
    // The usual port, as no key says another one.
    collector = new InetSocketAddress(ServiceNetwork.address(), 9411);
    zipkin =
        ZipkinServer.start(Path.of(jar), Testbed.TARGET.resolve("zipkin-server.log"), collector);
  }

  @AfterAll
  static void stop() {
    if (zipkin != null) {
      zipkin.close();
    }
  }

  /**
   * A rate that was written.
   *
   * @param atNanos the moment before, by {@link System#nanoTime}
   * @param atMillis the same since the epoch
   * @param within until when it has to be in force
   */
  private record Written(double rate, long atNanos, long atMillis, Duration within) {
    static Written before(double rate, Duration within) {
      return new Written(rate, System.nanoTime(), System.currentTimeMillis(), within);
    }

    boolean holdsFor(Sample sample) {
      return sample.sentNanos() >= atNanos + within.toNanos();
    }

    boolean isAfter(Sample sample) {
      return sample.sentNanos() + sample.takenNanos() < atNanos;
    }
  }

  /** A request with its trace, and the root of that if it was kept. */
  private record Seen(Sample sample, String trace, @Nullable Span root) {
    boolean isKept() {
      return root != null;
    }

    /** The rate that its root tells. */
    double rate() {
      return Double.parseDouble(Objects.requireNonNull(root).tags().get("sampling.rate"));
    }

    /** From when a rate was written to the start of its root. */
    long millisAfter(Written rate) {
      long start = Objects.requireNonNull(root).timestampAsLong();
      return TimeUnit.MICROSECONDS.toMillis(start) - rate.atMillis;
    }
  }

  @Test
  void tracesAreWholeInZipkin_andAnEditedRateIsInForceWithinASecond() throws Exception {
    Map<String, String> keys =
        new HashMap<>(Map.of("enable-opentracing", "true", "zipkin-collector-host", COLLECTOR));
    OldInstallation old = OldInstallation.with(CLUSTER, keys);
    String namespace = CLUSTER.namespace();
    URI spans = URI.create("http://" + zipkin.authority() + "/api/v2/spans");
    List<Written> written = new ArrayList<>();
    List<Sample> samples;
    try (TracedService stock = TracedService.start(CLUSTER, namespace, "stock", spans, null);
        TracedService shop = TracedService.start(CLUSTER, namespace, "shop", spans, stock)) {
      old.ingress(namespace, HOST, "shop");
      IngressProcess gateway =
          CLUSTER.gateway(
              old.successor("reference-traces")
                  .asking(ClusterDns.with(CLUSTER.vertx(), COLLECTOR, collector.getAddress())));
      Await.until("it serves", () -> gateway.clients().get(HOST, "/first").status() == 200);
      try (SteadyLoad load =
          SteadyLoad.start(
              CLUSTER.vertx(),
              gateway.ports().http(),
              PER_SECOND,
              i -> HOST,
              ITReferenceTraces::strangers)) {
        written.add(Written.before(1, Duration.ZERO));
        answered(load, 2);
        for (String rate : List.of("0.5", "0.1")) {
          keys.put("zipkin-sample-rate", rate);
          written.add(Written.before(Double.parseDouble(rate), Patience.of(IN_FORCE)));
          old.edit(keys);
          answered(load, 8);
        }
        samples = load.end();
      }
      assertThat(gateway.lives()).isTrue();
      assertThat(samples).extracting(each -> each.answer().status()).containsOnly(200);
      List<Seen> seen = seen(samples, shop, stock);
      System.out.printf(
          "%d requests, 0 failed; %d traces of %d spans each, no span of any other%n",
          seen.size(), seen.stream().filter(Seen::isKept).count(), SPANS);
      judge(written, seen);
    }
  }

  /** As a client that traces itself asks: with a decision of its own, which is not believed. */
  private static Map<String, String> strangers(int number) {
    return Map.of(
        "X-B3-TraceId",
        strangersId(number),
        "X-B3-SpanId",
        "00000000000000aa",
        "X-B3-Sampled",
        "1");
  }

  private static String strangersId(int number) {
    return String.format("5712a9e0%024x", number);
  }

  /** Waits for so many seconds' worth of answers. */
  private static void answered(SteadyLoad load, int seconds) throws Exception {
    int wanted = load.samples().size() + seconds * PER_SECOND;
    Await.until(
        "answers",
        Duration.ofSeconds(seconds * 4L),
        () -> load.samples().size() >= wanted || !load.failed().isEmpty());
  }

  /** What became of each request, each trace being whole or not there at all. */
  private static List<Seen> seen(List<Sample> samples, TracedService shop, TracedService stock)
      throws Exception {
    List<Seen> seen = new ArrayList<>();
    for (Sample each : samples) {
      String path = "/steady/" + each.number();
      MultiMap head = shop.head(path);
      MultiMap further = stock.head(path);
      String trace = only(head, "x-b3-traceid");
      String sampled = only(head, "x-b3-sampled");
      assertThat(trace).matches("[0-9a-f]{32}").isNotEqualTo(strangersId(each.number()));
      assertThat(only(head, "x-b3-spanid")).matches("[0-9a-f]{16}");
      assertThat(only(further, "x-b3-traceid")).isEqualTo(trace);
      assertThat(only(further, "x-b3-sampled")).isEqualTo(sampled);
      Span root = sampled.equals("1") ? root(each, head, zipkin.trace(trace, SPANS)) : null;
      seen.add(new Seen(each, trace, root));
    }
    for (Seen each : seen) {
      assertThat(each.isKept() || zipkin.lacks(each.trace))
          .as("a trace that was not kept has no span: " + each.trace)
          .isTrue();
    }
    return seen;
  }

  private static String only(MultiMap head, String field) {
    assertThat(head.getAll(field)).hasSize(1);
    return head.get(field);
  }

  /** The root of a whole trace: ours, then one span after the other down to the last service. */
  private static Span root(Sample sample, MultiMap head, List<Span> trace) {
    assertThat(trace).hasSize(SPANS);
    Span root = of(trace, "headwater", Kind.SERVER);
    Span attempt = of(trace, "headwater", Kind.CLIENT);
    Span shop = of(trace, "shop", Kind.SERVER);
    Span asking = of(trace, "shop", Kind.CLIENT);
    Span stock = of(trace, "stock", Kind.SERVER);
    assertThat(root.parentId()).isNull();
    assertThat(root.tags())
        .contains(
            entry("http.path", "/steady/" + sample.number()),
            entry("http.status_code", "200"),
            entry("client.trace_id", strangersId(sample.number())));
    assertThat(attempt.parentId()).isEqualTo(root.id());
    assertThat(attempt.id()).isEqualTo(only(head, "x-b3-spanid"));
    assertThat(List.of(shop.id(), shop.shared())).isEqualTo(List.of(attempt.id(), true));
    assertThat(asking.parentId()).isEqualTo(shop.id());
    assertThat(List.of(stock.id(), stock.shared())).isEqualTo(List.of(asking.id(), true));
    return root;
  }

  private static Span of(List<Span> trace, String service, Kind kind) {
    List<Span> found =
        trace.stream()
            .filter(span -> service.equals(span.localServiceName()) && span.kind() == kind)
            .toList();
    assertThat(found).as(kind + " of " + service + " in " + trace).hasSize(1);
    return found.get(0);
  }

  /** Each rate was in force in time, and kept its share until the next one was written. */
  private static void judge(List<Written> written, List<Seen> seen) {
    for (int i = 0; i < written.size(); i++) {
      Written rate = written.get(i);
      Written next = i + 1 < written.size() ? written.get(i + 1) : Written.before(0, Duration.ZERO);
      List<Seen> under =
          seen.stream()
              .filter(each -> rate.holdsFor(each.sample) && next.isAfter(each.sample))
              .toList();
      List<Seen> kept = under.stream().filter(Seen::isKept).toList();
      assertThat(kept.stream().map(Seen::rate).collect(Collectors.toSet()))
          .as("rates that traces were kept at")
          .containsExactly(rate.rate);
      double share = kept.size() / (double) under.size();
      double sigma = Math.sqrt(rate.rate * (1 - rate.rate) / under.size());
      System.out.printf(
          "rate %s: %.3f of %d kept%s%n", rate.rate, share, under.size(), turn(rate, seen));
      assertThat(share).isBetween(rate.rate - 5 * sigma, rate.rate + 5 * sigma);
    }
  }

  /** When traces began to be kept at a rate, and ceased to be kept at another. */
  private static String turn(Written rate, List<Seen> seen) {
    List<Seen> kept = seen.stream().filter(Seen::isKept).toList();
    LongSummaryStatistics under =
        kept.stream()
            .filter(each -> each.rate() == rate.rate)
            .mapToLong(each -> each.millisAfter(rate))
            .summaryStatistics();
    LongSummaryStatistics former =
        kept.stream()
            .filter(each -> each.rate() > rate.rate)
            .mapToLong(each -> each.millisAfter(rate))
            .summaryStatistics();
    return former.getCount() == 0
        ? ""
        : String.format(
            "; first trace under it %d ms, last one before it %d ms after it was written",
            under.getMin(), former.getMax());
  }
}
