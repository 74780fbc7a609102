package dev.headwater.routes.compile;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headwater.routes.AccessLogPolicy;
import dev.headwater.routes.AdminPolicy;
import dev.headwater.routes.BindAddress;
import dev.headwater.routes.Configuration;
import dev.headwater.routes.DirectResponse;
import dev.headwater.routes.DrainPolicy;
import dev.headwater.routes.Endpoint;
import dev.headwater.routes.FieldMatch;
import dev.headwater.routes.HeaderFilter;
import dev.headwater.routes.Limits;
import dev.headwater.routes.LogPolicy;
import dev.headwater.routes.PathMatch;
import dev.headwater.routes.PoolPolicy;
import dev.headwater.routes.ProcessLimits;
import dev.headwater.routes.PropagationPolicy;
import dev.headwater.routes.RetryPolicy;
import dev.headwater.routes.Route;
import dev.headwater.routes.RouteLimits;
import dev.headwater.routes.RouteMatch;
import dev.headwater.routes.SinkFormat;
import dev.headwater.routes.SinkPolicy;
import dev.headwater.routes.StorePolicy;
import dev.headwater.routes.Timeouts;
import dev.headwater.routes.TrustPolicy;
import dev.headwater.routes.Upstream;
import dev.headwater.routes.ValueMatch;
import dev.headwater.routes.match.EncodedSlash;
import dev.headwater.sampling.baggage.BaggagePolicy;
import dev.headwater.sampling.network.NetworkSet;
import dev.headwater.sampling.propagation.TraceFormat;
import dev.headwater.sampling.propagation.TrustMode;
import dev.headwater.sampling.propagation.Unsampled;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ConfigurationLoaderTest {
  private static Configuration configuration(String yaml) {
    Loaded loaded = ConfigurationLoader.load(ConfigurationInput.of(yaml, "f.yaml"));
    assertThat(loaded.problems()).isEmpty();
    return loaded.configuration().orElseThrow();
  }

  private static final String ONE_UPSTREAM =
      "upstreams: [{name: u, endpoints: [\"http://127.0.0.1:1\"]}]\n";

  private static List<String> problems(String yaml) {
    return ConfigurationLoader.load(ConfigurationInput.of(yaml, "f.yaml")).problems().stream()
        .map(Object::toString)
        .toList();
  }

  private static Route route(String keys) {
    String yaml = ONE_UPSTREAM + "routes: [{name: r, to: [{upstream: u}], " + keys + "}]";
    return configuration(yaml).routes().get(0);
  }

  @Test
  void load_nothing_givesTheDefaultsOfTheValues() {
    Configuration configuration = configuration("");
    assertThat(configuration.listeners()).hasSize(1);
    assertThat(configuration.listeners().get(0).address())
        .isEqualTo(new BindAddress("127.0.0.1", 8080));
    assertThat(configuration.listeners().get(0).limits()).isEqualTo(Limits.DEFAULT);
    assertThat(configuration.listeners().get(0).trace()).isEqualTo(TrustPolicy.RESTART);
    assertThat(configuration.listeners().get(0).forwarded()).isEqualTo(NetworkSet.NONE);
    assertThat(configuration.admin()).isEqualTo(AdminPolicy.DEFAULT);
    assertThat(configuration.drain()).isEqualTo(DrainPolicy.DEFAULT);
    assertThat(configuration.log()).isEqualTo(LogPolicy.DEFAULT);
    assertThat(configuration.accessLog()).isNull();
    assertThat(configuration.tracing().propagation()).isEqualTo(PropagationPolicy.DEFAULT);
    assertThat(configuration.tracing().enabled()).isTrue();
    assertThat(configuration.tracing().hasSink()).isFalse();
  }

  @Test
  void load_minimalRoute_givesTheDefaultsOfTheValues() {
    Route route = route("");
    assertThat(route.match()).isEqualTo(RouteMatch.ALL);
    assertThat(route.timeouts()).isEqualTo(Timeouts.DEFAULT);
    assertThat(route.retry()).isEqualTo(RetryPolicy.DEFAULT);
    assertThat(route.to()).containsExactly(new Route.WeightedUpstream("u", 1));
    assertThat(route.sampling()).isNull();
    assertThat(route.trace()).isNull();
    Upstream upstream = configuration(ONE_UPSTREAM).upstreams().get(0);
    assertThat(upstream.pool()).isEqualTo(PoolPolicy.DEFAULT);
    assertThat(upstream.balance()).isEqualTo(Upstream.Balance.ROUND_ROBIN);
    assertThat(upstream.host()).isNull();
    assertThat(upstream.inject()).isNull();
  }

  @Test
  void load_limitsOutOfRange_areRefusedWithTheirRange() {
    String text =
        ONE_UPSTREAM
            + """
            limits: {connections: 0, inFlight: 0, heapClose: 0.9, heapRefuse: 1.1}
            listeners: [{name: web, address: ":1", limits: {bodyRate: 2GiB, bodyGrace: 1ms}}]
            """;
    assertThat(problems(text))
        .hasSize(5)
        .allSatisfy(problem -> assertThat(problem).contains("expected"));
    assertThat(problems(ONE_UPSTREAM + "limits: {heapClose: 0.96}\n"))
        .singleElement()
        .asString()
        .contains("limits.heapClose: 0.96", "expected at most heapRefuse, 0.95");
  }

  @Test
  void load_everyKey_isUnderstood() {
    Configuration configuration = configuration(Fixtures.text("full.yaml"));
    assertThat(configuration.listeners()).hasSize(2);
    var web = configuration.listeners().get(0);
    assertThat(web.address()).isEqualTo(new BindAddress("::", 8443));
    assertThat(web.reusePort()).isTrue();
    assertThat(web.forwarded()).isEqualTo(NetworkSet.of(List.of("192.0.2.0/24", "2001:db8::/32")));
    assertThat(web.trace())
        .isEqualTo(new TrustPolicy(TrustMode.CONTINUE_IDS, NetworkSet.of(List.of("10.0.0.1"))));
    assertThat(web.encodedSlash()).isEqualTo(EncodedSlash.KEEP);
    assertThat(web.limits())
        .isEqualTo(
            new Limits(
                16 << 10,
                50,
                4 << 10,
                1 << 20,
                Duration.ofMillis(2500),
                Duration.ofMinutes(1),
                Duration.ofSeconds(20),
                2 << 10,
                Duration.ofSeconds(15),
                10));
    Upstream voting = configuration.upstreams().get(0);
    assertThat(voting.endpoints())
        .containsExactly(
            new Endpoint("127.0.0.1", 9001),
            new Endpoint("voting", 80, Endpoint.Protocol.H2C),
            new Endpoint("::1", 9003));
    assertThat(voting.balance()).isEqualTo(Upstream.Balance.LEAST_REQUEST);
    assertThat(voting.host()).isEqualTo("voting.internal:81");
    assertThat(voting.pool())
        .isEqualTo(new PoolPolicy(5, 0, Duration.ofHours(1), Duration.ofMillis(250)));
    assertThat(voting.inject()).containsExactly(TraceFormat.B3_SINGLE, TraceFormat.TRACECONTEXT);
    Route votes = configuration.routes().get(0);
    assertThat(votes.match().hosts()).containsExactly("vote.example.com", "*.vote.example.com");
    assertThat(votes.match().path()).isEqualTo(new PathMatch.Prefix("/api"));
    assertThat(votes.match().methods()).containsExactlyInAnyOrder("GET", "POST");
    assertThat(votes.match().headers())
        .startsWith(
            new FieldMatch("x-kind", new ValueMatch.Exact("1")),
            new FieldMatch("x-any", new ValueMatch.Present()))
        .hasSize(3);
    assertThat(votes.match().query())
        .containsExactly(new FieldMatch("q", new ValueMatch.Exact("y")));
    assertThat(votes.filters())
        .containsExactly(
            new HeaderFilter(
                HeaderFilter.Direction.REQUEST,
                Map.of("x-set", "true"),
                Map.of("x-add", "b"),
                List.of("x-drop")),
            new HeaderFilter(
                HeaderFilter.Direction.RESPONSE, Map.of("server", "h"), Map.of(), List.of()));
    assertThat(votes.to())
        .containsExactly(
            new Route.WeightedUpstream("voting", 9), new Route.WeightedUpstream("canary", 1));
    assertThat(votes.timeouts())
        .isEqualTo(
            new Timeouts(
                Duration.ofSeconds(10),
                Duration.ofSeconds(5),
                Duration.ofMinutes(2),
                Duration.ofSeconds(30)));
    assertThat(votes.retry().statuses()).containsExactlyInAnyOrder(503, 429);
    assertThat(votes.retry().conditions())
        .containsExactlyInAnyOrder(
            RetryPolicy.Condition.CONNECT,
            RetryPolicy.Condition.RESET,
            RetryPolicy.Condition.TIMEOUT);
    assertThat(votes.retry().budget()).isEqualTo(new RetryPolicy.Budget(0.5, 3));
    assertThat(votes.sampling().verdict().rate().rate()).isEqualTo(0.00001);
    assertThat(votes.trace().strangers()).isEqualTo(TrustMode.RESTART);
    assertThat(votes.limits()).isEqualTo(new RouteLimits(40));
    Route health = configuration.routes().get(1);
    assertThat(health.respond())
        .isEqualTo(new DirectResponse(503, Map.of("retry-after", "5"), "not now\n"));
    assertThat(health.to()).isEmpty();
    assertThat(configuration.routes().get(2).match().path())
        .isInstanceOfSatisfying(
            PathMatch.Regex.class, r -> assertThat(r.template()).isEqualTo("/img/[0-9]+"));
    var tracing = configuration.tracing();
    assertThat(tracing.service()).isEqualTo("edge");
    assertThat(tracing.propagation())
        .isEqualTo(
            new PropagationPolicy(
                List.of(TraceFormat.TRACECONTEXT, TraceFormat.B3_SINGLE),
                List.of(TraceFormat.B3_MULTI, TraceFormat.TRACECONTEXT),
                true,
                Unsampled.INHERIT,
                null,
                BaggagePolicy.NONE));
    assertThat(tracing.requestId().envoyReason()).isTrue();
    assertThat(tracing.sampling().rate().rate()).isEqualTo(0.0001);
    assertThat(tracing.samplingGiven()).isTrue();
    assertThat(tracing.report())
        .containsExactly(
            SinkPolicy.to(URI.create("http://127.0.0.1:9411/api/v2/spans"))
                .with(new SinkFormat(SinkFormat.Encoding.JSON, false, true)));
    assertThat(tracing.store()).isEqualTo(new StorePolicy(1000));
    assertThat(tracing.response().header()).isEqualTo("x-trace-id");
    assertThat(configuration.accessLog())
        .isEqualTo(new AccessLogPolicy("access.log", AccessLogPolicy.Format.COMBINED));
    assertThat(configuration.log())
        .isEqualTo(new LogPolicy(LogPolicy.Level.DEBUG, LogPolicy.Format.JSON));
    assertThat(configuration.drain())
        .isEqualTo(new DrainPolicy(Duration.ofSeconds(5), Duration.ofMinutes(1)));
    assertThat(configuration.limits()).isEqualTo(new ProcessLimits(100, 50, 0.8, 0.85));
    assertThat(configuration.admin())
        .isEqualTo(
            new AdminPolicy(
                new BindAddress("::1", 9900), new BindAddress("0.0.0.0", 9901), "admin.token"));
  }

  @ParameterizedTest
  @CsvSource({
    "127.0.0.1:0, 127.0.0.1, 0",
    "':8080', '::', 8080",
    "'[::]:80', '::', 80",
    "LocalHost:65535, localhost, 65535",
  })
  void address_everyForm_isUnderstood(String written, String host, int port) {
    String yaml = "listeners: [{name: l, address: \"" + written + "\"}]";
    assertThat(configuration(yaml).listeners().get(0).address())
        .isEqualTo(new BindAddress(host, port));
  }

  @ParameterizedTest
  @CsvSource({
    "http://zipkin, http://zipkin/api/v2/spans",
        "http://zipkin:9411/, http://zipkin:9411/api/v2/spans",
    "http://zipkin:9411/x/spans, http://zipkin:9411/x/spans",
        "http://[::1]:9411, http://[::1]:9411/api/v2/spans",
  })
  void zipkin_withoutPath_getsTheOneOfTheProtocol(String written, String expected) {
    String yaml = "tracing: {report: [{zipkin: \"" + written + "\"}]}";
    assertThat(configuration(yaml).tracing().report().get(0).url()).isEqualTo(URI.create(expected));
  }

  @Test
  void sampling_withoutSinkAndNotGiven_isOff() {
    var tracing = configuration("tracing: {service: x}").tracing();
    assertThat(tracing.sampling().rate().rate()).isZero();
    assertThat(tracing.samplingGiven()).isFalse();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "tracing: {store: {}} | 1.0 | false",
        "tracing: {report: [{zipkin: \"http://z\"}]} | 1.0 | false",
        "tracing: {report: []} | 0.0 | false",
        "tracing: {sampling: {}} | 1.0 | true",
        "tracing: {sampling: {rate: 0.25}} | 0.25 | true",
      })
  void sampling_withSinkOrGiven_isInForce(String yaml, double rate, boolean given) {
    var tracing = configuration(yaml).tracing();
    assertThat(tracing.sampling().rate().rate()).isEqualTo(rate);
    assertThat(tracing.samplingGiven()).isEqualTo(given);
  }

  @Test
  void retry_serverErrors_areAllStatusesFrom500() {
    assertThat(route("retry: {on: [5xx]}").retry().statuses()).hasSize(100).contains(500, 599);
    assertThat(route("retry: {on: [503, \"502\"]}").retry().statuses()).isEqualTo(Set.of(503, 502));
  }

  @Test
  void match_hosts_areBroughtToNormalForm() {
    assertThat(route("match: {hosts: [A.Test., \"*.B.test\"]}").match().hosts())
        .containsExactly("a.test", "*.b.test");
    assertThat(route("match: {hosts: [a.test, \"*\"]}").match().hosts()).isEmpty();
  }
}
