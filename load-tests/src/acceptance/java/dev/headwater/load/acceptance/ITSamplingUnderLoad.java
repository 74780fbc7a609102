package dev.headwater.load.acceptance;

import static java.util.stream.Collectors.toMap;
import static org.assertj.core.api.Assertions.assertThat;

import dev.headwater.load.GatewayProcess;
import dev.headwater.load.acceptance.SteadyTraffic.Sample;
import dev.headwater.load.acceptance.SteadyTraffic.Scripted;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import zipkin2.Span;
import zipkin2.Span.Kind;
import zipkin2.collector.CollectorSampler;

/**
 * Sampling is changed under 1,000 requests/s: by the link of a mounted ConfigMap, by hand at the
 * admin address, by a document that is refused, and by the link again, which ends what was set by
 * hand. No request fails; each change is in effect within a second; what the gateway counts is what
 * the collector got.
 */
class ITSamplingUnderLoad {
  private static final int PER_SECOND = Integer.getInteger("headwater.acceptance.perSecond", 1_000);
  private static final int SECONDS = 18;
  private static final int WARM_UP = 3_000;
  private static final long WITHIN = TimeUnit.SECONDS.toNanos(1);
  private static final String TOKEN = "token-of-the-acceptance-test";

  private Vertx vertx;
  private RecordingUpstream upstream;
  private CollectorStandIn collector;
  private Path folder;
  private final URI admin = URI.create("http://" + Loopback.HOST + ":" + Loopback.freePort() + "/");
  private final List<Change> changes = new ArrayList<>();
  private CompletableFuture<HttpResponse<String>> put = new CompletableFuture<>();

  /** From when on which rate was asked for. */
  private record Change(long atNanos, double rate) {}

  @BeforeEach
  void open() throws IOException {
    vertx = Vertx.vertx(new VertxOptions().setEventLoopPoolSize(2));
    upstream = new RecordingUpstream(vertx);
    collector = new CollectorStandIn(vertx);
    Path module = Path.of(System.getProperty("headwater.module", ".")).toAbsolutePath();
    folder = module.resolve("target/acceptance/live-sampling");
    deleteAll(folder);
    Files.createDirectories(folder.resolve("mount"));
  }

  @AfterEach
  void close() {
    Loopback.await(vertx.close());
  }

  @Test
  void everyChangeIsInEffectWithinASecond_andCountsAreTrue() throws Exception {
    mount(0, 0.5);
    Files.createSymbolicLink(
        folder.resolve("mount/sampling.yaml"), Path.of("..data/sampling.yaml"));
    int port = Loopback.freePort();
    JsonObject sampling;
    String metrics;
    List<Sample> samples;
    try (GatewayProcess gateway = start(port)) {
      // Neither the gateway's compiler nor ours is what is looked at.
      new Traffic(vertx, port).send(WARM_UP, 120, number -> Traffic.Asked.get("/votes/w" + number));
      changes.add(new Change(System.nanoTime(), 0.5));
      samples =
          new SteadyTraffic(vertx, port, PER_SECOND)
              .run(
                  SECONDS,
                  List.of(
                      new Scripted(4, () -> changed(() -> mount(1, 0.1), 0.1)),
                      new Scripted(8, () -> changed(() -> put("rate: 0.8\n"), 0.8)),
                      new Scripted(11, () -> mount(2, 7)),
                      new Scripted(14, () -> changed(() -> mount(3, 0.3), 0.3))));
      Set<String> sampled = sampledTraces();
      collector.awaitSpans(2 * sampled.size(), 60);
      sampling = new JsonObject(get("sampling"));
      metrics = get("metrics");
    }

    assertThat(samples).allSatisfy(sample -> assertThat(sample.status()).isEqualTo(200));
    assertThat(put.get(10, TimeUnit.SECONDS).statusCode()).isEqualTo(200);
    JsonObject answer = new JsonObject(put.get().body());
    assertThat(answer.getBoolean("temporary")).isTrue();
    long slowest =
        samples.stream().mapToLong(one -> one.answeredNanos() - one.sentNanos()).max().orElse(0);
    System.out.printf("slowest answer after %.2f s%n", slowest / 1e9);
    List<Double> effects = effects(samples);
    assertThat(effects).allSatisfy(seconds -> assertThat(seconds).isLessThan(1.0));
    assertThat(sampling.getBoolean("temporary")).isFalse();
    assertThat(sampling.getBoolean("lastReadAccepted")).isTrue();
    assertThat(Files.readString(folder.resolve("edge.log")))
        .contains("expected 0.0 to 1.0) at mount/sampling.yaml:1:7");

    Set<String> sampled = sampledTraces();
    long kept = count(sampling, true);
    long dropped = count(sampling, false);
    System.out.printf(
        "%d requests at %d/s over %d changes: 0 failed; in effect after %s s; kept %d = collector"
            + " %d, not kept %d%n",
        samples.size(), PER_SECOND, changes.size() - 1, effects, kept, collected(), dropped);
    assertThat(kept).isEqualTo(sampled.size());
    assertThat(collected()).isEqualTo(sampled.size());
    assertThat(kept + dropped).isEqualTo(samples.size() + WARM_UP);
    assertThat(counted(metrics, "true")).isEqualTo(kept);
    assertThat(counted(metrics, "false")).isEqualTo(dropped);
    JsonObject rule = rule(sampling);
    assertThat(rule.getDouble("configured")).isEqualTo(0.3);
    assertThat(rule.getBoolean("marked")).isFalse();
    assertThat(0.3).isBetween(rule.getDouble("low"), rule.getDouble("high"));
  }

  /** Does a change and notes when it was done. */
  private void changed(SteadyTraffic.Action action, double rate) throws Exception {
    action.run();
    changes.add(new Change(System.nanoTime(), rate));
  }

  /**
   * For each change: after how many seconds the last request was sent whose id the former rate and
   * the new one decide differently, and that still was decided by the former.
   */
  private List<Double> effects(List<Sample> samples) {
    Map<String, Boolean> decisions =
        upstream.arrivals().stream().collect(toMap(Arrival::traceId, Arrival::sampled));
    List<Double> effects = new ArrayList<>();
    for (int i = 1; i < changes.size(); i++) {
      Change change = changes.get(i);
      long until = i + 1 < changes.size() ? changes.get(i + 1).atNanos() : Long.MAX_VALUE;
      CollectorSampler former = CollectorSampler.create((float) changes.get(i - 1).rate());
      CollectorSampler next = CollectorSampler.create((float) change.rate());
      long last = change.atNanos();
      int telling = 0;
      for (Sample sample : samples) {
        boolean byFormer = former.isSampled(sample.traceId(), false);
        boolean byNext = next.isSampled(sample.traceId(), false);
        if (sample.sentNanos() < change.atNanos() || sample.answeredNanos() >= until) {
          continue; // Of another change, or perhaps decided after the next one.
        }
        boolean decided = Boolean.TRUE.equals(decisions.get(sample.traceId()));
        boolean isLate = sample.sentNanos() >= change.atNanos() + WITHIN;
        assertThat(decided).isIn(isLate ? List.of(byNext) : List.of(byFormer, byNext));
        if (byFormer != byNext) {
          telling++;
          last = decided == byFormer ? Math.max(last, sample.sentNanos()) : last;
        }
      }
      assertThat(telling)
          .as("ids that tell %s and %s apart", changes.get(i - 1).rate(), change.rate())
          .isGreaterThan(PER_SECOND / 10);
      effects.add(Math.round((last - change.atNanos()) / 1e7) / 100.0);
    }
    return effects;
  }

  private Set<String> sampledTraces() {
    return upstream.arrivals().stream()
        .filter(Arrival::sampled)
        .map(Arrival::traceId)
        .collect(Collectors.toSet());
  }

  private long collected() {
    return collector.spans().stream()
        .filter(span -> span.kind() == Kind.SERVER)
        .map(Span::traceId)
        .distinct()
        .count();
  }

  private static long count(JsonObject sampling, boolean sampled) {
    return sampling.getJsonArray("decisions").stream()
        .map(JsonObject.class::cast)
        .filter(one -> one.getString("rule").equals("default"))
        .filter(one -> one.getBoolean("sampled") == sampled)
        .mapToLong(one -> one.getLong("count"))
        .sum();
  }

  private static long counted(String metrics, String sampled) {
    return metrics
        .lines()
        .filter(line -> line.startsWith("headwater_sampling_decisions_total{"))
        .filter(line -> line.contains("rule=\"default\""))
        .filter(line -> line.contains(sampled.equals("true") ? "\"sampled\"" : "\"unsampled\""))
        .mapToLong(line -> (long) Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
        .sum();
  }

  private static JsonObject rule(JsonObject sampling) {
    return sampling.getJsonArray("rules").stream()
        .map(JsonObject.class::cast)
        .filter(rule -> rule.getString("rule").equals("default"))
        .findFirst()
        .orElseThrow();
  }

  private GatewayProcess start(int port) throws IOException {
    Files.writeString(folder.resolve("admin.token"), TOKEN + "\n");
    Path file =
        Files.writeString(
            folder.resolve("edge.yaml"),
            """
            listeners: [{name: web, address: "127.0.0.1:%d"}]
            upstreams: [{name: voting, endpoints: ["http://127.0.0.1:%d"]}]
            routes:
              - {name: probe, match: {path: {exact: /probe}}, sampling: {rate: 0}, filters: [{respond: {body: ok}}]}
              - {name: votes, match: {path: {prefix: /votes}}, to: [{upstream: voting}]}
            tracing:
              samplingFrom: mount/sampling.yaml
              report: [{zipkin: "http://127.0.0.1:%d"}]
              responseHeader: x-trace-id
            admin: {address: "127.0.0.1:%d", tokenFile: admin.token}
            """
                .formatted(port, upstream.port(), collector.port(), admin.getPort()));
    return GatewayProcess.start(
        Path.of(System.getProperty("headwater.module", "."))
            .toAbsolutePath()
            .resolve("../headwater")
            .normalize(),
        file,
        folder.resolve("edge.log"),
        URI.create("http://" + Loopback.HOST + ":" + port + "/probe"),
        Duration.ofMinutes(5));
  }

  /** A new generation of the ConfigMap, put in place as a kubelet does it. */
  private void mount(int generation, double rate) throws IOException {
    Path mount = folder.resolve("mount");
    Path version = Files.createDirectory(mount.resolve("..generation_" + generation));
    Files.writeString(version.resolve("sampling.yaml"), "rate: " + rate + "\n");
    Path next = mount.resolve("..data_tmp");
    Files.createSymbolicLink(next, version.getFileName());
    Files.move(next, mount.resolve("..data"), StandardCopyOption.ATOMIC_MOVE);
  }

  private void put(String document) {
    put =
        HttpClient.newHttpClient()
            .sendAsync(
                HttpRequest.newBuilder(admin.resolve("sampling"))
                    .header("Authorization", "Bearer " + TOKEN)
                    .header("Content-Type", "application/yaml")
                    .PUT(BodyPublishers.ofString(document))
                    .build(),
                BodyHandlers.ofString());
  }

  private String get(String path) throws IOException, InterruptedException {
    return HttpClient.newHttpClient()
        .send(HttpRequest.newBuilder(admin.resolve(path)).build(), BodyHandlers.ofString())
        .body();
  }

  private static void deleteAll(Path folder) {
    if (!Files.exists(folder)) {
      return;
    }
    try {
      Files.walkFileTree(
          folder,
          new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
                throws IOException {
              Files.delete(file);
              return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult postVisitDirectory(Path visited, IOException failure)
                throws IOException {
              Files.delete(visited);
              return FileVisitResult.CONTINUE;
            }
          });
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
