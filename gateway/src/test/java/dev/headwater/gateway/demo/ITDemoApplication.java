package dev.headwater.gateway.demo;

import static dev.headwater.gateway.demo.CollectorStandIn.await;
import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Vertx;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import zipkin2.Span;

class ITDemoApplication {
  private static final String TRACE = "463ac35c9f6413ad48485a3953bb6124";
  private static final String CALLER = "a2fb4a1d1a96d312";
  private static final int SPANS_OF_A_VOTE = 15;

  private final Vertx vertx = Vertx.vertx();
  private final HttpClient http = HttpClient.newHttpClient();
  private CollectorStandIn collector;
  private DemoApplication demo;

  @BeforeEach
  void collect() throws Exception {
    collector = new CollectorStandIn(vertx);
  }

  @AfterEach
  void close() throws Exception {
    if (demo != null) {
      await(demo.close());
    }
    await(vertx.close());
  }

  @Test
  void fourProxySpansPerMeshedHop_whenAVoteIsSampled() throws Exception {
    start(Mischief.NONE);

    assertThat(post("/api/vote?choice=pizza", "1").statusCode()).isEqualTo(200);

    List<Span> spans = collector.when(all -> all.size() >= SPANS_OF_A_VOTE);
    assertThat(spans).hasSize(SPANS_OF_A_VOTE).allMatch(span -> span.traceId().equals(TRACE));
    List<String> edge = List.of("SERVER web-proxy", "CLIENT web-proxy", "SERVER web");
    List<String> toEmoji =
        List.of(
            "CLIENT web",
            "SERVER web-proxy",
            "CLIENT web-proxy",
            "SERVER emoji-proxy",
            "CLIENT emoji-proxy",
            "SERVER emoji");
    List<String> toVoting = toEmoji.stream().map(part -> part.replace("emoji", "voting")).toList();
    assertThat(pathTo(spans, "emoji")).isEqualTo(concat(edge, toEmoji));
    assertThat(pathTo(spans, "voting")).isEqualTo(concat(edge, toVoting));
  }

  @Test
  void everySpanLiesInsideItsParent_exceptWhereAProxyEndsAtTheHead() throws Exception {
    start(Mischief.NONE);
    post("/api/vote?choice=pizza", "1");
    List<Span> spans = collector.when(all -> all.size() >= SPANS_OF_A_VOTE);

    Map<String, Span> byId =
        spans.stream().collect(Collectors.toMap(Span::id, Function.identity()));

    assertThat(byId).hasSize(SPANS_OF_A_VOTE);
    assertThat(spans)
        .allSatisfy(
            span -> {
              Span parent = byId.get(span.parentId());
              if (parent != null) {
                assertThat(span.timestampAsLong()).isGreaterThanOrEqualTo(parent.timestampAsLong());
              }
            });
  }

  @Test
  void proxySpansCarryLinkerdsLabels() throws Exception {
    start(Mischief.NONE);
    post("/api/vote?choice=pizza", "1");

    Span outbound =
        collector.when(all -> all.size() >= SPANS_OF_A_VOTE).stream()
            .filter(span -> "/votes/pizza".equals(span.name()))
            .filter(span -> "outbound".equals(span.tags().get("direction")))
            .findFirst()
            .orElseThrow();

    assertThat(outbound.tags())
        .containsEntry("http.request.method", "POST")
        .containsEntry("url.path", "/votes/pizza")
        .containsEntry("server.address", "voting")
        .containsEntry("http.response.status_code", "200");
  }

  @Test
  void nothingIsReported_whenTheEdgeDecidedNotToSample() throws Exception {
    start(Mischief.NONE);

    post("/api/vote?choice=pizza", "0");
    post("/api/vote?choice=taco", "1");

    List<Span> spans = collector.when(all -> all.size() >= SPANS_OF_A_VOTE);
    assertThat(spans.stream().filter(span -> span.localServiceName().endsWith("-proxy")))
        .noneMatch(span -> span.tags().get("url.path").contains("pizza"));
  }

  @Test
  void nothingIsReported_whenNobodyBeganATrace() throws Exception {
    start(Mischief.NONE);

    http.send(request("/api/list").build(), BodyHandlers.ofString());
    post("/api/vote?choice=taco", "1");

    List<Span> spans = collector.when(all -> all.size() >= SPANS_OF_A_VOTE);
    assertThat(spans).hasSize(SPANS_OF_A_VOTE).allMatch(span -> span.traceId().equals(TRACE));
  }

  @Test
  void anErrorIsOnTheSpanOfTheServiceThatFailed() throws Exception {
    start(new Mischief(1, 1, Duration.ofMillis(20), Duration.ofMillis(20)));

    assertThat(post("/api/vote?choice=pizza", "1").statusCode()).isEqualTo(500);

    Span voting =
        collector.when(all -> all.size() >= SPANS_OF_A_VOTE).stream()
            .filter(span -> "voting".equals(span.localServiceName()))
            .findFirst()
            .orElseThrow();
    assertThat(voting.tags()).containsEntry("error", "500").containsKey("demo.mischief");
    assertThat(voting.durationAsLong()).isGreaterThanOrEqualTo(20_000);
  }

  @Test
  void thePageShowsBallotAndBoard_afterAVote() throws Exception {
    start(Mischief.NONE);

    HttpResponse<String> voted = post("/vote?choice=rocket", "1");
    assertThat(voted.statusCode()).isEqualTo(303);
    String next = voted.headers().firstValue("Location").orElseThrow();
    assertThat(next).isEqualTo("/?voted=rocket&trace=" + TRACE);

    String page = http.send(request(next).build(), BodyHandlers.ofString()).body();
    assertThat(page)
        .contains("/vote?choice=doughnut")
        .contains("You voted for rocket")
        .contains("http://127.0.0.1:9900/zipkin/traces/" + TRACE)
        .contains("<td>rocket</td><td>1</td>");
  }

  @Test
  void markupInParametersStaysOut_ofThePage() throws Exception {
    start(Mischief.NONE);

    String page =
        http.send(request("/?voted=%3Cb%3E&trace=%22onclick").build(), BodyHandlers.ofString())
            .body();

    assertThat(page).doesNotContain("<b>").doesNotContain("onclick");
  }

  @Test
  void theBotSendsAContextOfItsOwn() throws Exception {
    start(Mischief.NONE);
    URI web = demo.url();
    VoteBot bot = VoteBot.start(vertx, web, Duration.ofMillis(50), new Random(7));

    List<Span> spans =
        collector.when(
            all -> all.stream().anyMatch(span -> "voting".equals(span.localServiceName())));
    await(bot.close());

    assertThat(spans).anyMatch(span -> "/api/list".equals(span.name()));
    assertThat(spans).allMatch(span -> span.traceId().length() == 32);
  }

  private void start(Mischief voting) throws Exception {
    URI ui = URI.create("http://127.0.0.1:9900/zipkin/");
    demo =
        await(
            DemoApplication.start(
                vertx,
                new DemoOptions(collector::url, () -> ui, voting, Mischief.NONE, new Random(1))));
  }

  private HttpRequest.Builder request(String target) {
    return HttpRequest.newBuilder(demo.url().resolve(target)).timeout(Duration.ofSeconds(10));
  }

  private HttpResponse<String> post(String target, String sampled) throws Exception {
    return http.send(
        request(target)
            .header("X-B3-TraceId", TRACE)
            .header("X-B3-SpanId", CALLER)
            .header("X-B3-Sampled", sampled)
            .POST(BodyPublishers.noBody())
            .build(),
        BodyHandlers.ofString());
  }

  /** Kind and service of each span from the caller down to a service's own. */
  private static List<String> pathTo(List<Span> spans, String service) {
    Map<String, Span> byId =
        spans.stream().collect(Collectors.toMap(Span::id, Function.identity()));
    Span at =
        spans.stream()
            .filter(span -> service.equals(span.localServiceName()))
            .findFirst()
            .orElseThrow();
    List<String> path = new ArrayList<>();
    while (at != null) {
      path.add(0, at.kind() + " " + at.localServiceName());
      if (!byId.containsKey(at.parentId())) {
        assertThat(at.parentId()).isEqualTo(CALLER);
      }
      at = byId.get(at.parentId());
    }
    return path;
  }

  private static List<String> concat(List<String> first, List<String> second) {
    List<String> both = new ArrayList<>(first);
    both.addAll(second);
    return both;
  }
}
