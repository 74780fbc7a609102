package dev.headwater.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headwater.gateway.fault.Dial;
import dev.headwater.gateway.fault.Http2Answer;
import dev.headwater.gateway.fault.Http2Client;
import dev.headwater.gateway.fault.Http2Frame;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Server-sent events: each leaves at once, for as long as they flow, whatever carries them. */
class ITEventStream {
  private static final String TYPE =
      "Content-Type: text/event-stream\r\nCache-Control: no-store\r\n";

  private static final Duration AT_ONCE = Duration.ofMillis(100);

  /** The machine does other things as well; what is slow by itself is so in each round. */
  private static final int ROUNDS = 8;

  /** The upstream sends its next event when it may. */
  private final Semaphore next = new Semaphore(0);

  private static String head(String framing) {
    return "HTTP/1.1 200 OK\r\n" + TYPE + framing + "\r\n";
  }

  private static String chunk(String text) {
    return Integer.toHexString(text.length()) + "\r\n" + text + "\r\n";
  }

  /** Reads as a browser's EventSource does: lines up to an empty one are an event. */
  private static final class Events {
    private final InputStream in;
    private final boolean chunked;
    private final StringBuilder seen = new StringBuilder();

    Events(RawClient client, boolean chunked) throws IOException {
      this.in = client.socket().getInputStream();
      this.chunked = chunked;
    }

    /** The next event; blocks while it is not whole. */
    String next() throws IOException {
      while (seen.indexOf("\n\n") < 0) {
        seen.append(chunked ? chunk() : piece());
      }
      int end = seen.indexOf("\n\n") + 2;
      String event = seen.substring(0, end);
      seen.delete(0, end);
      return event;
    }

    private String piece() throws IOException {
      int first = in.read();
      if (first < 0) {
        throw new IOException("the stream ended");
      }
      return (char) first + new String(in.readNBytes(in.available()), StandardCharsets.ISO_8859_1);
    }

    private String chunk() throws IOException {
      int size = Integer.parseInt(line(), 16);
      String data = new String(in.readNBytes(size), StandardCharsets.ISO_8859_1);
      line();
      return data;
    }

    private String line() throws IOException {
      StringBuilder line = new StringBuilder();
      for (int c = in.read(); c != '\n'; c = in.read()) {
        if (c < 0) {
          throw new IOException("the stream ended");
        }
        line.append((char) c);
      }
      return line.toString().trim();
    }
  }

  private RawUpstream stepwise(boolean chunked) throws IOException {
    return new RawUpstream(
        peer -> {
          while (peer.request() != null) {
            peer.send(head(chunked ? "Transfer-Encoding: chunked\r\n" : "Connection: close\r\n"));
            for (int i = 0; i < 50; i++) {
              next.acquire();
              String event = ": keep\nid: " + i + "\ndata: a\ndata: " + "b".repeat(i) + "\n\n";
              peer.send(chunked ? chunk(event) : event);
            }
            if (!chunked) {
              return;
            }
            peer.send("0\r\n\r\n");
          }
        });
  }

  @ParameterizedTest
  @CsvSource({"true, 1.1", "false, 1.1", "true, 1.0", "false, 1.0"})
  void eachEvent_leavesAtOnce(boolean chunked, String version) throws Exception {
    try (RawUpstream upstream = stepwise(chunked);
        RunningGateway gateway = RunningGateway.of(Configurations.to(upstream.port()));
        RawClient client = gateway.connect()) {
      client.send(
          "GET /events HTTP/"
              + version
              + "\r\nHost: a\r\nAccept: text/event-stream\r\nLast-Event-ID: 7\r\n\r\n");
      // The head comes before any event.
      assertThat(client.head()).contains("Content-Type: text/event-stream\r\n");
      assertThat(upstream.request()).contains("Last-Event-ID: 7\r\n");
      Events events = new Events(client, version.equals("1.1"));
      for (int i = 0; i < 50; i++) {
        // One is sent only when the one before has come: a byte held back would stop it all.
        next.release();
        assertThat(events.next())
            .isEqualTo(": keep\nid: " + i + "\ndata: a\ndata: " + "b".repeat(i) + "\n\n");
      }
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void eachEvent_leavesAtOnceOverHttp2(boolean chunked) throws Exception {
    try (RawUpstream upstream = stepwise(chunked);
        RunningGateway gateway = RunningGateway.of(Configurations.to(upstream.port()));
        Http2Client client = Http2Client.over(Dial.tcp(gateway.port())).begin()) {
      int stream = client.request("GET", "/events", "accept", "text/event-stream");
      client.await("the head, before any event", frame -> frame.type() == Http2Frame.HEADERS);
      int expected = 0;
      for (int i = 0; i < 50; i++) {
        next.release();
        expected += (": keep\nid: " + i + "\ndata: a\ndata: \n\n").length() + i;
        int soFar = expected;
        Await.until("event " + i, () -> client.received(stream) == soFar);
      }
      Http2Answer answer = client.answer(stream);
      assertThat(answer.all("content-type")).containsExactly("text/event-stream");
      assertThat(answer.text()).endsWith("id: 49\ndata: a\ndata: " + "b".repeat(49) + "\n\n");
    }
  }

  private static RawUpstream ticking(AtomicLong silentAfter, Duration every) throws IOException {
    return new RawUpstream(
        peer -> {
          peer.request();
          peer.send(head("Transfer-Encoding: chunked\r\n"));
          long from = System.nanoTime();
          while (System.nanoTime() - from < silentAfter.get()) {
            peer.send(chunk("data: tick\n\n"));
            LockSupport.parkNanos(every.toNanos());
          }
          peer.closedByGateway();
        });
  }

  @Test
  void whileEventsFlow_noTimerCuts_andSilenceDoes() throws Exception {
    AtomicLong silentAfter = new AtomicLong(TimeUnit.SECONDS.toNanos(3));
    try (RawUpstream upstream = ticking(silentAfter, Duration.ofMillis(50));
        RunningGateway gateway =
            RunningGateway.of(
                """
                listeners:
                  - {name: web, address: "127.0.0.1:0", limits: {idle: 800ms, headTimeout: 800ms}}
                upstreams:
                  - {name: app, endpoints: ["http://127.0.0.1:%d"]}
                routes:
                  - {name: all, to: [{upstream: app}], timeouts: {response: 800ms, attempt: 800ms, idle: 800ms}}
                tracing: {enabled: false}
                """
                    .formatted(upstream.port()));
        RawClient client = gateway.connect()) {
      long from = System.nanoTime();
      client.send("GET /events HTTP/1.1\r\nHost: a\r\n\r\n").head();
      Events events = new Events(client, true);
      int count = 0;
      try {
        for (; ; count++) {
          assertThat(events.next()).isEqualTo("data: tick\n\n");
        }
      } catch (IOException ended) {
        // Broken off: no last chunk, so that nobody takes it for complete.
      }
      assertThat(System.nanoTime() - from).isGreaterThan(silentAfter.get());
      assertThat(count).isGreaterThan(10);
      assertThat(gateway.failures("receive", "idle_timeout")).isEqualTo(1);
    }
  }

  @Test
  void clientThatLeaves_isTheUpstreamsNewsAtOnce() throws Exception {
    AtomicLong left = new AtomicLong();
    try (RawUpstream upstream =
            new RawUpstream(
                peer -> {
                  peer.request();
                  peer.send(head("Transfer-Encoding: chunked\r\n"));
                  peer.send(chunk("data: one\n\n"));
                  peer.closedByGateway();
                  left.set(System.nanoTime());
                });
        RunningGateway gateway = RunningGateway.of(Configurations.to(upstream.port()))) {
      for (boolean reset : new boolean[] {false, true}) {
        Duration quickest = letGoAfter(gateway, left, reset);
        for (int round = 1; round < ROUNDS && quickest.compareTo(AT_ONCE) > 0; round++) {
          Duration again = letGoAfter(gateway, left, reset);
          quickest = again.compareTo(quickest) < 0 ? again : quickest;
        }
        assertThat(quickest).isLessThan(AT_ONCE);
      }
    }
  }

  private static Duration letGoAfter(RunningGateway gateway, AtomicLong left, boolean reset)
      throws Exception {
    left.set(0);
    RawClient client = gateway.connect();
    client.send("GET /events HTTP/1.1\r\nHost: a\r\n\r\n").head();
    assertThat(new Events(client, true).next()).isEqualTo("data: one\n\n");
    long from = System.nanoTime();
    if (reset) {
      client.reset();
    } else {
      client.close();
    }
    Await.until("the upstream is told", () -> left.get() != 0);
    return Duration.ofNanos(left.get() - from);
  }
}
