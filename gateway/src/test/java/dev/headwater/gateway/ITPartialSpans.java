package dev.headwater.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headwater.routes.SpanPolicy;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Semaphore;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import zipkin2.Span;
import zipkin2.internal.Trace;
import zipkin2.storage.InMemoryStorage;

/** Exchanges that last: their spans are shown while they do, and whole when they are over. */
class ITPartialSpans {
  private static final String STREAM =
      "GET /stream?x=1 HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n";

  private final Semaphore goOn = new Semaphore(0);
  private RawUpstream upstream;

  @BeforeEach
  void script() throws Exception {
    upstream =
        new RawUpstream(
            peer -> {
              while (peer.request() != null) {
                peer.send("HTTP/1.1 200 OK\r\nContent-Length: 8\r\n\r\nsome");
                goOn.acquire();
                peer.send("more");
              }
            });
  }

  @AfterEach
  void close() {
    upstream.close();
  }

  private static SpanPolicy partialAfter(Duration after) {
    return new SpanPolicy(64, 256, List.of(), List.of(), List.of(), after);
  }

  private Configurations configuration(Duration after) {
    return Configurations.to(upstream.port()).spans(partialAfter(after));
  }

  @Test
  void longExchange_isShownOnce_andThenWhole() throws Exception {
    try (RunningGateway gateway = RunningGateway.of(configuration(Duration.ofMillis(300)));
        RawClient client = gateway.connect()) {
      client.send(STREAM).head();
      List<Span> partial = gateway.trace(1);
      assertThat(partial).allSatisfy(span -> assertThat(span.duration()).isNull());
      assertThat(partial.get(0).name()).isEqualTo("get /");
      assertThat(partial.get(0).tags())
          .containsEntry("http.method", "GET")
          .containsEntry("http.path", "/stream")
          .containsEntry("http.status_code", "200")
          .containsEntry("sampling.reason", "default")
          .doesNotContainKeys("error", "http.response.size");
      assertThat(partial.get(1).remoteServiceName()).isEqualTo("up");
      Duration twice = Duration.ofMillis(700);
      long from = System.nanoTime();
      Await.until("time for a second one", () -> System.nanoTime() - from > twice.toNanos());
      gateway.flush();
      assertThat(gateway.waitingSpans()).as("sent once").isZero();

      goOn.release();
      client.rest();
      List<Span> finished = gateway.trace(1);
      for (int i = 0; i < 2; i++) {
        assertThat(finished.get(i).id()).isEqualTo(partial.get(i).id());
        assertThat(finished.get(i).timestamp()).isEqualTo(partial.get(i).timestamp());
        assertThat(finished.get(i).durationAsLong()).isGreaterThan(900_000);
        assertThat(finished.get(i).tags()).containsAllEntriesOf(partial.get(i).tags());
        assertThat(finished.get(i).annotations()).containsAll(partial.get(i).annotations());
      }
      assertOneWholeSpanEach(partial, finished);
    }
  }

  /** Zipkin's storage keeps what it is sent; its readers put spans of one id together. */
  private static void assertOneWholeSpanEach(List<Span> partial, List<Span> finished)
      throws Exception {
    for (boolean late : List.of(false, true)) {
      try (InMemoryStorage storage = InMemoryStorage.newBuilder().build()) {
        storage.accept(late ? finished : partial).execute();
        storage.accept(late ? partial : finished).execute();
        List<Span> read = storage.getTrace(finished.get(0).traceId()).execute();
        assertThat(Trace.merge(read)).containsExactlyInAnyOrderElementsOf(finished);
        assertThat(storage.getDependencies().get(0).callCount()).isEqualTo(1);
      }
    }
  }

  @Test
  void neverAndNotSampled_showNothingBeforeTheEnd() throws Exception {
    for (Configurations configuration :
        List.of(configuration(Duration.ZERO), configuration(Duration.ofMillis(100)).rate(0))) {
      try (RunningGateway gateway = RunningGateway.of(configuration);
          RawClient client = gateway.connect()) {
        client.send(STREAM).head();
        long from = System.nanoTime();
        Await.until("some ticks", () -> System.nanoTime() - from > 500_000_000);
        gateway.flush();
        assertThat(gateway.waitingSpans()).isZero();
        goOn.release();
        client.rest();
      }
    }
  }

  @Test
  void shortExchange_hasFinishedSpansOnly() throws Exception {
    goOn.release();
    try (RunningGateway gateway = RunningGateway.of(configuration(Duration.ofSeconds(30)));
        RawClient client = gateway.connect()) {
      client.send(STREAM).rest();
      assertThat(gateway.trace(1)).allSatisfy(span -> assertThat(span.duration()).isNotNull());
    }
  }
}
