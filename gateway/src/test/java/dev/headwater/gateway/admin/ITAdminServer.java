package dev.headwater.gateway.admin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.headwater.gateway.admin.RawHttp.Answer;
import dev.headwater.gateway.config.UnwatchedConfiguration;
import dev.headwater.gateway.metrics.LoopMetrics;
import dev.headwater.gateway.metrics.Metrics;
import dev.headwater.gateway.metrics.ProcessMetrics;
import dev.headwater.gateway.metrics.RouteRecorder;
import dev.headwater.gateway.report.Outcome;
import dev.headwater.gateway.report.ReportView;
import dev.headwater.gateway.report.SinkView;
import dev.headwater.gateway.snapshot.Snapshot;
import dev.headwater.gateway.snapshot.SnapshotRef;
import dev.headwater.gateway.tracestore.TraceStore;
import dev.headwater.routes.AdminPolicy;
import dev.headwater.routes.BindAddress;
import dev.headwater.routes.Configuration;
import dev.headwater.routes.DirectResponse;
import dev.headwater.routes.DrainPolicy;
import dev.headwater.routes.Http2Policy;
import dev.headwater.routes.Limits;
import dev.headwater.routes.ListenerPolicy;
import dev.headwater.routes.ListenerPropagation;
import dev.headwater.routes.LogPolicy;
import dev.headwater.routes.PathMatch;
import dev.headwater.routes.ProcessLimits;
import dev.headwater.routes.PropagationPolicy;
import dev.headwater.routes.RequestIdPolicy;
import dev.headwater.routes.ResponseTracePolicy;
import dev.headwater.routes.RetryPolicy;
import dev.headwater.routes.Route;
import dev.headwater.routes.RouteLimits;
import dev.headwater.routes.RouteMatch;
import dev.headwater.routes.SpanPolicy;
import dev.headwater.routes.StorePolicy;
import dev.headwater.routes.Timeouts;
import dev.headwater.routes.TracingPolicy;
import dev.headwater.routes.TrustPolicy;
import dev.headwater.routes.match.EncodedSlash;
import dev.headwater.sampling.SamplingPolicy;
import dev.headwater.sampling.network.NetworkSet;
import dev.headwater.sampling.rate.ProbabilisticRate;
import dev.headwater.sampling.rule.SamplingFacts;
import dev.headwater.sampling.rule.SamplingRule;
import dev.headwater.sampling.rule.Verdict;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The admin and probe addresses on real sockets. */
@Timeout(60)
class ITAdminServer {
  private static final Instant SINCE = Instant.parse("2026-11-21T12:00:00Z");

  private final Vertx vertx = Vertx.vertx();
  private final ExecutorService loop = Executors.newSingleThreadExecutor();
  private final Metrics metrics = Metrics.create();
  private final LoopMetrics recorded = metrics.newLoop(loop);
  private final SnapshotRef snapshots =
      new SnapshotRef(Snapshot.of(configuration(0.5), 1, SINCE, "headwater.yaml"));
  private volatile List<String> notReady = List.of();
  private final UnwatchedConfiguration control = new UnwatchedConfiguration();
  private AdminServer server;

  @AfterEach
  void stop() throws Exception {
    metrics.close();
    loop.shutdownNow();
    vertx.close().toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
  }

  @Test
  void probes_answerOnBothAddresses_andNothingElseOnTheProbeAddress() throws Exception {
    start(null);
    int probe = server.probeAddress().port();
    for (int port : new int[] {port(), probe}) {
      assertThat(RawHttp.get(port, "/healthz").status()).isEqualTo(200);
      assertThat(RawHttp.get(port, "/readyz").body()).isEqualTo("ready\n");
      assertThat(RawHttp.get(port, "/metrics").body()).contains("headwater_config_version 1.0");
    }
    Answer head = RawHttp.send(probe, "HEAD /readyz HTTP/1.1\r\nHost: x\r\n");
    assertThat(head.status()).isEqualTo(200);
    assertThat(head.body()).isEmpty();
    for (String path : new String[] {"/", "/config", "/sampling", "/zipkin/", "/dashboard.json"}) {
      assertThat(RawHttp.get(probe, path).status()).as(path).isEqualTo(404);
    }
  }

  @Test
  void notReady_is503_withEveryReason_whileAlive() throws Exception {
    start(null);
    notReady = List.of("draining", "configuration not loaded");
    Answer answer = RawHttp.get(port(), "/readyz");
    assertThat(answer.status()).isEqualTo(503);
    assertThat(answer.body()).isEqualTo("not ready: draining; configuration not loaded\n");
    assertThat(RawHttp.get(port(), "/healthz").status()).isEqualTo(200);
  }

  @Test
  void metrics_tellStateAndRates_inTheFormatAskedFor() throws Exception {
    start(null);
    control.refused(SINCE, List.of("bad"));
    request("votes", 200);
    String text = RawHttp.get(port(), "/metrics").body();
    assertThat(text)
        .contains(
            "headwater_config_last_reload_successful 0.0",
            "headwater_config_last_reload_success_timestamp_seconds ",
            "headwater_sampling_configured_ratio{rule=\"default\"} 0.5",
            "headwater_sampling_configured_ratio{rule=\"route:votes\"} 0.1",
            "process_cpu_seconds_total ",
            "headwater_build_info{version=\"0.1.0\"} 1",
            "headwater_requests_total{code_class=\"2xx\",method=\"GET\",route=\"votes\"} 1.0");
    Answer open =
        RawHttp.send(
            port(),
            "GET /metrics HTTP/1.1\r\nHost: localhost\r\nAccept: application/openmetrics-text\r\n");
    assertThat(open.headers().get("content-type")).startsWith("application/openmetrics-text");
    assertThat(open.body()).endsWith("# EOF\n");
  }

  @Test
  void hostOfAStranger_isRefused_onTheAdminAddressOnly() throws Exception {
    start(null);
    for (String host :
        new String[] {"evil.example", "localhost.evil.example", "127.0.0.1.nip.io"}) {
      Answer refused = RawHttp.send(port(), "GET /config HTTP/1.1\r\nHost: " + host + "\r\n");
      assertThat(refused.status()).as(host).isEqualTo(403);
      assertThat(refused.body()).contains(host).contains("expected an IP address");
    }
    for (String host : new String[] {"localhost:9900", "127.0.0.1", "[::1]:9900", "LOCALHOST"}) {
      assertThat(RawHttp.send(port(), "GET /healthz HTTP/1.1\r\nHost: " + host + "\r\n").status())
          .as(host)
          .isEqualTo(200);
    }
    int probe = server.probeAddress().port();
    assertThat(RawHttp.send(probe, "GET /readyz HTTP/1.1\r\nHost: gateway.svc\r\n").status())
        .isEqualTo(200);
  }

  @Test
  void pageOfAnotherSite_cannotPostSpans() throws Exception {
    start(TraceStore.create(vertx, new StorePolicy(100)));
    String post = "POST /api/v2/spans HTTP/1.1\r\nHost: localhost:9900\r\nContent-Length: 0\r\n";
    assertThat(RawHttp.send(port(), post + "Origin: https://evil.example\r\n").status())
        .isEqualTo(403);
    assertThat(RawHttp.send(port(), post + "Origin: null\r\n").status()).isEqualTo(403);
    assertThat(RawHttp.send(port(), post + "Origin: http://localhost:9900\r\n").status())
        .isEqualTo(400);
  }

  @Test
  void writes_areNotTaken() throws Exception {
    start(null);
    for (String path : new String[] {"/explain", "/config", "/", "/healthz"}) {
      Answer answer =
          RawHttp.send(
              port(), "PUT " + path + " HTTP/1.1\r\nHost: localhost\r\nContent-Length: 0\r\n");
      assertThat(answer.status()).as(path).isEqualTo(405);
      assertThat(answer.headers()).containsEntry("allow", "GET");
    }
  }

  @Test
  void sampling_tellsPolicyDecisionsAndObservedRates() throws Exception {
    start(null);
    decisions(1_000);
    JsonObject sampling = new JsonObject(RawHttp.get(port(), "/sampling").body());
    assertThat(sampling.getLong("version")).isEqualTo(1);
    assertThat(sampling.getString("since")).isEqualTo("2026-11-21T12:00:00Z");
    assertThat(sampling.getString("origin")).isEqualTo("headwater.yaml");
    assertThat(sampling.getBoolean("temporary")).isFalse();
    JsonObject rule = rule(sampling, "default");
    assertThat(rule.getString("text")).contains("rate: 0.5");
    assertThat(rule.getDouble("configured")).isEqualTo(0.5);
    assertThat(rule.getDouble("inForce")).isEqualTo(0.5);
    assertThat(rule.getLong("total")).isEqualTo(1_000);
    assertThat(rule.getDouble("observed")).isBetween(rule.getDouble("low"), rule.getDouble("high"));
    assertThat(rule.getDouble("keptShare")).isEqualTo(rule.getDouble("observed"));
    assertThat(rule.getBoolean("marked")).isFalse();
    assertThat(sampling.getJsonArray("decisions")).hasSize(2);
    assertThat(rule(sampling, "route:votes").getDouble("configured")).isEqualTo(0.1);
    assertThat(sampling.getJsonArray("sinks").getJsonObject(0).getLong("reported")).isEqualTo(40);
  }

  @Test
  void observedRate_beginsAnew_withAnotherRate_andGoesOnWithTheSame() throws Exception {
    start(null);
    decisions(1_000);
    snapshots.swap(snapshots.get().next(configuration(0.5), SINCE, "headwater.yaml"));
    decisions(10);
    assertThat(rule(sampling(), "default").getLong("total")).isEqualTo(1_010);
    assertThat(sampling().getLong("version")).isEqualTo(1);
    snapshots.swap(snapshots.get().next(configuration(0.1), SINCE, "headwater.yaml"));
    decisions(100);
    assertThat(rule(sampling(), "default").getLong("total")).isEqualTo(100);
    assertThat(sampling().getLong("version")).isEqualTo(3);
  }

  private JsonObject sampling() throws IOException {
    return new JsonObject(RawHttp.get(port(), "/sampling").body());
  }

  private static JsonObject rule(JsonObject sampling, String name) {
    return sampling.getJsonArray("rules").stream()
        .map(JsonObject.class::cast)
        .filter(rule -> rule.getString("rule").equals(name))
        .findFirst()
        .orElseThrow();
  }

  @Test
  void explain_answersForTheConfigurationInForce() throws Exception {
    start(null);
    Answer answer = RawHttp.get(port(), "/explain?url=http%3A%2F%2Fvote.example.com%2Fapi%2Flist");
    assertThat(answer.status()).isEqualTo(200);
    JsonObject explanation = new JsonObject(answer.body());
    assertThat(explanation.getString("route")).isEqualTo("votes");
    assertThat(explanation.getJsonObject("sampling").getDouble("rate")).isEqualTo(0.1);
    assertThat(RawHttp.get(port(), "/explain").status()).isEqualTo(400);
    assertThat(RawHttp.get(port(), "/explain?url=nonsense").body()).contains("'nonsense'");
  }

  @Test
  void configRoutesAndVersion_areShown() throws Exception {
    start(null);
    assertThat(RawHttp.get(port(), "/config").body()).isEqualTo("tracing: {service: headwater}\n");
    JsonArray routes = new JsonArray(RawHttp.get(port(), "/routes").body());
    JsonObject first = routes.getJsonObject(0);
    assertThat(first.getString("name")).isEqualTo("votes");
    assertThat(first.getJsonObject("match").getJsonObject("path").getString("prefix"))
        .isEqualTo("/api");
    assertThat(first.getDouble("samplingRate")).isEqualTo(0.1);
    assertThat(routes.getJsonObject(1).getInteger("respond")).isEqualTo(200);
    assertThat(new JsonObject(RawHttp.get(port(), "/version").body()).getString("version"))
        .isEqualTo("0.1.0");
  }

  @Test
  void dashboard_isOnePage_thatRunsNothingButItself() throws Exception {
    start(null);
    Answer page = RawHttp.get(port(), "/");
    String policy = page.headers().get("content-security-policy");
    String nonce = policy.replaceAll(".*script-src 'nonce-([^']+)'.*", "$1");
    assertThat(page.body()).contains("<script nonce=\"" + nonce + "\">").doesNotContain("{{");
    assertThat(page.body().replace("http://www.w3.org/", "")).doesNotContain("http://", "https://");
    assertThat(RawHttp.get(port(), "/").headers().get("content-security-policy"))
        .isNotEqualTo(policy);
  }

  @Test
  void dashboardNumbers_coverRoutesSinksAndState() throws Exception {
    TraceStore store = TraceStore.create(vertx, new StorePolicy(100));
    start(store);
    request("votes", 200);
    request("-", 404);
    JsonObject json = new JsonObject(RawHttp.get(port(), "/dashboard.json").body());
    JsonArray routes = json.getJsonArray("routes");
    assertThat(routes).hasSize(3);
    assertThat(routes.getJsonObject(0).getString("match")).isEqualTo("vote.example.com /api/*");
    assertThat(routes.getJsonObject(0).getDouble("success")).isEqualTo(1);
    assertThat(routes.getJsonObject(0).getDouble("p99")).isBetween(9.9, 10.1);
    assertThat(routes.getJsonObject(1).getLong("total")).isZero();
    assertThat(routes.getJsonObject(2).getString("match")).isEqualTo("no route matched");
    assertThat(json.getJsonArray("sinks").getJsonObject(0).getLong("dropped")).isEqualTo(3);
    assertThat(json.getBoolean("store")).isTrue();
    assertThat(json.getBoolean("ready")).isTrue();
    store.close();
  }

  @Test
  void storeThatIsOff_saysSo() throws Exception {
    start(null);
    Answer answer = RawHttp.get(port(), "/zipkin/");
    assertThat(answer.status()).isEqualTo(404);
    assertThat(answer.body()).contains("tracing.store");
  }

  @Test
  void portInUse_isToldWithKeyAndAddress() throws Exception {
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      AdminPolicy policy =
          new AdminPolicy(new BindAddress("127.0.0.1", taken.getLocalPort()), null, null);
      assertThatThrownBy(() -> start(policy, null))
          .isInstanceOf(ExecutionException.class)
          .cause()
          .isInstanceOf(IOException.class)
          .hasMessageContaining(
              "admin.address: cannot listen on 127.0.0.1:" + taken.getLocalPort());
      AdminPolicy probe =
          new AdminPolicy(
              new BindAddress("127.0.0.1", 0),
              new BindAddress("127.0.0.1", taken.getLocalPort()),
              null);
      assertThatThrownBy(() -> start(probe, null)).cause().hasMessageContaining("probeAddress");
    }
  }

  private void start(TraceStore store) throws Exception {
    BindAddress any = new BindAddress("127.0.0.1", 0);
    start(new AdminPolicy(any, any, null), store);
  }

  private void start(AdminPolicy policy, TraceStore store) throws Exception {
    SinkView sink =
        new SinkView(
            "zipkin:9411",
            Map.of(Outcome.REPORTED, 40L, Outcome.DROPPED_REJECTED, 3L),
            2,
            900,
            0.4,
            null);
    AdminViews views =
        new AdminViews(
            "0.1.0",
            snapshots,
            control,
            () -> notReady,
            metrics,
            List.of(new ProcessMetrics()),
            () -> new ReportView(List.of(sink)),
            store);
    server =
        AdminServer.start(vertx, policy, views)
            .toCompletionStage()
            .toCompletableFuture()
            .get(10, TimeUnit.SECONDS);
  }

  private int port() {
    return server.address().port();
  }

  private void request(String route, int status) throws Exception {
    onLoop(
        () -> {
          RouteRecorder recorder = recorded.route(route);
          recorder.started();
          recorder.finished("GET", status, TimeUnit.MILLISECONDS.toNanos(10), 0, 5, null);
        });
  }

  /** Has the sampler decide as many requests that only the default speaks of. */
  private void decisions(int count) throws Exception {
    SplittableRandom ids = new SplittableRandom(count);
    onLoop(
        () -> {
          for (int i = 0; i < count; i++) {
            recorded.decision(
                snapshots.get().sampler().decide(new AnyRequest(), null, ids.nextLong()));
          }
        });
  }

  private record AnyRequest() implements SamplingFacts {
    @Override
    public String route() {
      return null;
    }

    @Override
    public String method() {
      return "GET";
    }

    @Override
    public String host() {
      return "vote.example.com";
    }

    @Override
    public String path() {
      return "/";
    }

    @Override
    public String header(String name) {
      return null;
    }

    @Override
    public byte[] client() {
      return new byte[4];
    }

    @Override
    public boolean trusted() {
      return false;
    }
  }

  private void onLoop(Runnable task) throws Exception {
    loop.submit(task).get(10, TimeUnit.SECONDS);
  }

  private static Configuration configuration(double rate) {
    Route votes =
        route(
            "votes",
            new RouteMatch(
                List.of("vote.example.com"),
                new PathMatch.Prefix("/api"),
                Set.of(),
                List.of(),
                List.of()),
            SamplingRule.ofRoute("votes", new Verdict.Share(ProbabilisticRate.of(0.1))));
    TracingPolicy tracing =
        new TracingPolicy(
            true,
            "headwater",
            PropagationPolicy.DEFAULT,
            RequestIdPolicy.DEFAULT,
            SamplingPolicy.of(ProbabilisticRate.of(rate)),
            true,
            null,
            List.of(),
            null,
            SpanPolicy.DEFAULT,
            ResponseTracePolicy.NONE);
    ListenerPolicy web =
        new ListenerPolicy(
            "web",
            new BindAddress("127.0.0.1", 8080),
            false,
            null,
            NetworkSet.NONE,
            NetworkSet.NONE,
            TrustPolicy.RESTART,
            ListenerPropagation.NONE,
            Limits.DEFAULT,
            EncodedSlash.REJECT,
            ListenerPolicy.ALL_PROTOCOLS,
            Http2Policy.DEFAULT);
    return new Configuration(
        List.of(web),
        List.of(),
        List.of(votes, route("rest", RouteMatch.ALL, null)),
        tracing,
        null,
        LogPolicy.DEFAULT,
        DrainPolicy.DEFAULT,
        ProcessLimits.DEFAULT,
        AdminPolicy.DEFAULT);
  }

  private static Route route(String name, RouteMatch match, SamplingRule sampling) {
    return new Route(
        name,
        match,
        List.of(),
        new DirectResponse(200, Map.of(), "ok"),
        List.of(),
        Timeouts.DEFAULT,
        RetryPolicy.DEFAULT,
        sampling,
        null,
        RouteLimits.NONE);
  }
}
