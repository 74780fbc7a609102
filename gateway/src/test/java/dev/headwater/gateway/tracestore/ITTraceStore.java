package dev.headwater.gateway.tracestore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.headwater.routes.StorePolicy;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import zipkin2.Endpoint;
import zipkin2.Span;
import zipkin2.codec.SpanBytesDecoder;
import zipkin2.codec.SpanBytesEncoder;

/** The store as users of a Zipkin-compatible store meet it: over HTTP. */
@Timeout(60)
class ITTraceStore {
  private static final String TRACE = "463ac35c9f6413ad48485a3953bb6124";
  private static final String JSON = "application/json";
  private static final String PROTO3 = "application/x-protobuf";
  private static final long NOW_MICROS = System.currentTimeMillis() * 1_000;

  private final Vertx vertx = Vertx.vertx();

  /** Not HTTP/2: there, a body refused half-way would end the connection of the next request. */
  private final HttpClient client =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

  private final TraceStore store = TraceStore.create(vertx, new StorePolicy(1_000));
  private int port;

  @BeforeEach
  void serve() throws Exception {
    Router router = Router.router(vertx);
    TraceStoreRoutes.mount(router, vertx, store);
    port =
        vertx
            .createHttpServer()
            .requestHandler(router)
            .listen(0, "127.0.0.1")
            .toCompletionStage()
            .toCompletableFuture()
            .get(10, TimeUnit.SECONDS)
            .actualPort();
  }

  @AfterEach
  void stop() throws Exception {
    store.close();
    vertx.close().toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
  }

  @Test
  void unfinishedSpan_andTheFinishedOne_areOneWholeSpan() throws Exception {
    Span finished =
        Span.newBuilder()
            .traceId(TRACE)
            .id("1")
            .kind(Span.Kind.SERVER)
            .name("get /stream")
            .localEndpoint(Endpoint.newBuilder().serviceName("headwater").build())
            .timestamp(NOW_MICROS)
            .duration(90_000_000)
            .addAnnotation(NOW_MICROS + 5, "ws")
            .putTag("http.method", "GET")
            .putTag("http.status_code", "200")
            .build();
    Span unfinished =
        finished.toBuilder().duration(null).clearTags().putTag("http.method", "GET").build();
    Span child = finished.toBuilder().id("2").parentId("1").kind(Span.Kind.CLIENT).build();
    for (List<Span> batch : List.of(List.of(unfinished), List.of(child, finished))) {
      post("/api/v2/spans", JSON, SpanBytesEncoder.JSON_V2.encodeList(batch));
      if (batch.size() == 1) {
        assertThat(spansOf(TRACE)).containsExactly(unfinished);
        assertThat(store.latest()).isEmpty();
      }
    }
    assertThat(spansOf(TRACE)).containsExactlyInAnyOrder(finished, child);
    assertThat(store.latest()).hasSize(1);
    byte[] found = get("/zipkin/api/v2/traces?serviceName=headwater").body();
    assertThat(new JsonArray(io.vertx.core.buffer.Buffer.buffer(found)).getJsonArray(0)).hasSize(2);
  }

  private List<Span> spansOf(String trace) throws Exception {
    return SpanBytesDecoder.JSON_V2.decodeList(get("/zipkin/api/v2/trace/" + trace).body());
  }

  @Test
  void spansPostedAsJson_areFoundAgain() throws Exception {
    assertThat(post("/api/v2/spans", JSON, SpanBytesEncoder.JSON_V2.encodeList(trace())))
        .isEqualTo(202);
    HttpResponse<byte[]> found = get("/zipkin/api/v2/trace/" + TRACE);
    assertThat(SpanBytesDecoder.JSON_V2.decodeList(found.body()))
        .containsExactlyInAnyOrderElementsOf(trace());
    assertThat(found.headers().firstValue("content-type")).hasValue(JSON);
  }

  @Test
  void spansPostedAsProto3_plainAndPacked_areFoundAgain() throws Exception {
    byte[] message = SpanBytesEncoder.PROTO3.encodeList(trace());
    assertThat(post("/zipkin/api/v2/spans", PROTO3, message)).isEqualTo(202);
    store.storage().clear();
    assertThat(post("/api/v2/spans", PROTO3, gzip(message), "content-encoding", "gzip"))
        .isEqualTo(202);
    assertThat(get("/zipkin/api/v2/trace/" + TRACE).statusCode()).isEqualTo(200);
  }

  @Test
  void questionsOfTheApi_areAnswered() throws Exception {
    store.accept(trace());
    assertThat(array("/services")).containsExactly("headwater", "voting");
    assertThat(array("/spans?serviceName=headwater")).containsExactlyInAnyOrder("get", "get /api");
    assertThat(array("/remoteServices?serviceName=headwater")).containsExactly("voting");
    assertThat(array("/autocompleteKeys")).contains("http.method", "sampling.rule");
    assertThat(array("/autocompleteValues?key=http.method")).containsExactly("GET");
    JsonObject link = (JsonObject) array("/dependencies?endTs=" + endTs()).getValue(0);
    assertThat(link.getString("parent")).isEqualTo("headwater");
    assertThat(link.getString("child")).isEqualTo("voting");
    assertThat(link.getInteger("callCount")).isEqualTo(1);
  }

  @Test
  void search_findsByServiceNameTagAndDuration() throws Exception {
    store.accept(trace());
    String all = "/traces?endTs=" + endTs();
    assertThat(array(all)).hasSize(1);
    assertThat(array(all + "&serviceName=headwater&spanName=get%20%2Fapi")).hasSize(1);
    assertThat(array(all + "&annotationQuery=http.method%3DGET")).hasSize(1);
    assertThat(array(all + "&annotationQuery=http.method%3DPOST")).isEmpty();
    assertThat(array(all + "&minDuration=1000000")).isEmpty();
    assertThat(array("/traces?endTs=1000")).isEmpty();
    assertThat(array("/traceMany?traceIds=" + TRACE + ",000000000000000a")).hasSize(1);
  }

  @Test
  void unreadableQuestions_are400_andSayWhy() throws Exception {
    assertRefused("/traces?limit=-1", "limit: -1 (expected a whole number from 1 to 1000)");
    assertRefused("/traces?endTs=yesterday", "endTs: yesterday (expected a whole number");
    assertRefused("/spans", "query parameter serviceName is missing");
    assertRefused("/trace/xyz", "xyz");
    assertRefused("/traceMany?traceIds=a,,b", "empty");
  }

  @Test
  void traceThatIsNotThere_is404() throws Exception {
    HttpResponse<byte[]> missing = get("/zipkin/api/v2/trace/000000000000000a");
    assertThat(missing.statusCode()).isEqualTo(404);
    assertThat(new String(missing.body())).contains("000000000000000a");
  }

  @Test
  void unreadableSpans_areRefused() throws Exception {
    assertThat(post("/api/v2/spans", JSON, "{\"oops".getBytes())).isEqualTo(400);
    assertThat(post("/api/v2/spans", JSON, new byte[0])).isEqualTo(400);
    assertThat(post("/api/v2/spans", PROTO3, "no".getBytes())).isEqualTo(400);
    assertThat(post("/api/v2/spans", "application/x-thrift", new byte[] {12})).isEqualTo(415);
    assertThat(post("/api/v2/spans", JSON, "[]".getBytes(), "content-encoding", "br"))
        .isEqualTo(415);
    assertThat(post("/api/v2/spans", JSON, "no".getBytes(), "content-encoding", "gzip"))
        .isEqualTo(400);
    assertThat(post("/api/v2/spans", JSON, "[]".getBytes())).isEqualTo(202);
  }

  @Test
  void bodyThatUnpacksToTooMuch_is413() throws Exception {
    byte[] bomb = gzip(new byte[200 * 1024 * 1024]);
    assertThat(bomb.length).isLessThan(SpanIntake.MAX_BODY);
    assertThat(post("/api/v2/spans", JSON, bomb, "content-encoding", "gzip")).isEqualTo(413);
  }

  @Test
  void bodyThatIsTooLarge_is413() throws Exception {
    try {
      assertThat(post("/api/v2/spans", JSON, new byte[SpanIntake.MAX_BODY + 1])).isEqualTo(413);
    } catch (IOException closedWhileWriting) {
      // Asked by another client: this one may still hold the connection that was closed on it.
      HttpResponse<byte[]> services =
          HttpClient.newHttpClient()
              .send(builder("/zipkin/api/v2/services").GET().build(), BodyHandlers.ofByteArray());
      assertThat(new JsonArray(new String(services.body()))).isEmpty();
    }
  }

  @Test
  void spanThatIsTooLarge_isRefused_withItsIds() {
    Span large = trace().get(0).toBuilder().putTag("large", "x".repeat(70_000)).build();
    assertThatThrownBy(() -> store.accept(List.of(large)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(TRACE)
        .hasMessageContaining("expected at most 65536");
  }

  @Test
  void moreSpansThanTheStoreHolds_pushOutTheOldest() throws Exception {
    List<Span> spans = new ArrayList<>();
    for (int i = 1; i <= 3_000; i++) {
      spans.add(root(String.format("1%031x", i), i));
    }
    store.accept(spans);
    assertThat(get("/zipkin/api/v2/trace/" + String.format("1%031x", 3_000)).statusCode())
        .isEqualTo(200);
    assertThat(get("/zipkin/api/v2/trace/" + String.format("1%031x", 1)).statusCode())
        .isEqualTo(404);
    assertThat(array("/traces?limit=1000&endTs=" + endTs())).hasSizeLessThanOrEqualTo(1_000);
  }

  @Test
  void moreBytesThanTheStoreHolds_startItAgain() {
    for (int i = 1; i <= 200; i++) {
      Span large =
          root(String.format("1%031x", i), i).toBuilder().putTag("t", "x".repeat(50_000)).build();
      store.accept(List.of(large));
    }
    assertThat(store.storage().getTraces()).hasSizeBetween(1, 82);
  }

  @Test
  void tooManyQuestionsAtOnce_areTurnedAway() throws Exception {
    CountDownLatch release = new CountDownLatch(1);
    List<Future<?>> waiting = new ArrayList<>();
    for (int i = 0; i < 16; i++) {
      waiting.add(
          store.ask(
              () -> {
                release.await();
                return true;
              }));
    }
    HttpResponse<byte[]> turnedAway = get("/zipkin/api/v2/services");
    assertThat(turnedAway.statusCode()).isEqualTo(503);
    assertThat(turnedAway.headers().firstValue("retry-after")).hasValue("1");
    release.countDown();
    Future.join(waiting).toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
    assertThat(get("/zipkin/api/v2/services").statusCode()).isEqualTo(200);
  }

  @Test
  void latest_hasRootRequests_newestFirst() {
    store.accept(trace());
    store.accept(List.of(root("100000000000000000000000000000ff", 7)));
    assertThat(store.latest())
        .extracting(RecentRequest::traceId)
        .containsExactly("100000000000000000000000000000ff", TRACE);
    RecentRequest request = store.latest().get(1);
    assertThat(request.status()).isEqualTo("200");
    assertThat(request.route()).isEqualTo("votes");
    assertThat(request.durationMicros()).isEqualTo(5_000);
    for (int i = 0; i < 100; i++) {
      store.accept(List.of(root(String.format("1%031x", i + 1), 1)));
    }
    assertThat(store.latest()).hasSize(RecentRequests.KEPT);
  }

  @Test
  void userInterface_isServed_withItsOwnAddresses() throws Exception {
    for (String page :
        new String[] {"/?limit=5", "/dependency", "/traceViewer", "/traces/" + TRACE}) {
      HttpResponse<byte[]> index = get("/zipkin" + page);
      assertThat(index.statusCode()).as(page).isEqualTo(200);
      assertThat(new String(index.body())).contains("<base href=\"/zipkin/\"");
      assertThat(index.headers().firstValue("content-security-policy")).isPresent();
      assertThat(index.headers().firstValue("cache-control")).hasValue("max-age=60");
    }
    String script =
        new String(get("/zipkin/dependency").body()).replaceAll("(?s).*src=\"([^\"]+)\".*", "$1");
    HttpResponse<byte[]> packed = get(script, "accept-encoding", "gzip");
    assertThat(packed.headers().firstValue("content-encoding")).hasValue("gzip");
    assertThat(packed.headers().firstValue("content-type"))
        .hasValue("text/javascript; charset=utf-8");
    assertThat(packed.body().length).isLessThan(get(script).body().length / 2);
    JsonObject config = new JsonObject(new String(get("/zipkin/config.json").body()));
    assertThat(config.getBoolean("searchEnabled")).isTrue();
  }

  @Test
  void userInterface_opensWithTheLatestTraces() throws Exception {
    for (String path : new String[] {"/zipkin", "/zipkin/"}) {
      HttpResponse<byte[]> bare = get(path);
      assertThat(bare.statusCode()).isEqualTo(302);
      assertThat(bare.headers().firstValue("location").orElseThrow())
          .matches("/zipkin/\\?lookback=15m&limit=10&endTs=\\d{13}");
      assertThat(bare.headers().firstValue("cache-control")).hasValue("no-store");
    }
  }

  @Test
  void otherFilesOfTheClassPath_areNotServed() throws Exception {
    for (String path :
        new String[] {
          "/zipkin/static/../../logback.xml",
          "/zipkin/static/js/..%2f..%2findex.html",
          "/zipkin/static/js/%2e%2e/%2e%2e/index.html",
          "/zipkin/../META-INF/MANIFEST.MF",
          "/zipkin/static/js/",
          "/zipkin/index.html"
        }) {
      assertThat(get(path).statusCode()).as(path).isEqualTo(404);
    }
  }

  private static List<Span> trace() {
    Endpoint headwater = Endpoint.newBuilder().serviceName("headwater").build();
    Endpoint voting =
        Endpoint.newBuilder().serviceName("voting").ip("127.0.0.1").port(9001).build();
    return List.of(
        root(TRACE, 1),
        Span.newBuilder()
            .traceId(TRACE)
            .parentId("1")
            .id("2")
            .kind(Span.Kind.CLIENT)
            .name("get")
            .timestamp(NOW_MICROS - 4_000)
            .duration(3_000)
            .localEndpoint(headwater)
            .remoteEndpoint(voting)
            .build(),
        Span.newBuilder()
            .traceId(TRACE)
            .parentId("2")
            .id("3")
            .kind(Span.Kind.SERVER)
            .name("list")
            .timestamp(NOW_MICROS - 3_500)
            .duration(2_000)
            .localEndpoint(voting)
            .build());
  }

  private static Span root(String traceId, long id) {
    return Span.newBuilder()
        .traceId(traceId)
        .id(String.format("%016x", id))
        .kind(Span.Kind.SERVER)
        .name("GET /api")
        .timestamp(NOW_MICROS - 5_000)
        .duration(5_000)
        .localEndpoint(Endpoint.newBuilder().serviceName("headwater").build())
        .putTag("http.method", "GET")
        .putTag("http.path", "/api")
        .putTag("http.status_code", "200")
        .putTag("headwater.route", "votes")
        .build();
  }

  private static long endTs() {
    return System.currentTimeMillis() + 60_000;
  }

  private JsonArray array(String path) throws Exception {
    HttpResponse<byte[]> answer = get("/zipkin/api/v2" + path);
    assertThat(answer.statusCode()).as(path).isEqualTo(200);
    return new JsonArray(new String(answer.body()));
  }

  private void assertRefused(String path, String because) throws Exception {
    HttpResponse<byte[]> answer = get("/zipkin/api/v2" + path);
    assertThat(answer.statusCode()).as(path).isEqualTo(400);
    assertThat(new String(answer.body())).containsAnyOf(because.split("\\|"));
  }

  private HttpResponse<byte[]> get(String path, String... headers) throws Exception {
    return client.send(builder(path, headers).GET().build(), BodyHandlers.ofByteArray());
  }

  private int post(String path, String type, byte[] body, String... headers) throws Exception {
    HttpRequest request =
        builder(path, headers)
            .header("content-type", type)
            .POST(BodyPublishers.ofByteArray(body))
            .build();
    return client.send(request, BodyHandlers.discarding()).statusCode();
  }

  private HttpRequest.Builder builder(String path, String... headers) {
    HttpRequest.Builder builder =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path));
    if (headers.length > 0) {
      builder.headers(headers);
    }
    return builder;
  }

  private static byte[] gzip(byte[] plain) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (GZIPOutputStream gzip = new GZIPOutputStream(out)) {
      gzip.write(plain);
    }
    return out.toByteArray();
  }
}
