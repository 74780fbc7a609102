package dev.headwater.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headwater.gateway.fault.Http2Client;
import dev.headwater.gateway.fault.Http2Frame;
import dev.headwater.routes.DrainPolicy;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Starting, stopping and changing while requests run (FAULTS.md L1, L4, L5, L7, C9). */
class ITLifecycle {
  private static final String GET = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";
  private static final Path MIGRATES = Path.of("/proc/sys/net/ipv4/tcp_migrate_req");

  @TempDir Path folder;

  private static String behind(RawUpstream upstream, String drain) {
    return """
    upstreams: [{name: u, endpoints: ["http://127.0.0.1:%d"]}]
    routes: [{name: all, to: [{upstream: u}]}]
    drain: {%s}
    """
        .formatted(upstream.port(), drain);
  }

  @Test
  @FaultRow("L4")
  void terminated_underLoad_noneOfTenThousandRequestsFails() throws Exception {
    try (RawUpstream upstream = RawUpstream.answering(RawUpstream.OK);
        EdgeProcess edge =
            new EdgeProcess(
                folder,
                "",
                EdgeProcess.freePort(),
                "",
                behind(upstream, "delay: 2s, timeout: 10s"))) {
      Http2Client streams = Http2Client.over(new Socket("127.0.0.1", edge.port())).begin();
      assertThat(streams.answer(streams.request("GET", "/")).status()).isEqualTo(200);
      HonestClients clients = new HonestClients(edge.port(), 8, Integer.MAX_VALUE);
      clients.await(10_000);
      assertThat(edge.ready()).isEqualTo(200);
      long from = System.nanoTime();
      edge.terminate();
      Await.until("readiness is false", () -> edge.ready() == 503);
      Await.until("all were told to close", () -> clients.toldToClose.get() >= 8);
      assertThat(lastStreams(streams)).isEqualTo(List.of(Integer.MAX_VALUE, 1));
      streams.close();
      // Still there for those whom the news has not reached.
      try (RawClient late = new RawClient(new Socket("127.0.0.1", edge.port()))) {
        assertThat(late.send(GET).response()).contains("\r\nConnection: close\r\n").endsWith("ok");
      }
      assertThat(edge.exit(Duration.ofSeconds(20))).isZero();
      assertThat(Duration.ofNanos(System.nanoTime() - from)).isLessThan(Duration.ofSeconds(13));
      Await.until("nobody listens", () -> clients.gone());
      clients.end();
      assertThat(clients.answered.get()).isGreaterThan(10_000);
      System.out.println(
          "L4: " + clients.answered + " answered, 0 failed, " + clients.sentAgain + " sent again");
    }
  }

  /** What two announcements say that is still served: everything on its way, then what came. */
  private static List<Integer> lastStreams(Http2Client client) throws Exception {
    Await.until("two GOAWAY", () -> client.count(Http2Frame.GOAWAY) == 2);
    return client.frames().stream()
        .filter(frame -> frame.type() == Http2Frame.GOAWAY)
        .map(frame -> ByteBuffer.wrap(frame.payload()).getInt())
        .toList();
  }

  /** A successor listens at the same address before the first one drains. */
  @Test
  @FaultRow("L5")
  void secondInstanceAtTheSamePort_takesOver_noRequestFails() throws Exception {
    int port = EdgeProcess.freePort();
    boolean migrates = Files.exists(MIGRATES) && Files.readString(MIGRATES).strip().equals("1");
    try (RawUpstream first = RawUpstream.answering(RawUpstream.OK);
        RawUpstream second = RawUpstream.answering(RawUpstream.OK)) {
      DrainPolicy drain = new DrainPolicy(Duration.ofMillis(300), Duration.ofSeconds(10));
      RunningGateway old =
          RunningGateway.of(Configurations.to(first.port()).sharing(port).drain(drain));
      HonestClients clients = new HonestClients(port, 8, 5);
      clients.await(1000);
      try (RunningGateway next =
          RunningGateway.of(Configurations.to(second.port()).sharing(port).drain(drain))) {
        Await.until("both are used", () -> second.connections() > 0);
        clients.await(1000);
        old.close();
        int before = first.waiting();
        clients.await(2000);
        assertThat(first.waiting()).isEqualTo(before);
        clients.end();
        System.out.println(
            "L5: "
                + clients.answered
                + " answered, 0 failed, "
                + clients.sentAgain
                + " sent again; tcp_migrate_req "
                + (migrates ? "on" : "off"));
        // Without migration the kernel resets what waits in the backlog of the one that closes.
        assertThat(clients.sentAgain.get()).isLessThanOrEqualTo(migrates ? 0 : 20);
      }
    }
  }

  @Test
  @FaultRow("L7")
  void endpointRemoved_whatRunsIsFinished_noneComesAfterHalfASecond() throws Exception {
    CountDownLatch release = new CountDownLatch(1);
    try (RawUpstream slow =
            new RawUpstream(
                peer -> {
                  while (peer.request() != null) {
                    release.await();
                    peer.send(RawUpstream.OK);
                  }
                });
        RawUpstream other = RawUpstream.answering(RawUpstream.OK);
        RunningGateway gateway = RunningGateway.of(Configurations.to(slow.port()));
        RawClient waiting = gateway.connect()) {
      waiting.send(GET);
      slow.request();
      gateway.swap(Configurations.to(other.port()));
      long swapped = System.nanoTime();
      HonestClients clients = new HonestClients(gateway.port(), 4, 100);
      clients.await(2000);
      Await.until("half a second is over", () -> System.nanoTime() - swapped > 500_000_000L);
      assertThat(slow.waiting()).isZero();
      release.countDown();
      assertThat(waiting.response()).startsWith("HTTP/1.1 200 ").endsWith("ok");
      clients.end();
    }
  }

  @Test
  @FaultRow("L7")
  void rollingRestartOfUpstreams_underLoad_noRequestFails() throws Exception {
    List<RawUpstream> all = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      all.add(RawUpstream.answering(RawUpstream.OK));
    }
    try (RunningGateway gateway = RunningGateway.of(to(all))) {
      HonestClients clients = new HonestClients(gateway.port(), 6, 50);
      clients.await(500);
      for (int i = 0; i < 9; i++) {
        RawUpstream leaving = all.remove(0);
        gateway.swap(to(all));
        long swapped = System.nanoTime();
        clients.await(100);
        Await.until("half a second is over", () -> System.nanoTime() - swapped > 500_000_000L);
        int last = leaving.total();
        clients.await(200);
        assertThat(leaving.total()).isEqualTo(last);
        leaving.close();
        all.add(RawUpstream.answering(RawUpstream.OK));
        gateway.swap(to(all));
        clients.await(100);
      }
      clients.end();
      assertThat(clients.sentAgain.get()).isZero();
      System.out.println("L7: " + clients.answered + " answered over 9 restarts, 0 failed");
    } finally {
      all.forEach(RawUpstream::close);
    }
  }

  private static Configurations to(List<RawUpstream> upstreams) {
    return Configurations.to(upstreams.stream().mapToInt(RawUpstream::port).toArray());
  }

  /** Files of configuration, not snapshots: what an operator does; WebSockets live through it. */
  @Test
  @FaultRow("L1")
  void reloadedHundredTimes_underLoad_noRequestFails_tunnelsStay_heapStaysFlat() throws Exception {
    try (RawUpstream one = RawUpstream.answering(RawUpstream.OK);
        RawUpstream other = RawUpstream.answering(RawUpstream.OK);
        RawUpstream sockets = new RawUpstream(WebSocketPeer.echo());
        RunningGateway gateway = RunningGateway.of(sockets(sockets, one));
        RawClient socket = gateway.connect();
        Http2Client streams = Http2Client.over(new Socket("127.0.0.1", gateway.port())).begin()) {
      socket.send(WebSocketPeer.request("/ws"));
      assertThat(socket.head()).startsWith("HTTP/1.1 101 ");
      HonestClients clients = new HonestClients(gateway.port(), 6, Integer.MAX_VALUE);
      clients.await(3000);
      reload(gateway, sockets, one, other, clients, socket, streams, 30);
      one.forget();
      other.forget();
      Footprint before = Footprint.now();
      reload(gateway, sockets, one, other, clients, socket, streams, 100);
      one.forget();
      other.forget();
      Footprint after = Footprint.now();
      clients.end();
      System.out.println("L1: " + clients.answered + " answered, " + before + " -> " + after);
      assertThat(clients.toldToClose.get()).isZero();
      assertThat(clients.sentAgain.get()).isZero();
      assertThat(streams.count(Http2Frame.GOAWAY)).isZero();
      assertThat(after.beyond(before)).isLessThan(8L << 20);
    }
  }

  private static void reload(
      RunningGateway gateway,
      RawUpstream sockets,
      RawUpstream one,
      RawUpstream other,
      HonestClients clients,
      RawClient socket,
      Http2Client streams,
      int times)
      throws Exception {
    for (int i = 0; i < times; i++) {
      gateway.swap(i % 2 == 0 ? sockets(sockets, one, other) : sockets(sockets, one));
      clients.await(20);
      assertThat(streams.answer(streams.request("GET", "/")).status()).isEqualTo(200);
      socket.send(WebSocketFrame.text("still " + i).masked());
      assertThat(WebSocketPeer.frame(socket).text()).isEqualTo("still " + i);
    }
  }

  private static String sockets(RawUpstream sockets, RawUpstream... others) {
    StringBuilder endpoints = new StringBuilder();
    for (RawUpstream other : others) {
      endpoints.append(endpoints.isEmpty() ? "" : ", ");
      endpoints.append("\"http://127.0.0.1:" + other.port() + "\"");
    }
    return """
    listeners: [{name: web, address: "127.0.0.1:0"}]
    upstreams:
      - {name: ws, endpoints: ["http://127.0.0.1:%d"]}
      - {name: all, endpoints: [%s]}
    routes:
      - {name: ws, match: {path: {prefix: /ws}}, to: [{upstream: ws}]}
      - {name: all, to: [{upstream: all}]}
    tracing: {sampling: {rate: 0.01}, store: {maxSpans: 1000}}
    drain: {timeout: 2s}
    """
        .formatted(sockets.port(), endpoints);
  }

  /**
   * More clients than descriptors: those that were accepted are served, the others wait in the
   * backlog without costing anything, and come in when there is room.
   */
  @Test
  @FaultRow("C9")
  void descriptorsExhausted_acceptPausesWithoutSpinning_andRecovers() throws Exception {
    String answers =
        "routes: [{name: all, filters: [{respond: {status: 200, body: ok}}]}]\n"
            + "drain: {timeout: 1s}\n";
    List<RawClient> clients = new ArrayList<>();
    try (EdgeProcess edge =
        new EdgeProcess(folder, "ulimit -n 400;", EdgeProcess.freePort(), "", answers)) {
      // Whatever opens a file the first time it is used has done so, as in a process of some age.
      try (RawClient early = new RawClient(new Socket("127.0.0.1", edge.port()))) {
        for (int i = 0; i < 50; i++) {
          assertThat(early.send(GET).response()).startsWith("HTTP/1.1 200 ");
        }
      }
      for (int i = 0; i < 500; i++) {
        clients.add(new RawClient(new Socket("127.0.0.1", edge.port())).send(GET));
      }
      try {
        Await.until("some are served", Duration.ofSeconds(20), () -> served(clients) > 20);
      } catch (AssertionError none) {
        throw new AssertionError(served(clients) + " served: " + edge.log(), none);
      }
      int[] count = {-1};
      long[] since = {System.nanoTime()};
      Await.until(
          "no more are served",
          Duration.ofSeconds(20),
          () -> {
            int now = served(clients);
            if (now != count[0]) {
              count[0] = now;
              since[0] = System.nanoTime();
            }
            return System.nanoTime() - since[0] > 1_500_000_000L;
          });
      assertThat(count[0]).isBetween(20, 400);
      long from = System.nanoTime();
      Duration before = edge.cpu();
      Await.until("three seconds passed", () -> System.nanoTime() - from > 3_000_000_000L);
      Duration spent = edge.cpu().minus(before);
      System.out.println(
          "C9: "
              + count[0]
              + " of 500 served, "
              + spent.toMillis()
              + " ms of CPU in 3 s of waiting");
      assertThat(spent).isLessThan(Duration.ofMillis(1000));
      assertThat(edge.alive()).isTrue();
      RawClient kept = clients.stream().filter(ITLifecycle::hasAnswer).findFirst().orElseThrow();
      assertThat(kept.response()).startsWith("HTTP/1.1 200 ");
      assertThat(kept.send(GET).response()).startsWith("HTTP/1.1 200 ");

      for (int i = 0; i < 500; i++) {
        RawClient client = clients.get(i);
        if (client != kept && hasAnswer(client)) {
          client.close();
        }
      }
      clients.removeIf(client -> client.socket().isClosed() || client == kept);
      assertThat(clients).isNotEmpty();
      for (RawClient client : clients) {
        assertThat(client.response()).startsWith("HTTP/1.1 200 ");
        client.close(); // There may be more that wait than fit at once.
      }
      assertThat(edge.log().lines().filter(line -> line.contains("open files")).count())
          .isLessThan(30);
      kept.close();
    } finally {
      for (RawClient client : clients) {
        client.close();
      }
    }
  }

  private static int served(List<RawClient> clients) {
    return (int) clients.stream().filter(ITLifecycle::hasAnswer).count();
  }

  private static boolean hasAnswer(RawClient client) {
    try {
      return client.socket().getInputStream().available() > 0;
    } catch (java.io.IOException e) {
      return false;
    }
  }
}
