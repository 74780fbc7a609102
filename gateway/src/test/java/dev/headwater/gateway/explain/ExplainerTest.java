package dev.headwater.gateway.explain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.headwater.routes.AdminPolicy;
import dev.headwater.routes.BindAddress;
import dev.headwater.routes.Configuration;
import dev.headwater.routes.DrainPolicy;
import dev.headwater.routes.Endpoint;
import dev.headwater.routes.HeaderFilter;
import dev.headwater.routes.Http2Policy;
import dev.headwater.routes.Limits;
import dev.headwater.routes.ListenerPolicy;
import dev.headwater.routes.ListenerPropagation;
import dev.headwater.routes.LogPolicy;
import dev.headwater.routes.PathMatch;
import dev.headwater.routes.PoolPolicy;
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
import dev.headwater.routes.TrustedIdentities;
import dev.headwater.routes.Upstream;
import dev.headwater.routes.UpstreamTls;
import dev.headwater.routes.match.EncodedSlash;
import dev.headwater.sampling.SamplingPolicy;
import dev.headwater.sampling.baggage.BaggagePolicy;
import dev.headwater.sampling.network.NetworkSet;
import dev.headwater.sampling.propagation.TraceFormat;
import dev.headwater.sampling.propagation.TrustMode;
import dev.headwater.sampling.propagation.Unsampled;
import dev.headwater.sampling.rate.ProbabilisticRate;
import dev.headwater.sampling.rule.SamplingRule;
import dev.headwater.sampling.rule.Verdict;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ExplainerTest {
  private static final String CALLER = "463ac35c9f6413ad48485a3953bb6124-a2fb4a1d1a96d312-1";
  private static final String TRUSTED = "192.0.2.7";

  private double rate = 0.5;
  private TrustMode strangers = TrustMode.RESTART;
  private EncodedSlash slashes = EncodedSlash.REJECT;
  private List<TraceFormat> inject = List.of(TraceFormat.B3_MULTI);

  @Test
  void probabilityIsShown_whenNothingDecidesYet() {
    Explanation explanation = explain("http://vote.example.com/api/list", List.of(), null, null);

    assertThat(explanation.route()).isEqualTo("votes");
    assertThat(explanation.template()).isEqualTo("prefix /api");
    assertThat(explanation.sampling())
        .isEqualTo(new Explanation.Sampling(null, "default", "default", 0.5));
    assertThat(explanation.upstream())
        .containsEntry("X-B3-TraceId", "<trace id>")
        .containsEntry("X-B3-SpanId", "<span id>")
        .containsEntry("X-B3-Sampled", "1 or 0")
        .doesNotContainKey("X-B3-ParentSpanId");
  }

  @ParameterizedTest
  @CsvSource({
    "463ac35c9f6413ad3fffffffffffffff, true",
    "463ac35c9f6413ad4000000000000000, true",
    "463ac35c9f6413ad4000000000000001, false",
    "463ac35c9f6413ad8000000000000000, false",
    "0000000000000001, true",
  })
  void decisionIsTheCollectorsFormula_whenATraceIdIsGiven(String traceId, boolean sampled) {
    Explanation explanation = explain("http://vote.example.com/api/list", List.of(), null, traceId);

    assertThat(explanation.sampling().sampled()).isEqualTo(sampled);
    assertThat(explanation.upstream().get("X-B3-Sampled")).isEqualTo(sampled ? "1" : "0");
    assertThat(explanation.upstream().get("X-B3-TraceId")).endsWith(traceId);
  }

  @ParameterizedTest
  @CsvSource({"0, false", "1, true"})
  void nothingIsLeftToChance_whenTheRateIsNoneOrAll(double every, boolean sampled) {
    rate = every;

    Explanation explanation = explain("http://vote.example.com/api/list", List.of(), null, null);

    assertThat(explanation.sampling().sampled()).isEqualTo(sampled);
  }

  @Test
  void theRoutesOwnRuleDecides_whenItHasOne() {
    Explanation explanation = explain("http://shop.example.com/", List.of(), null, null);

    assertThat(explanation.sampling())
        .isEqualTo(new Explanation.Sampling(null, "route:shop", "rule", 0.1));
  }

  @Test
  void aStrangersContextIsNotBelieved_whenTracesRestart() {
    Explanation explanation =
        explain("http://vote.example.com/api", List.of("b3: " + CALLER, "sw8: x"), null, null);

    assertThat(explanation.trust()).startsWith("restart");
    assertThat(explanation.sampling().reason()).isEqualTo("default");
    assertThat(explanation.traceHeaders())
        .extracting(Explanation.TraceHeader::verdict)
        .containsExactly(
            "removed, not believed; the trace id is kept as tag client.trace_id",
            "removed, never read");
    assertThat(explanation.upstream()).doesNotContainKeys("b3", "sw8");
  }

  @Test
  void idsContinueAndTheDecisionIsOurs_whenStrangersMayContinue() {
    strangers = TrustMode.CONTINUE_IDS;

    Explanation explanation =
        explain("http://vote.example.com/api", List.of("b3: " + CALLER), null, "463ac35c9f6413ad");

    assertThat(explanation.sampling().sampled()).isNull();
    assertThat(explanation.upstream())
        .containsEntry("X-B3-TraceId", "463ac35c9f6413ad48485a3953bb6124");
    assertThat(explanation.notes()).anyMatch(note -> note.startsWith("trace-id is not used"));
  }

  @Test
  void theCallersDecisionIsInherited_whenItIsTrusted() {
    rate = 0;

    Explanation explanation =
        explain("http://vote.example.com/api", List.of("b3: " + CALLER), TRUSTED, null);

    assertThat(explanation.sampling().sampled()).isTrue();
    assertThat(explanation.sampling().reason()).isEqualTo("inherited");
    assertThat(explanation.traceHeaders().get(0).verdict()).isEqualTo("believed; written anew");
  }

  @Test
  void everyFormatIsShownWithTheSameIds_whenSeveralAreWritten() {
    inject = List.of(TraceFormat.B3_SINGLE, TraceFormat.TRACECONTEXT);
    rate = 1;

    Explanation explanation = explain("http://vote.example.com/api", List.of(), null, null);

    assertThat(explanation.upstream())
        .containsEntry("b3", "<trace id>-<span id>-1")
        .hasEntrySatisfying(
            "traceparent", value -> assertThat(value).contains("<trace id>-<span id>"));
  }

  @Test
  void headersAreThoseLeftAfterHopByHopAndFilters() {
    Explanation explanation =
        explain(
            "http://vote.example.com/api",
            List.of("Connection: close, X-Mine", "X-Mine: 1", "X-Gone: 1", "Accept: text/html"),
            null,
            null);

    assertThat(explanation.upstream())
        .containsEntry("Accept", "text/html")
        .containsEntry("x-edge", "headwater")
        .containsEntry("Host", "vote.example.com")
        .containsEntry("X-Forwarded-For", "<client address>")
        .containsEntry("X-Request-ID", "<request id>")
        .doesNotContainKeys("Connection", "X-Mine", "X-Gone");
  }

  @Test
  void noRouteAndRefusedPathsAreSaid() {
    assertThat(explain("http://other.example.com/", List.of(), null, null).answer())
        .startsWith("404");
    assertThat(explain("http://vote.example.com/a%2fb", List.of(), null, null).answer())
        .isEqualTo("400: encoded slash in path");
    slashes = EncodedSlash.KEEP;
    assertThat(explain("http://vote.example.com/api/a%2fb", List.of(), null, null).route())
        .isEqualTo("votes");
  }

  @ParameterizedTest
  @CsvSource({
    "Host: a b, 400",
    "Expect: x, 417",
    "Content-Length: 1x, 400",
    "Transfer-Encoding: gzip, 400"
  })
  void whatTheListenerRefuses_isSaid(String header, String status) {
    assertThat(explain("http://vote.example.com/api", List.of(header), null, null).answer())
        .startsWith(status + ": ");
  }

  @Test
  void jsonCarriesTheSame() {
    var json = explain("http://vote.example.com/api", List.of(), null, null).toJson();

    assertThat(json.getJsonObject("sampling").getDouble("probability")).isEqualTo(0.5);
    assertThat(json.getJsonObject("upstreamHeaders").getString("X-B3-TraceId"))
        .isEqualTo("<trace id>");
  }

  @ParameterizedTest
  @CsvSource({
    "GET, example.com/api, , , 'url: '",
    "GET, ftp://example.com/, , , 'url: '",
    "G T, http://example.com/, , , 'method: '",
    "GET, http://example.com/, x.example.com, , 'from: '",
    "GET, http://example.com/, , 463AC35C9F6413AD, 'trace-id: '",
    "GET, http://example.com/, , 463ac35c9f6413ad0000000000000000, 'trace-id: '",
  })
  void messagesNameWhatIsWrong(
      String method, String url, String from, String traceId, String message) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> ExplainQuery.parse(method, url, List.of(), from, traceId))
        .withMessageStartingWith(message)
        .withMessageContaining("expected");
  }

  private String trust(@Nullable String identity) {
    ExplainQuery query =
        ExplainQuery.parse("GET", "https://vote.example.com/", List.of(), null, null);
    return Explainer.of(configuration()).explain(query.as(identity)).trust();
  }

  private Explanation explain(String url, List<String> headers, String from, String traceId) {
    return Explainer.of(configuration())
        .explain(ExplainQuery.parse("GET", url, headers, from, traceId));
  }

  private Configuration configuration() {
    TrustPolicy trust =
        new TrustPolicy(
            strangers,
            NetworkSet.of(List.of("192.0.2.0/24")),
            TrustedIdentities.of(List.of("spiffe://mesh/ns/web", "*.internal.example")));
    HeaderFilter filter =
        new HeaderFilter(
            HeaderFilter.Direction.REQUEST,
            Map.of("x-edge", "headwater"),
            Map.of(),
            List.of("x-gone"));
    return new Configuration(
        List.of(
            new ListenerPolicy(
                "web",
                new BindAddress("127.0.0.1", 8080),
                false,
                null,
                NetworkSet.NONE,
                NetworkSet.NONE,
                trust,
                ListenerPropagation.NONE,
                Limits.DEFAULT,
                slashes,
                ListenerPolicy.ALL_PROTOCOLS,
                Http2Policy.DEFAULT)),
        List.of(
            new Upstream(
                "voting",
                List.of(new Endpoint("127.0.0.1", 9001)),
                Upstream.Balance.ROUND_ROBIN,
                null,
                PoolPolicy.DEFAULT,
                UpstreamTls.DEFAULT,
                null,
                null,
                null)),
        List.of(
            route("votes", "vote.example.com", "/api", List.of(filter), null),
            route(
                "shop",
                "shop.example.com",
                "/",
                List.of(),
                SamplingRule.ofRoute("shop", new Verdict.Share(ProbabilisticRate.of(0.1))))),
        new TracingPolicy(
            true,
            "headwater",
            new PropagationPolicy(
                TraceFormat.DEFAULT_EXTRACT,
                inject,
                false,
                Unsampled.INHERIT,
                null,
                BaggagePolicy.NONE),
            RequestIdPolicy.DEFAULT,
            SamplingPolicy.of(ProbabilisticRate.of(rate)),
            true,
            null,
            List.of(),
            StorePolicy.DEFAULT,
            SpanPolicy.DEFAULT,
            ResponseTracePolicy.NONE),
        null,
        LogPolicy.DEFAULT,
        DrainPolicy.DEFAULT,
        ProcessLimits.DEFAULT,
        AdminPolicy.DEFAULT);
  }

  private static Route route(
      String name, String host, String prefix, List<HeaderFilter> filters, SamplingRule own) {
    return new Route(
        name,
        new RouteMatch(List.of(host), new PathMatch.Prefix(prefix), Set.of(), List.of(), List.of()),
        filters,
        null,
        List.of(new Route.WeightedUpstream("voting", 1)),
        Timeouts.DEFAULT,
        RetryPolicy.DEFAULT,
        own,
        null,
        RouteLimits.NONE);
  }

  @Test
  void identityThatIsTrusted_isTrustedWhateverTheAddress() {
    for (String name :
        List.of("spiffe://mesh/ns/web", "a.internal.example", "A.B.internal.example")) {
      assertThat(trust(name)).startsWith("trusted").contains(" as " + name);
    }
    for (String name :
        List.of("spiffe://mesh/ns/other", "internal.example", "x://a.internal.example")) {
      assertThat(trust(name)).startsWith("restart");
    }
    assertThat(trust(null)).startsWith("restart").doesNotContain(" as ");
  }
}
