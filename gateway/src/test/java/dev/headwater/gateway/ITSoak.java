package dev.headwater.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headwater.gateway.fault.Dial;
import dev.headwater.gateway.fault.Http2Client;
import dev.headwater.gateway.fault.Http2Frame;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;

/**
 * Mixed traffic at a part of what the gateway can do, for {@code -Dheadwater.soak} seconds, 20 by
 * default (FAULTS.md C11): what it holds at the end is what it held at the beginning.
 */
class ITSoak {
  private static final int SECONDS = Integer.getInteger("headwater.soak", 20);
  private static final int CLIENTS = 6;
  private static final int CANCEL = 8;

  /** Requests per second of one client; about a third of what a slow machine bears. */
  private static final int PACE = 60;

  private final AtomicInteger answered = new AtomicInteger();
  private final AtomicReference<Throwable> failure = new AtomicReference<>();
  private volatile boolean over;

  /** Everything that ordinary clients do, rude ones too. */
  private void client(int port, int number) {
    try {
      for (int i = number; !over; i++) {
        try (RawClient client = new RawClient(new Socket("127.0.0.1", port))) {
          for (int j = 0; j < 20 && !over; j++) {
            request(client, i * 20 + j);
            answered.incrementAndGet();
            LockSupport.parkNanos(1_000_000_000L / PACE);
          }
          leave(client, i);
        }
      }
    } catch (Throwable e) {
      failure.compareAndSet(null, e);
    }
  }

  /** The same over HTTP/2, a few streams at once. */
  private void http2Client(int port, int number) {
    try {
      for (int i = number; !over; i++) {
        try (Http2Client client = Http2Client.over(Dial.tcp(port)).begin()) {
          for (int j = 0; j < 5 && !over; j++) {
            streams(client, i * 5 + j);
            answered.addAndGet(4);
            LockSupport.parkNanos(4_000_000_000L / PACE);
          }
          if (i % 3 == 0) {
            client.requestWithBody("PUT", "/a", "content-length", "9");
            client.reset();
          }
        }
      }
    } catch (Throwable e) {
      failure.compareAndSet(null, e);
    }
  }

  private static void streams(Http2Client client, int kind) throws Exception {
    int given = client.request("GET", "/a");
    int sent = client.requestWithBody("PUT", "/a");
    int called = client.requestWithBody("POST", "/a", "content-type", "application/grpc");
    int other = client.request("GET", kind % 2 == 0 ? "/large" : "/a");
    int left = client.request("GET", "/large");
    client.send(Http2Frame.reset(left, CANCEL));
    client.send(Http2Frame.data(sent, new byte[1000 * (kind % 15)], true));
    client.send(Http2Frame.data(called, new byte[5], true));
    for (int stream : new int[] {given, sent, called, other}) {
      assertThat(client.answer(stream).status()).isEqualTo(200);
    }
  }

  private static void request(RawClient client, int kind) throws Exception {
    String body = "x".repeat(1000 * (kind % 20));
    switch (kind % 6) {
      case 0 -> {
        client.send("PUT /a HTTP/1.1\r\nHost: a\r\nContent-Length: " + body.length() + "\r\n\r\n");
        client.send(body);
        assertThat(client.response()).startsWith("HTTP/1.1 200 ");
      }
      case 1 -> {
        client.send("PUT /a HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhel");
        client.send("lo\r\n0\r\n\r\n");
        assertThat(client.response()).startsWith("HTTP/1.1 200 ");
      }
      case 2 -> {
        client.send("GET /none HTTP/1.1\r\nHost: other\r\n\r\n");
        assertThat(client.response()).startsWith("HTTP/1.1 404 ");
      }
      case 3 -> {
        client.send("GET /large HTTP/1.1\r\nHost: a\r\n\r\n");
        assertThat(client.response()).hasSizeGreaterThan(200_000);
      }
      default -> {
        client.send("GET /a HTTP/1.1\r\nHost: a\r\n\r\n");
        assertThat(client.response()).startsWith("HTTP/1.1 200 ");
      }
    }
  }

  private static void leave(RawClient client, int kind) throws Exception {
    switch (kind % 4) {
      case 0 -> client.send("GET /a HTTP/1.1\r\nHost: a\r\n\r\n").reset();
      case 1 -> client.send("PUT /a HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\nhalf").reset();
      case 2 -> {
        client.send(WebSocketPeer.request("/ws"));
        assertThat(client.head()).startsWith("HTTP/1.1 101 ");
        client.send(WebSocketFrame.text("hello").masked());
        assertThat(WebSocketPeer.frame(client).text()).isEqualTo("hello");
      }
      default -> client.send("GET / HTT");
    }
  }

  private static String configuration(int port, int sockets, int version) {
    return """
    listeners: [{name: web, address: "127.0.0.1:0"}]
    upstreams:
      - {name: u, endpoints: ["http://127.0.0.1:%d"]}
      - {name: ws, endpoints: ["http://127.0.0.1:%d"]}
    routes:
      - {name: ws, match: {hosts: [a], path: {prefix: /ws}}, to: [{upstream: ws}]}
      - {name: r%d, match: {hosts: [a]}, to: [{upstream: u}], limits: {inFlight: 500}}
    tracing: {sampling: {rate: 0.1}, store: {maxSpans: 200}}
    drain: {timeout: 5s}
    """
        .formatted(port, sockets, version % 2);
  }

  @Test
  @FaultRow("C11")
  void mixedTraffic_leavesNothingBehind() throws Exception {
    String large = "HTTP/1.1 200 OK\r\nContent-Length: 200000\r\n\r\n" + "y".repeat(200_000);
    try (RawUpstream upstream =
            new RawUpstream(
                peer -> {
                  for (String head = peer.request(); head != null; head = peer.request()) {
                    if (head.contains("chunked")) {
                      for (String line = ITBodies.line(peer.in());
                          !line.equals("0");
                          line = ITBodies.line(peer.in())) {
                        peer.read(Integer.parseInt(line, 16) + 2);
                      }
                      peer.read(2);
                    } else if (head.contains("Content-Length: ")) {
                      peer.read(
                          Integer.parseInt(
                              head.replaceAll("(?s).*Content-Length: (\\d+).*", "$1")));
                    }
                    peer.send(head.startsWith("GET /large") ? large : RawUpstream.OK);
                  }
                });
        RawUpstream sockets = new RawUpstream(WebSocketPeer.echo());
        RunningGateway gateway =
            RunningGateway.of(configuration(upstream.port(), sockets.port(), 0))) {
      List<Thread> clients = new ArrayList<>();
      for (int i = 0; i < CLIENTS; i++) {
        int number = i;
        Thread client =
            new Thread(
                () -> {
                  if (number % 3 == 2) {
                    http2Client(gateway.port(), number);
                  } else {
                    client(gateway.port(), number);
                  }
                },
                "soak-" + i);
        client.setDaemon(true);
        client.start();
        clients.add(client);
      }
      // Classes, pools and compiled code are there after a quarter of the time, 5 to 60 s.
      run(Math.max(5, Math.min(60, SECONDS / 4)), gateway, upstream, sockets);
      Footprint before = Footprint.now();
      int since = answered.get();
      run(SECONDS, gateway, upstream, sockets);
      Footprint after = Footprint.now();
      System.out.println(
          "C11: "
              + (answered.get() - since)
              + " requests in "
              + SECONDS
              + " s; "
              + before
              + " -> "
              + after);
      over = true;
      for (Thread client : clients) {
        client.join(20_000);
      }
      assertThat(failure.get()).isNull();
      assertThat(answered.get() - since).isGreaterThan(SECONDS * PACE);
      assertThat(after.heap() - before.heap()).isLessThan(6L << 20);
      assertThat(after.direct() - before.direct()).isLessThan(8L << 20);
      assertThat(after.files() - before.files()).isLessThan(40);
      assertThat(after.threads() - before.threads()).isLessThan(30);
      Await.until("no connection is left", () -> gateway.gateway().connections() == 0);
    }
  }

  /** With a reload every second. */
  private void run(int seconds, RunningGateway gateway, RawUpstream upstream, RawUpstream sockets)
      throws Exception {
    for (int i = 0; i < seconds; i++) {
      gateway.swap(configuration(upstream.port(), sockets.port(), i));
      gateway.forgetSpans();
      sockets.forget();
      upstream.forget();
      long until = System.nanoTime() + 1_000_000_000L;
      Await.until(
          "a second is over",
          Duration.ofSeconds(30),
          () -> System.nanoTime() - until >= 0 || failure.get() != null);
    }
  }
}
