package dev.headwater.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.util.internal.PlatformDependent;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.Socket;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * What a tunnel through a proxy has to be, over raw sockets, for whatever proxy: rows D14 and B17.
 */
abstract class TunnelAbuseContract {
  /** A proxy in front of one upstream. */
  interface Proxy extends AutoCloseable {
    int port();
  }

  /** Starts the proxy that is asked. */
  abstract Proxy start(int upstream) throws Exception;

  private static final long MIB = 1 << 20;

  /** What kernels on loopback may hold in four socket buffers, and a proxy under way. */
  private static final long UNDER_WAY = 40 * MIB;

  private final BlockingQueue<RawUpstream.Peer> switched = new LinkedBlockingQueue<>();

  private RawUpstream switching() throws IOException {
    return new RawUpstream(
        peer -> {
          if (peer.request() != null) {
            peer.send(WebSocketPeer.SWITCHED);
            switched.add(peer);
            synchronized (peer) {
              while (!peer.socket().isClosed()) {
                peer.wait(100);
              }
            }
          }
        });
  }

  private RawUpstream.Peer peer() throws Exception {
    RawUpstream.Peer peer = switched.poll(10, TimeUnit.SECONDS);
    assertThat(peer).as("switched").isNotNull();
    peer.socket().setSoTimeout(10_000);
    return peer;
  }

  private static RawClient connect(Proxy proxy) throws IOException {
    return new RawClient(new Socket("127.0.0.1", proxy.port()));
  }

  private static RawClient open(Proxy proxy) throws IOException {
    RawClient client = connect(proxy);
    client.send(WebSocketPeer.request("/"));
    assertThat(client.head()).startsWith("HTTP/1.1 101 ");
    return client;
  }

  /** Whatever it is, a message goes through it and comes back. */
  void ordinaryTunnel_passesMessages() throws Exception {
    try (RawUpstream upstream = new RawUpstream(WebSocketPeer.echo());
        Proxy proxy = start(upstream.port());
        RawClient client = open(proxy)) {
      client.send(WebSocketFrame.text("hello").masked());
      assertThat(WebSocketPeer.frame(client).text()).isEqualTo("hello");
      client.send(WebSocketFrame.close(4000, "").masked());
      assertThat(WebSocketPeer.frame(client).code()).isEqualTo(4000);
    }
  }

  @FaultRow("D14")
  void refusal_leavesNoTunnelBehind() throws Exception {
    String refusal = "HTTP/1.1 403 Forbidden\r\nContent-Length: 4\r\n\r\nnope";
    try (RawUpstream upstream = RawUpstream.answering(refusal);
        Proxy proxy = start(upstream.port());
        RawClient client = connect(proxy)) {
      client.send(WebSocketPeer.request("/"));
      assertThat(client.response()).startsWith("HTTP/1.1 403 ").endsWith("\r\n\r\nnope");
      upstream.request();
      // What follows is a request like any other: not one that goes through unseen.
      client.send("GET /admin HTTP/1.1\r\nHost: a\r\nX-Forwarded-For: 203.0.113.9\r\n\r\n");
      client.response();
      assertThat(upstream.request())
          .contains("X-Forwarded-For: 127.0.0.1\r\n")
          .doesNotContain("203.0.113.9");
    }
  }

  @FaultRow("D14")
  void switchThatWasNotAskedFor_isRefused() throws Exception {
    String other = WebSocketPeer.SWITCHED.replace("websocket", "other");
    try (RawUpstream upstream = RawUpstream.answering(other);
        Proxy proxy = start(upstream.port());
        RawClient client = connect(proxy)) {
      client.send(WebSocketPeer.request("/"));
      assertThat(client.head()).startsWith("HTTP/1.1 502 ");
    }
  }

  @FaultRow("D14")
  void halfClose_leavesTheOtherSideOpen() throws Exception {
    try (RawUpstream upstream = switching();
        Proxy proxy = start(upstream.port());
        RawClient client = open(proxy)) {
      RawUpstream.Peer peer = peer();
      client.socket().shutdownOutput();
      assertThat(peer.socket().getInputStream().read()).as("the end is told").isEqualTo(-1);
      try {
        peer.send("still here");
        assertThat(client.read(10)).isEqualTo("still here");
      } catch (IOException closed) {
        throw new AssertionError("both sides were closed", closed);
      }
    }
  }

  @FaultRow("D14")
  void reset_isNoOrderlyEnd() throws Exception {
    try (RawUpstream upstream = switching();
        Proxy proxy = start(upstream.port());
        RawClient client = open(proxy)) {
      peer().reset();
      assertThatThrownBy(() -> client.socket().getInputStream().read())
          .isInstanceOf(IOException.class);
    }
  }

  @FaultRow("D14")
  void slowClient_holdsTheUpstreamBack() throws Exception {
    through(64 * MIB, false);
  }

  @FaultRow("D14")
  void slowUpstream_holdsTheClientBack() throws Exception {
    through(64 * MIB, true);
  }

  /** Sends that much while nobody reads, and then lets it be read. */
  final void through(long length, boolean upwards) throws Exception {
    try (RawUpstream upstream = switching();
        Proxy proxy = start(upstream.port());
        RawClient client = open(proxy)) {
      Socket above = peer().socket();
      Socket from = upwards ? client.socket() : above;
      Socket to = upwards ? above : client.socket();
      AtomicLong sent = new AtomicLong();
      Thread sender =
          new Thread(
              () -> {
                try {
                  Pattern.write(from.getOutputStream(), length, sent);
                } catch (IOException e) {
                  throw new java.io.UncheckedIOException(e);
                }
              });
      sender.setDaemon(true);
      long before = memory();
      sender.start();
      assertThat(stalledAt(sent)).isLessThan(Math.min(length, UNDER_WAY));
      assertThat(memory() - before).as("bytes held here").isLessThan(UNDER_WAY);
      Pattern.read(to.getInputStream(), length);
      sender.join(10_000);
      assertThat(sender.isAlive()).isFalse();
    }
  }

  private static long memory() {
    System.gc();
    return Math.max(0, PlatformDependent.usedDirectMemory())
        + ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
  }

  private static long stalledAt(AtomicLong counter) throws Exception {
    long[] last = {-1, System.nanoTime()};
    Await.until(
        "the sender is held back",
        () -> {
          if (counter.get() != last[0]) {
            last[0] = counter.get();
            last[1] = System.nanoTime();
          }
          return last[0] > 0 && System.nanoTime() - last[1] > 500_000_000L;
        });
    return last[0];
  }

  @FaultRow("B17")
  void h2cUpgrade_goesNoFurther() throws Exception {
    try (RawUpstream upstream = RawUpstream.answering(RawUpstream.OK);
        Proxy proxy = start(upstream.port());
        RawClient client = connect(proxy)) {
      client.send(
          "GET / HTTP/1.1\r\nHost: a\r\nConnection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\n"
              + "HTTP2-Settings: AAMAAABkAAQAAP__\r\n\r\n");
      assertThat(client.response()).startsWith("HTTP/1.1 200 ");
      assertThat(upstream.request().toLowerCase(java.util.Locale.ROOT))
          .doesNotContain("h2c")
          .doesNotContain("upgrade")
          .doesNotContain("http2-settings");
    }
  }
}
