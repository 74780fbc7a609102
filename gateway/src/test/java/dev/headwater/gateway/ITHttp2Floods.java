package dev.headwater.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headwater.gateway.fault.Dial;
import dev.headwater.gateway.fault.Ending;
import dev.headwater.gateway.fault.Http2Answer;
import dev.headwater.gateway.fault.Http2Client;
import dev.headwater.gateway.fault.Http2Fields;
import dev.headwater.gateway.fault.Http2Frame;
import dev.headwater.gateway.metrics.MetricsView;
import dev.headwater.routes.Limits;
import io.netty.util.internal.PlatformDependent;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import zipkin2.Span;

/**
 * Clients that use HTTP/2 to cost more than they pay: each ends with its own connection, traced and
 * counted, and an upstream sees no more than a hundred requests of it at once.
 */
class ITHttp2Floods {
  private static final int CANCEL = 8;
  private static final int REFUSED_STREAM = 7;
  private static final int ENHANCE_YOUR_CALM = 11;
  private static final int INITIAL_WINDOW_SIZE = 4;
  private static final int MAX_HEADER_LIST_SIZE = 6;

  /** Answers nothing; knows how many requests it had at once. */
  private static final class Patient implements RawUpstream.Script {
    private final AtomicInteger now = new AtomicInteger();
    private final AtomicInteger most = new AtomicInteger();

    @Override
    public void run(RawUpstream.Peer peer) throws Exception {
      if (peer.request() != null) {
        most.accumulateAndGet(now.incrementAndGet(), Math::max);
        peer.closedByGateway();
        now.decrementAndGet();
      }
    }
  }

  private static Http2Client connect(RunningGateway gateway, int... settings) throws Exception {
    return Http2Client.over(Dial.tcp(gateway.port())).begin(settings);
  }

  private static byte[] bytes(Http2Frame... frames) {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    for (Http2Frame frame : frames) {
      all.writeBytes(frame.bytes());
    }
    return all.toByteArray();
  }

  private static byte[] times(int count, Http2Frame frame) {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    for (int i = 0; i < count; i++) {
      all.writeBytes(frame.bytes());
    }
    return all.toByteArray();
  }

  /** Sends until all is sent or the peer is gone; tells how often. */
  private static int flood(Http2Client client, int times, byte[] bytes) {
    for (int i = 0; i < times; i++) {
      try {
        client.send(bytes);
      } catch (IOException gone) {
        return i;
      }
    }
    return times;
  }

  /**
   * The connection ends as one too many of its frames has come. Its GOAWAY may be lost with a
   * reset, which closing with the rest of a flood unread is; that it was sent is counted.
   */
  private static void assertToldToCalmDown(RunningGateway gateway, Http2Client client) {
    Ending ending = client.ending();
    List<Integer> told =
        client.frames().stream()
            .filter(frame -> frame.type() == Http2Frame.GOAWAY && frame.value() != 0)
            .map(Http2Frame::value)
            .distinct()
            .toList();
    if (ending == Ending.RESET && told.isEmpty()) {
      assertThat(gateway.failures("accept", "h2_enhance_your_calm")).isPositive();
    } else {
      assertThat(told).containsExactly(ENHANCE_YOUR_CALM);
    }
  }

  private static long requests(RunningGateway gateway) {
    return gateway.view().routes().stream().mapToLong(MetricsView.RouteView::requests).sum();
  }

  private static long inFlight(RunningGateway gateway) {
    MetricsView view = gateway.view();
    return view.routes().stream().mapToLong(MetricsView.RouteView::inFlight).sum()
        + view.upstreams().stream().mapToLong(MetricsView.UpstreamView::inFlight).sum();
  }

  /** Every request that was begun is over, counted, and has a trace that says so. */
  private static long assertTraced(RunningGateway gateway) throws Exception {
    Await.until("nothing is in flight", () -> inFlight(gateway) == 0);
    long requests = requests(gateway);
    gateway.flush();
    List<Span> servers =
        gateway.spans(gateway.waitingSpans()).stream()
            .filter(span -> span.kind() == Span.Kind.SERVER)
            .toList();
    assertThat((long) servers.size()).isEqualTo(requests);
    assertThat(servers)
        .allSatisfy(span -> assertThat(span.tags()).containsEntry("error", "client_gone"));
    return requests;
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 100})
  @FaultRow("B2")
  void rapidReset_endsTheConnection(int pairsAtOnce) throws Exception {
    Patient patient = new Patient();
    try (RawUpstream upstream = new RawUpstream(patient);
        RunningGateway gateway = RunningGateway.of(Configurations.to(upstream.port()));
        Http2Client client = connect(gateway)) {
      ByteArrayOutputStream pairs = new ByteArrayOutputStream();
      int sent = 0;
      for (int i = 0; i < 10_000 / pairsAtOnce && sent == i; i++) {
        pairs.reset();
        for (int j = 0; j < pairsAtOnce; j++) {
          int stream = client.newStream();
          byte[] block = client.block(stream, Http2Fields.request("GET", "/"));
          pairs.writeBytes(
              bytes(Http2Frame.headers(stream, block, true), Http2Frame.reset(stream, CANCEL)));
        }
        sent += flood(client, 1, pairs.toByteArray());
      }
      assertToldToCalmDown(gateway, client);
      long requests = assertTraced(gateway);
      assertThat(requests).isBetween(100L, 250L);
      assertThat(patient.most.get()).isLessThanOrEqualTo(100);
      assertThat(gateway.failures("accept", "h2_enhance_your_calm")).isEqualTo(1);
      assertThat(gateway.view().clientResets()).isBetween(requests - 2, 250L);
      Loops.awaitIdle();
      Await.until("the upstream is left", () -> patient.now.get() == 0);
    }
  }

  /** Frames that make the gateway reset a stream (CVE-2025-8671). */
  private enum Provocation {
    ZERO_WINDOW_UPDATE {
      @Override
      Http2Frame frame(int stream, byte[] block) {
        return Http2Frame.windowUpdate(stream, 0);
      }
    },
    WINDOW_OVERFLOW {
      @Override
      Http2Frame frame(int stream, byte[] block) {
        return Http2Frame.windowUpdate(stream, Integer.MAX_VALUE);
      }
    },
    DATA_AFTER_END {
      @Override
      Http2Frame frame(int stream, byte[] block) {
        return Http2Frame.data(stream, new byte[1], true);
      }
    },
    SHORT_PRIORITY {
      @Override
      Http2Frame frame(int stream, byte[] block) {
        return new Http2Frame(Http2Frame.PRIORITY, 0, stream, new byte[4]);
      }
    },
    SELF_DEPENDENCY {
      @Override
      Http2Frame frame(int stream, byte[] block) {
        return Http2Frame.priority(stream, stream, 16);
      }
    },
    HEADERS_AFTER_END {
      @Override
      Http2Frame frame(int stream, byte[] block) {
        return Http2Frame.headers(stream, block, true);
      }
    };

    abstract Http2Frame frame(int stream, byte[] block);
  }

  @ParameterizedTest
  @EnumSource(Provocation.class)
  @FaultRow("B3")
  void provokedResets_endTheConnection(Provocation provocation) throws Exception {
    Patient patient = new Patient();
    try (RawUpstream upstream = new RawUpstream(patient);
        RunningGateway gateway = RunningGateway.of(Configurations.to(upstream.port()));
        Http2Client client = connect(gateway)) {
      byte[] block = Http2Fields.literal(Http2Fields.request("GET", "/"));
      int sent = 0;
      for (int i = 0; i < 1000 && sent == i; i++) {
        int stream = client.newStream();
        sent +=
            flood(
                client,
                1,
                bytes(Http2Frame.headers(stream, block, true), provocation.frame(stream, block)));
      }
      assertToldToCalmDown(gateway, client);
      assertThat(assertTraced(gateway)).isBetween(100L, 250L);
      assertThat(patient.most.get()).isLessThanOrEqualTo(100);
      Await.until("the upstream is left", () -> patient.now.get() == 0);
    }
  }

  @Test
  @FaultRow("B4")
  void clientThatTakesNoHeaders_isAnsweredAllTheSame() throws Exception {
    try (RawUpstream upstream = RawUpstream.answering(RawUpstream.OK);
        RunningGateway gateway = RunningGateway.of(Configurations.to(upstream.port()));
        Http2Client client = connect(gateway, MAX_HEADER_LIST_SIZE, 1)) {
      for (int i = 0; i < 20; i++) {
        List<Integer> streams = new ArrayList<>();
        for (int j = 0; j < 50; j++) {
          streams.add(client.request("GET", "/"));
        }
        for (int stream : streams) {
          assertThat(client.answer(stream).text()).isEqualTo("ok");
        }
      }
      assertThat(client.count(Http2Frame.RST_STREAM)).isZero();
      assertThat(client.now()).isEqualTo(Ending.OPEN);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1})
  @FaultRow("B5")
  void continuationsWithoutEnd_areCutOff(int length) throws Exception {
    byte[] begun = Http2Fields.literal(Http2Fields.request("GET", "/"));
    try (RawUpstream upstream = RawUpstream.answering(RawUpstream.OK);
        RunningGateway gateway = RunningGateway.of(Configurations.to(upstream.port()))) {
      long least = Long.MAX_VALUE;
      // The first times load classes and fill pools.
      for (int i = 0; i < 4; i++) {
        long heap = Loops.allocated();
        long direct = PlatformDependent.usedDirectMemory();
        // An acknowledgement could come between the parts.
        try (Http2Client client =
            Http2Client.over(Dial.tcp(gateway.port())).withoutAcknowledging().begin()) {
          client.send(Http2Frame.headersBegun(1, begun, true));
          byte[] parts = times(1000, Http2Frame.continuation(1, new byte[length], false));
          flood(client, 100, parts);
          assertToldToCalmDown(gateway, client);
        }
        long grown = Loops.allocated() - heap + PlatformDependent.usedDirectMemory() - direct;
        least = Math.min(least, grown);
      }
      assertThat(least).isLessThan(1 << 20);
      assertThat(upstream.total()).isZero();
    }
  }

  /** Frames that carry no message. */
  private enum Idle {
    SETTINGS {
      @Override
      Http2Frame frame(int stream) {
        return Http2Frame.settings(INITIAL_WINDOW_SIZE, 65535);
      }
    },
    EMPTY_SETTINGS {
      @Override
      Http2Frame frame(int stream) {
        return Http2Frame.settings();
      }
    },
    PING {
      @Override
      Http2Frame frame(int stream) {
        return Http2Frame.ping(1, false);
      }
    },
    PING_ACK {
      @Override
      Http2Frame frame(int stream) {
        return Http2Frame.ping(1, true);
      }
    },
    EMPTY_DATA {
      @Override
      Http2Frame frame(int stream) {
        return Http2Frame.data(stream, new byte[0], false);
      }
    },
    WINDOW_UPDATE {
      @Override
      Http2Frame frame(int stream) {
        return Http2Frame.windowUpdate(0, 1);
      }
    },
    WINDOW_UPDATE_OF_STREAM {
      @Override
      Http2Frame frame(int stream) {
        return Http2Frame.windowUpdate(stream, 1);
      }
    },
    PRIORITY {
      @Override
      Http2Frame frame(int stream) {
        return Http2Frame.priority(stream + 2, 0, 16);
      }
    };

    abstract Http2Frame frame(int stream);
  }

  @ParameterizedTest
  @EnumSource(Idle.class)
  @FaultRow("B6")
  void framesWithoutMessage_endTheConnection(Idle idle) throws Exception {
    try (RawUpstream upstream = new RawUpstream(RawUpstream.Peer::closedByGateway);
        RunningGateway gateway = RunningGateway.of(Configurations.to(upstream.port()))) {
      long least = Long.MAX_VALUE;
      for (int i = 0; i < 3; i++) {
        long heap = Loops.allocated();
        long direct = PlatformDependent.usedDirectMemory();
        try (Http2Client client = connect(gateway)) {
          int stream = client.requestWithBody("POST", "/");
          flood(client, 100, times(1000, idle.frame(stream)));
          assertToldToCalmDown(gateway, client);
        }
        long grown = Loops.allocated() - heap + PlatformDependent.usedDirectMemory() - direct;
        least = Math.min(least, grown);
      }
      // Some KB for each frame that is borne, and nothing for the 99,000 others.
      assertThat(least).isLessThan(4 << 20);
      assertThat(gateway.failures("accept", "h2_enhance_your_calm")).isEqualTo(3);
    }
  }

  @Test
  @FaultRow("B7")
  void oneStreamTooMany_isRefusedAlone() throws Exception {
    CountDownLatch answer = new CountDownLatch(1);
    try (RawUpstream upstream =
            new RawUpstream(
                peer -> {
                  while (peer.request() != null) {
                    answer.await();
                    peer.send(RawUpstream.OK);
                  }
                });
        RunningGateway gateway = RunningGateway.of(Configurations.to(upstream.port()));
        Http2Client client = connect(gateway)) {
      List<Integer> streams = new ArrayList<>();
      for (int i = 0; i < 100; i++) {
        streams.add(client.request("GET", "/" + i));
      }
      Http2Answer refused = client.answer(client.request("GET", "/more"));
      assertThat(refused.reset()).isEqualTo(REFUSED_STREAM);
      assertThat(refused.status()).isZero();
      // One whose body is on its way already.
      int body = client.requestWithBody("POST", "/more");
      client.send(Http2Frame.data(body, new byte[9], false));
      client.send(Http2Frame.data(body, new byte[9], true));
      assertThat(client.answer(body).reset()).isEqualTo(REFUSED_STREAM);
      answer.countDown();
      for (int stream : streams) {
        assertThat(client.answer(stream).text()).isEqualTo("ok");
      }
      assertThat(client.answer(client.request("GET", "/again")).text()).isEqualTo("ok");
      assertThat(upstream.total()).isEqualTo(101);
    }
  }

  @Test
  @FaultRow("B8")
  void unreadResponses_areCutAndHoldLittle() throws Exception {
    int size = 10 << 20;
    int streams = 50;
    Limits limits = Limits.DEFAULT;
    Limits impatient =
        new Limits(
            limits.headBytes(),
            limits.fields(),
            limits.targetBytes(),
            limits.bodyBytes(),
            limits.headTimeout(),
            limits.idle(),
            Duration.ofSeconds(2),
            limits.bodyRate(),
            limits.bodyGrace(),
            limits.connections());
    try (RawUpstream upstream =
            new RawUpstream(
                peer -> {
                  if (peer.request() != null) {
                    peer.send("HTTP/1.1 200 OK\r\nContent-Length: " + size + "\r\n\r\n");
                    peer.socket().getOutputStream().write(new byte[size]);
                    peer.closedByGateway();
                  }
                });
        RunningGateway gateway =
            RunningGateway.of(Configurations.to(upstream.port()).limits(impatient));
        Http2Client client = connect(gateway, INITIAL_WINDOW_SIZE, 0)) {
      long before = PlatformDependent.usedDirectMemory();
      List<Integer> asked = new ArrayList<>();
      for (int i = 0; i < streams; i++) {
        asked.add(client.request("GET", "/"));
      }
      Await.until("all have begun", () -> client.count(Http2Frame.HEADERS) == streams);
      // A window of 64 KiB each, and what the allocator keeps for itself.
      assertThat(PlatformDependent.usedDirectMemory() - before)
          .isLessThan(streams * 65536L + (16 << 20));
      for (int stream : asked) {
        Http2Answer answer = client.answer(stream);
        assertThat(answer.reset()).isEqualTo(CANCEL);
        assertThat(answer.body()).isEmpty();
      }
      assertThat(gateway.trace(1).get(0).tags()).containsEntry("error", "client_timeout");
      assertThat(client.now()).isEqualTo(Ending.OPEN);
    }
  }
}
