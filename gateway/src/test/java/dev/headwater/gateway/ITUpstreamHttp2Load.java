package dev.headwater.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headwater.gateway.fault.Http2Frame;
import dev.headwater.gateway.fault.Http2Origin;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpVersion;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Bodies and many streams over HTTP/2 connections to a server of Vert.x: nothing is lost, changed
 * or mixed up at the edges of windows and frames.
 */
class ITUpstreamHttp2Load {
  private static final int STREAMS = 1_000;

  private static final Vertx VERTX = Vertx.vertx();
  private static final HttpClient CLIENT =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private static HttpServer origin;
  private static RunningGateway gateway;

  @BeforeAll
  static void start() {
    origin =
        RunningGateway.done(
            VERTX
                .createHttpServer(new HttpServerOptions().setHost("127.0.0.1").setPort(0))
                .requestHandler(
                    request -> {
                      assertThat(request.version()).isEqualTo(HttpVersion.HTTP_2);
                      request.body().onSuccess(body -> request.response().end(body));
                    })
                .listen());
    gateway = RunningGateway.of(yaml(origin.actualPort()));
  }

  private static String yaml(int port) {
    return """
        listeners: [{name: web, address: "127.0.0.1:0"}]
        upstreams: [{name: up, endpoints: ["h2c://127.0.0.1:%d"], pool: {waiting: 10000}}]
        routes: [{name: all, to: [{upstream: up}], timeouts: {response: 60s}}]
        tracing: {store: {}, sampling: {rate: 0.0}}
        """
        .formatted(port);
  }

  @AfterAll
  static void stop() throws Exception {
    gateway.close();
    RunningGateway.done(VERTX.close());
  }

  private static CompletableFuture<HttpResponse<byte[]>> post(String path, byte[] body) {
    return CLIENT.sendAsync(
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + gateway.port() + path))
            .timeout(Duration.ofSeconds(60))
            .POST(BodyPublishers.ofByteArray(body))
            .build(),
        BodyHandlers.ofByteArray());
  }

  private static byte[] random(int length, long seed) {
    byte[] bytes = new byte[length];
    new Random(seed).nextBytes(bytes);
    return bytes;
  }

  @ParameterizedTest
  @ValueSource(
      ints = {
        0,
        1,
        16_383,
        16_384,
        16_385,
        65_534,
        65_535,
        65_536,
        65_537,
        262_143,
        262_144,
        262_145,
        1_048_577,
        10_485_760
      })
  void body_comesBackAsItWasSent(int length) throws Exception {
    byte[] sent = random(length, length);
    for (int i = 0; i < 3; i++) {
      HttpResponse<byte[]> answer = post("/", sent).get(60, TimeUnit.SECONDS);
      assertThat(answer.statusCode()).isEqualTo(200);
      assertThat(Arrays.equals(answer.body(), sent)).isTrue();
    }
  }

  @Test
  void manyBodiesAtOnce_areNotMixedUp() throws Exception {
    List<CompletableFuture<HttpResponse<byte[]>>> answers = new ArrayList<>();
    for (int i = 0; i < 40; i++) {
      answers.add(post("/", random(300_000 + i, i)));
    }
    for (int i = 0; i < answers.size(); i++) {
      byte[] body = answers.get(i).get(60, TimeUnit.SECONDS).body();
      assertThat(Arrays.equals(body, random(300_000 + i, i))).as("%d", i).isTrue();
    }
  }

  @Test
  void thousandRequestsAtOnce_shareFewConnections() throws Exception {
    Queue<Waiting> waiting = new ConcurrentLinkedQueue<>();
    AtomicInteger arrived = new AtomicInteger();
    try (Http2Origin crowded =
            new Http2Origin(
                (peer, frame) -> {
                  if (frame.type() != Http2Frame.HEADERS) {
                    return;
                  }
                  waiting.add(new Waiting(peer, frame.stream()));
                  if (arrived.incrementAndGet() == STREAMS) {
                    for (Waiting each = waiting.poll(); each != null; each = waiting.poll()) {
                      each.peer().answer(each.stream(), each.peer().path(each.stream()));
                    }
                  }
                });
        RunningGateway busy = RunningGateway.of(yaml(crowded.port()))) {
      List<CompletableFuture<HttpResponse<String>>> answers = new ArrayList<>();
      for (int i = 0; i < STREAMS; i++) {
        answers.add(
            CLIENT.sendAsync(
                HttpRequest.newBuilder(
                        URI.create("http://127.0.0.1:" + busy.port() + "/number/" + i))
                    .timeout(Duration.ofSeconds(60))
                    .build(),
                BodyHandlers.ofString()));
      }
      for (int i = 0; i < STREAMS; i++) {
        HttpResponse<String> answer = answers.get(i).get(60, TimeUnit.SECONDS);
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.body()).isEqualTo("/number/" + i);
      }
      int loops = Runtime.getRuntime().availableProcessors();
      assertThat(crowded.peers()).hasSizeBetween(STREAMS / 100, STREAMS / 100 + 2 * loops);
    }
  }

  private record Waiting(Http2Origin.Peer peer, int stream) {}
}
