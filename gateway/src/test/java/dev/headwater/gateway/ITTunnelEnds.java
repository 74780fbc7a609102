package dev.headwater.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headwater.gateway.metrics.MetricsView.LabelledCount;
import dev.headwater.gateway.metrics.MetricsView.TunnelView;
import dev.headwater.routes.DrainPolicy;
import dev.headwater.routes.Timeouts;
import io.vertx.core.Future;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** How tunnels end: by either side, by a reset, by silence, by a drain. */
class ITTunnelEnds {
  private final BlockingQueue<RawUpstream.Peer> switched = new LinkedBlockingQueue<>();
  private RawUpstream upstream;

  /** Switches to whatever is asked for, and leaves the rest to the test. */
  @BeforeEach
  void switching() throws Exception {
    upstream =
        new RawUpstream(
            peer -> {
              String head = peer.request();
              if (head == null) {
                return;
              }
              String protocol = head.replaceAll("(?s).*\r\nUpgrade: ([^\r]*)\r\n.*", "$1");
              peer.send(
                  "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: "
                      + protocol
                      + "\r\n\r\n");
              switched.add(peer);
              synchronized (peer) {
                while (!peer.socket().isClosed()) {
                  peer.wait(100);
                }
              }
            });
  }

  @AfterEach
  void close() {
    upstream.close();
  }

  private RunningGateway gateway() {
    return RunningGateway.of(Configurations.to(upstream.port()));
  }

  private static RunningGateway gatewayIdle(RawUpstream upstream, Duration idle) {
    Timeouts timeouts = new Timeouts(Duration.ofSeconds(15), null, idle, null);
    return RunningGateway.of(Configurations.to(upstream.port()).timeouts(timeouts));
  }

  private RawClient open(RunningGateway gateway, String protocol) throws Exception {
    RawClient client = gateway.connect();
    client.send(WebSocketPeer.request("/", protocol));
    assertThat(client.head()).startsWith("HTTP/1.1 101 ");
    return client;
  }

  private RawUpstream.Peer peer() throws Exception {
    RawUpstream.Peer peer = switched.poll(10, TimeUnit.SECONDS);
    assertThat(peer).as("switched").isNotNull();
    peer.socket().setSoTimeout(10_000);
    return peer;
  }

  private static String read(InputStream in, int bytes) throws IOException {
    return new String(in.readNBytes(bytes), StandardCharsets.ISO_8859_1);
  }

  private static void assertOver(RunningGateway gateway, String by, String reason)
      throws Exception {
    Await.until("nothing is open", () -> gateway.gateway().connections() == 0);
    Await.until(
        "the tunnel is counted as over",
        () -> gateway.view().tunnels().stream().allMatch(view -> view.open() == 0));
    assertThat(gateway.view().tunnelEnds()).contains(new LabelledCount(by, reason, 1));
  }

  @Test
  @FaultRow("D14")
  void clientEndsItsSide_upstreamMayGoOn() throws Exception {
    try (RunningGateway gateway = gateway();
        RawClient client = open(gateway, "tcp")) {
      RawUpstream.Peer peer = peer();
      client.send("last words");
      client.socket().shutdownOutput();
      InputStream in = peer.socket().getInputStream();
      assertThat(read(in, 10)).isEqualTo("last words");
      assertThat(in.read()).as("end of what the client sends").isEqualTo(-1);
      for (int i = 0; i < 20; i++) {
        peer.send("still here");
        assertThat(client.read(10)).isEqualTo("still here");
      }
      peer.socket().close();
      assertThat(client.rest()).isEmpty();
      assertOver(gateway, "client", "closed");
    }
  }

  @Test
  @FaultRow("D14")
  void upstreamEndsItsSide_clientMayGoOn() throws Exception {
    try (RunningGateway gateway = gateway();
        RawClient client = open(gateway, "tcp")) {
      RawUpstream.Peer peer = peer();
      peer.send("last words");
      peer.socket().shutdownOutput();
      assertThat(client.read(10)).isEqualTo("last words");
      assertThat(client.socket().getInputStream().read()).isEqualTo(-1);
      for (int i = 0; i < 20; i++) {
        client.send("still here");
        assertThat(read(peer.socket().getInputStream(), 10)).isEqualTo("still here");
      }
      client.close();
      assertThat(peer.socket().getInputStream().read()).isEqualTo(-1);
      assertOver(gateway, "upstream", "closed");
    }
  }

  @Test
  void endBehindMuchData_comesAfterAllOfIt() throws Exception {
    long length = 8 << 20;
    try (RunningGateway gateway = gateway();
        RawClient client = open(gateway, "tcp")) {
      RawUpstream.Peer peer = peer();
      Thread sender = sender(peer.socket(), length, new AtomicLong());
      Pattern.read(client.socket().getInputStream(), length);
      assertThat(client.socket().getInputStream().read()).isEqualTo(-1);
      sender.join();
    }
  }

  /** What kernels on loopback may hold in four socket buffers, and we under way. */
  private static final long UNDER_WAY = 40 << 20;

  private static Thread sender(java.net.Socket socket, long length, AtomicLong sent) {
    Thread thread =
        new Thread(
            () -> {
              try {
                Pattern.write(socket.getOutputStream(), length, sent);
                socket.shutdownOutput();
              } catch (IOException e) {
                throw new java.io.UncheckedIOException(e);
              }
            });
    thread.setDaemon(true);
    thread.start();
    return thread;
  }

  private static void awaitStall(AtomicLong sent) throws Exception {
    long[] last = {-1, System.nanoTime()};
    Await.until(
        "the sender is held back",
        () -> {
          if (sent.get() != last[0]) {
            last[0] = sent.get();
            last[1] = System.nanoTime();
          }
          return last[0] > 0 && System.nanoTime() - last[1] > 300_000_000L;
        });
  }

  @Test
  @FaultRow("D14")
  void sideThatSendsNoMore_mayReadSlowly() throws Exception {
    long length = 64 << 20;
    try (RunningGateway gateway = gateway();
        RawClient client = open(gateway, "tcp")) {
      RawUpstream.Peer peer = peer();
      client.socket().shutdownOutput();
      assertThat(peer.socket().getInputStream().read()).isEqualTo(-1);
      // Small pieces first, so that more than once nothing waits to be written.
      for (int i = 0; i < 3; i++) {
        peer.send("still here");
        assertThat(client.read(10)).isEqualTo("still here");
      }
      AtomicLong sent = new AtomicLong();
      Thread sender = sender(peer.socket(), length, sent);
      awaitStall(sent);
      assertThat(sent.get()).isLessThan(UNDER_WAY);
      Pattern.read(client.socket().getInputStream(), length);
      assertThat(client.socket().getInputStream().read()).isEqualTo(-1);
      sender.join();
    }
  }

  @Test
  void resetOfEitherSide_isAResetForTheOther() throws Exception {
    try (RunningGateway gateway = gateway()) {
      RawClient leaving = open(gateway, "tcp");
      RawUpstream.Peer peer = peer();
      leaving.send("x");
      assertThat(read(peer.socket().getInputStream(), 1)).isEqualTo("x");
      leaving.reset();
      assertReset(peer.socket().getInputStream());
      assertOver(gateway, "client", "reset");
      assertThat(gateway.view().clientResets()).isEqualTo(1);

      RawClient staying = open(gateway, "tcp");
      peer = peer();
      peer.reset();
      assertReset(staying.socket().getInputStream());
      assertOver(gateway, "upstream", "reset");
      assertThat(gateway.view().clientResets()).isEqualTo(1);
    }
  }

  private static void assertReset(InputStream in) {
    org.assertj.core.api.Assertions.assertThatThrownBy(in::read)
        .isInstanceOf(IOException.class)
        .hasMessageContaining("reset");
  }

  @Test
  void resetBehindAHalfClose_isNoticed() throws Exception {
    try (RunningGateway gateway = gateway();
        RawClient client = open(gateway, "tcp")) {
      RawUpstream.Peer peer = peer();
      client.socket().shutdownOutput();
      assertThat(peer.socket().getInputStream().read()).isEqualTo(-1);
      client.reset();
      // Nothing is sent by either side from here on.
      assertOver(gateway, "client", "reset");
      Await.until(
          "the upstream is told",
          () -> {
            try {
              peer.send("x");
              return false;
            } catch (IOException broken) {
              return true;
            }
          });
    }
  }

  @Test
  void silence_endsAWebSocketWithAGoodbye_andOtherProtocolsWithAReset() throws Exception {
    try (RunningGateway gateway = gatewayIdle(upstream, Duration.ofMillis(300))) {
      RawClient client = open(gateway, "websocket");
      RawUpstream.Peer peer = peer();
      WebSocketFrame told = WebSocketPeer.frame(client);
      assertThat(told.first()).isEqualTo(WebSocketFrame.CLOSE);
      assertThat(told.code()).isEqualTo(1001);
      WebSocketFrame above = WebSocketFrame.read(peer.socket().getInputStream());
      assertThat(above.code()).isEqualTo(1001);
      client.send(WebSocketFrame.close(1001, "").masked());
      assertThat(client.rest()).isEmpty();
      client.close();
      peer.socket().close();
      assertOver(gateway, "gateway", "idle_timeout");

      RawClient other = open(gateway, "tcp");
      assertReset(other.socket().getInputStream());
      assertReset(peer().socket().getInputStream());
    }
  }

  @Test
  void silenceInsideAFrame_endsItWithoutAGoodbye() throws Exception {
    try (RunningGateway gateway = gatewayIdle(upstream, Duration.ofMillis(300));
        RawClient client = open(gateway, "websocket")) {
      RawUpstream.Peer peer = peer();
      peer.send("\u0081\u0005hel"); // Two bytes of its payload never come.
      assertThat(client.read(5)).isEqualTo("\u0081\u0005hel");
      assertThat(client.rest()).isEmpty();
    }
  }

  @Test
  void trafficOfOneSide_keepsBothOpen() throws Exception {
    try (RunningGateway gateway = gatewayIdle(upstream, Duration.ofMillis(600));
        RawClient client = open(gateway, "tcp")) {
      RawUpstream.Peer peer = peer();
      long from = System.nanoTime();
      while (System.nanoTime() - from < 2_000_000_000L) {
        peer.send("tick");
        assertThat(client.read(4)).isEqualTo("tick");
        java.util.concurrent.locks.LockSupport.parkNanos(50_000_000);
      }
      client.send("here");
      assertThat(read(peer.socket().getInputStream(), 4)).isEqualTo("here");
    }
  }

  @Test
  void drain_leavesATunnelItsTime_thenSaysGoodbye_andIsClean() throws Exception {
    RunningGateway gateway =
        RunningGateway.of(
            Configurations.to(upstream.port())
                .drain(new DrainPolicy(Duration.ZERO, Duration.ofSeconds(4))));
    try (RawClient client = open(gateway, "websocket");
        RawClient other = open(gateway, "tcp")) {
      RawUpstream.Peer first = peer();
      RawUpstream.Peer second = peer();
      long from = System.nanoTime();
      Future<Boolean> stopping = gateway.gateway().stop();
      while (System.nanoTime() - from < 1_000_000_000L) {
        client.send(WebSocketFrame.text("hi").masked());
        // Which of both is the WebSocket's was chance.
        other.send("x");
        java.util.concurrent.locks.LockSupport.parkNanos(100_000_000);
      }
      assertThat(stopping.isComplete()).isFalse();
      assertThat(WebSocketPeer.frame(client).code()).isEqualTo(1001);
      client.close();
      first.socket().close();
      second.socket().close();
      assertThat(RunningGateway.done(stopping)).isTrue();
    }
    gateway.close();
  }

  @Test
  void tunnelThatEnds_doesNotHoldADrainUp() throws Exception {
    RunningGateway gateway =
        RunningGateway.of(
            Configurations.to(upstream.port())
                .drain(new DrainPolicy(Duration.ZERO, Duration.ofSeconds(30))));
    try (RawClient client = open(gateway, "websocket")) {
      RawUpstream.Peer peer = peer();
      long from = System.nanoTime();
      Future<Boolean> stopping = gateway.gateway().stop();
      client.send(WebSocketFrame.close(1000, "").masked());
      assertThat(WebSocketFrame.read(peer.socket().getInputStream()).code()).isEqualTo(1000);
      peer.socket().close();
      client.close();
      assertThat(RunningGateway.done(stopping)).isTrue();
      assertThat(System.nanoTime() - from).isLessThan(20_000_000_000L);
    }
    gateway.close();
  }

  @Test
  void reload_touchesNoTunnel() throws Exception {
    try (RunningGateway gateway = gateway();
        RawClient client = open(gateway, "websocket")) {
      RawUpstream.Peer peer = peer();
      for (int i = 0; i < 100; i++) {
        gateway.swap(Configurations.to(upstream.port()));
      }
      peer.send("same");
      assertThat(client.read(4)).isEqualTo("same");
      assertThat(gateway.view().tunnels()).extracting(TunnelView::open).containsExactly(1L);
    }
  }

  @Test
  void fiveHundredIdleTunnels_costLittle() throws Exception {
    int count = 500;
    try (RunningGateway gateway = gateway()) {
      List<RawClient> clients = new ArrayList<>();
      try {
        for (int i = 0; i < 20; i++) {
          clients.add(open(gateway, "websocket"));
        }
        long before = heap();
        for (int i = 0; i < count; i++) {
          clients.add(open(gateway, "websocket"));
        }
        assertThat(gateway.view().tunnels().get(0).open()).isEqualTo(count + 20);
        // Both peers live in this process, too: a thread and four sockets for each.
        assertThat((heap() - before) / count).as("bytes of heap for each").isLessThan(40_000);
        try (RawClient client = open(gateway, "tcp")) {
          client.send("ping");
          RawUpstream.Peer peer = null;
          for (int i = 0; i < count + 21; i++) {
            peer = peer();
          }
          assertThat(read(peer.socket().getInputStream(), 4)).isEqualTo("ping");
        }
      } finally {
        for (RawClient client : clients) {
          client.close();
        }
      }
    }
  }

  private static long heap() {
    System.gc();
    return java.lang.management.ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
  }
}
