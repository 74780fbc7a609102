package dev.headwater.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headwater.gateway.fault.Dial;
import dev.headwater.gateway.metrics.MetricsView.LabelledCount;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Tunnels with TLS on both sides, wss as it is: bytes, back-pressure and ends as in clear. */
class ITTunnelTls {
  /** What kernels, and TLS in front of them, may hold between both ends. */
  private static final long UNDER_WAY = 40 << 20;

  @TempDir Path folder;
  private TestCertificates authority;
  private RawUpstream upstream;
  private RunningGateway gateway;
  private final BlockingQueue<Switched> switched = new LinkedBlockingQueue<>();

  /** The upstream's side of a tunnel, whose TCP connection can be had without its TLS. */
  private record Switched(Socket tcp, SSLSocket tls) {
    Switched(Socket tcp, SSLContext context) throws IOException {
      this(tcp, (SSLSocket) context.getSocketFactory().createSocket(tcp, "", 0, false));
      tls.setUseClientMode(false);
    }

    InputStream in() throws IOException {
      return tls.getInputStream();
    }

    String head() throws IOException {
      return new RawClient(tls).head();
    }

    String read(int bytes) throws IOException {
      return new String(in().readNBytes(bytes), StandardCharsets.ISO_8859_1);
    }

    void send(String text) throws IOException {
      send(text.getBytes(StandardCharsets.ISO_8859_1));
    }

    void send(byte[] bytes) throws IOException {
      tls.getOutputStream().write(bytes);
    }
  }

  @BeforeEach
  void start() throws Exception {
    authority = TestCertificates.in(folder);
    authority.server("edge", true);
    SSLContext context = authority.server("up", true).context();
    upstream =
        new RawUpstream(
            peer -> {
              Switched made = new Switched(peer.socket(), context);
              if (made.head().startsWith("GET ")) {
                made.send(WebSocketPeer.SWITCHED);
                switched.add(made);
                synchronized (peer) {
                  while (!peer.socket().isClosed()) {
                    peer.wait(100);
                  }
                }
              }
            });
    gateway =
        RunningGateway.of(
            """
            listeners:
              - {name: web, address: "127.0.0.1:0", tls: {certificates: [{certificate: edge.crt, key: edge.key}]}}
            upstreams: [{name: up, endpoints: ["https://127.0.0.1:%d"], tls: {ca: ca.crt}}]
            routes: [{name: all, to: [{upstream: up}]}]
            tracing: {store: {}}
            """
                .formatted(upstream.port()),
            folder);
  }

  @AfterEach
  void stop() throws Exception {
    gateway.close();
    upstream.close();
  }

  private RawClient open() throws Exception {
    RawClient client =
        new RawClient(Dial.tls(gateway.port(), authority.clientContext(), "edge", "http/1.1"));
    client.send(WebSocketPeer.request("/chat"));
    assertThat(client.head()).startsWith("HTTP/1.1 101 ");
    return client;
  }

  private Switched switched() throws Exception {
    Switched peer = switched.poll(10, TimeUnit.SECONDS);
    assertThat(peer).as("switched").isNotNull();
    return peer;
  }

  @Test
  @FaultRow("D14")
  void frames_passBothWays_andAreCounted() throws Exception {
    try (RawClient client = open()) {
      Switched peer = switched();
      for (int i = 0; i < 100; i++) {
        byte[] asked = WebSocketFrame.text("hello " + i).masked();
        client.send(asked);
        assertThat(peer.in().readNBytes(asked.length)).isEqualTo(asked);
        peer.send(WebSocketFrame.text("hello " + i).plain());
        assertThat(WebSocketPeer.frame(client).text()).isEqualTo("hello " + i);
      }
      client.send(WebSocketFrame.close(1000, "").masked());
      assertThat(WebSocketFrame.read(peer.in()).code()).isEqualTo(1000);
      peer.send(WebSocketFrame.close(1000, "").plain());
      assertThat(WebSocketPeer.frame(client).code()).isEqualTo(1000);
      peer.tls().close();
      assertThat(client.rest()).isEmpty();
    }
    gateway.trace(1);
    assertThat(gateway.spans(1).get(0).tags()).containsEntry("websocket.close_code", "1000");
  }

  private static Thread sender(Socket socket, long length, AtomicLong sent) {
    Thread thread =
        new Thread(
            () -> {
              try {
                Pattern.write(socket.getOutputStream(), length, sent);
              } catch (IOException e) {
                throw new java.io.UncheckedIOException(e);
              }
            });
    thread.setDaemon(true);
    thread.start();
    return thread;
  }

  @Test
  @FaultRow("D14")
  void slowSide_holdsTheOtherBack_andLosesNothing() throws Exception {
    long length = 96 << 20;
    try (RawClient client = open()) {
      Switched peer = switched();
      AtomicLong up = new AtomicLong();
      AtomicLong down = new AtomicLong();
      Thread sendsUp = sender(client.socket(), length, up);
      Thread sendsDown = sender(peer.tls(), length, down);
      long[] last = {-1, System.nanoTime()};
      Await.until(
          "both are held back",
          () -> {
            if (up.get() + down.get() != last[0]) {
              last[0] = up.get() + down.get();
              last[1] = System.nanoTime();
            }
            return last[0] > 0 && System.nanoTime() - last[1] > 500_000_000L;
          });
      assertThat(up.get()).isLessThan(UNDER_WAY);
      assertThat(down.get()).isLessThan(UNDER_WAY);
      Pattern.read(client.socket().getInputStream(), length);
      Pattern.read(peer.in(), length);
      sendsUp.join();
      sendsDown.join();
    }
  }

  @Test
  @FaultRow("D14")
  void upstreamEnds_clientIsToldInTheTermsOfTls() throws Exception {
    try (RawClient client = open()) {
      Switched peer = switched();
      peer.send("last words");
      peer.tls().close();
      assertThat(client.read(10)).isEqualTo("last words");
      // Not an exception: a FIN without close_notify would be one.
      assertThat(client.socket().getInputStream().read()).isEqualTo(-1);
    }
  }

  @Test
  @FaultRow("D14")
  void clientEnds_upstreamIsToldInTheTermsOfTls() throws Exception {
    try (RawClient client = open()) {
      Switched peer = switched();
      client.send("last words");
      client.close();
      assertThat(peer.read(10)).isEqualTo("last words");
      assertThat(peer.in().read()).isEqualTo(-1);
    }
  }

  /** TLS 1.2 knows no half-close, and neither does OpenSSL's engine. */
  @Test
  @FaultRow("D14")
  void clientThatSendsNoMore_endsTheTunnel() throws Exception {
    try (RawClient client = open()) {
      Switched peer = switched();
      client.send("last words");
      client.finish();
      assertThat(peer.read(10)).isEqualTo("last words");
      assertThat(peer.in().read()).isEqualTo(-1);
      assertThat(client.socket().getInputStream().read()).isEqualTo(-1);
      Await.until("nothing is open", () -> gateway.gateway().connections() == 0);
      assertThat(gateway.view().tunnelEnds())
          .contains(new LabelledCount("client", "no_close_frame", 1));
    }
  }

  /** Counts what comes, so that it shows whether a record came behind the last that was read. */
  private static final class CountingSocket extends Socket {
    private final AtomicLong came = new AtomicLong();

    CountingSocket(int port) throws IOException {
      super(InetAddress.getLoopbackAddress(), port);
    }

    @Override
    public InputStream getInputStream() throws IOException {
      return new FilterInputStream(super.getInputStream()) {
        @Override
        public int read(byte[] into, int from, int length) throws IOException {
          int count = super.read(into, from, length);
          came.addAndGet(Math.max(0, count));
          return count;
        }
      };
    }
  }

  /**
   * Without a close_notify nobody may take what came for all there was (RFC 8446 6.1). The JDK's
   * own sockets do, so it is looked for here.
   */
  @ParameterizedTest
  @ValueSource(strings = {"goodbye", "close", "reset"})
  void end_isPassedOnAsWhatItWas(String how) throws Exception {
    try (CountingSocket tcp = new CountingSocket(gateway.port());
        RawClient client =
            new RawClient(
                authority.clientContext().getSocketFactory().createSocket(tcp, "edge", 0, false))) {
      client.send(WebSocketPeer.request("/chat"));
      assertThat(client.head()).startsWith("HTTP/1.1 101 ");
      Switched peer = switched();
      peer.send("last words");
      assertThat(client.read(10)).isEqualTo("last words");
      long before = tcp.came.get();
      switch (how) {
        case "goodbye" -> peer.tls().close();
        case "close" -> peer.tcp().close();
        default -> Dial.reset(peer.tcp());
      }
      assertThat(client.rest()).isEqualTo(how.equals("reset") ? "<reset>" : "");
      assertThat(tcp.came.get() > before).as("a farewell").isEqualTo(how.equals("goodbye"));
      Await.until("nothing is open", () -> gateway.gateway().connections() == 0);
    }
  }

  @Test
  void clientThatIsCut_isCounted_andTheUpstreamHasAllThatCame() throws Exception {
    try (Socket tcp = Dial.tcp(gateway.port())) {
      RawClient client =
          new RawClient(
              authority.clientContext().getSocketFactory().createSocket(tcp, "edge", 0, false));
      client.send(WebSocketPeer.request("/chat"));
      assertThat(client.head()).startsWith("HTTP/1.1 101 ");
      Switched peer = switched();
      client.send("last words");
      tcp.close();
      assertThat(peer.read(10)).isEqualTo("last words");
      assertThat(peer.in().read()).isEqualTo(-1);
      Await.until("nothing is open", () -> gateway.gateway().connections() == 0);
      assertThat(gateway.view().tunnelEnds()).contains(new LabelledCount("client", "cut", 1));
    }
  }
}
