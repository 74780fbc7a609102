package dev.headwater.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headwater.gateway.fault.Dial;
import dev.headwater.gateway.fault.Http2Answer;
import dev.headwater.gateway.fault.Http2Client;
import dev.headwater.gateway.fault.Http2Frame;
import dev.headwater.gateway.fault.Http2Origin;
import dev.headwater.gateway.fault.StrictField;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * HTTP/2 on both sides, as gRPC uses it: streams in both directions at once, answers that are
 * trailers alone, and breaks that never look like ends.
 */
class ITHttp2Relay {
  private static final int ONE = 3;
  private static final int CANCEL = 8;
  private static final Duration AT_ONCE = Duration.ofMillis(100);

  private static RunningGateway gateway(Http2Origin origin) {
    return RunningGateway.of(
        """
        listeners: [{name: web, address: "127.0.0.1:0"}]
        upstreams: [{name: up, endpoints: ["h2c://127.0.0.1:%d"]}]
        routes: [{name: all, to: [{upstream: up}]}]
        tracing: {store: {}}
        """
            .formatted(origin.port()));
  }

  private static Http2Client client(RunningGateway gateway) throws Exception {
    return Http2Client.over(Dial.tcp(gateway.port())).begin();
  }

  private static int call(Http2Client client) throws Exception {
    return client.requestWithBody(
        "POST", "/echo.Echo/Both", "content-type", "application/grpc", "te", "trailers");
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  @Test
  void messages_passInBothDirectionsWhileBothAreOpen() throws Exception {
    try (Http2Origin origin =
            new Http2Origin(
                (peer, frame) -> {
                  int stream = frame.stream();
                  if (frame.type() == Http2Frame.HEADERS) {
                    peer.head(stream, 200, false, "content-type", "application/grpc");
                  } else if (frame.type() == Http2Frame.DATA && frame.payload().length > 0) {
                    peer.send(Http2Frame.data(stream, frame.payload(), false));
                  }
                  if (frame.has(Http2Frame.END_STREAM)) {
                    peer.headers(stream, true, "grpc-status", "0", "grpc-message", "bye");
                  }
                });
        RunningGateway gateway = gateway(origin);
        Http2Client client = client(gateway)) {
      int stream = call(client);
      for (int i = 1; i <= 20; i++) {
        client.send(Http2Frame.data(stream, bytes("message"), false));
        int expected = i * 7;
        Await.until("message " + i, () -> client.received(stream) == expected);
      }
      client.send(Http2Frame.data(stream, new byte[0], true));
      Http2Answer answer = client.answer(stream);
      assertThat(answer.status()).isEqualTo(200);
      assertThat(answer.trailers())
          .contains(new StrictField("grpc-status", "0"), new StrictField("grpc-message", "bye"));
      assertThat(origin.peers().get(0).field(ONE, "te")).isEqualTo("trailers");
    }
  }

  @Test
  void answerOfTrailersAlone_isOneFrame() throws Exception {
    try (Http2Origin origin =
            new Http2Origin(
                (peer, frame) -> {
                  if (frame.has(Http2Frame.END_STREAM)) {
                    peer.head(
                        frame.stream(),
                        200,
                        true,
                        "content-type",
                        "application/grpc",
                        "grpc-status",
                        "12");
                  }
                });
        RunningGateway gateway = gateway(origin);
        Http2Client client = client(gateway)) {
      int stream = call(client);
      client.send(Http2Frame.data(stream, bytes("message"), true));
      Http2Answer answer = client.answer(stream);
      assertThat(answer.status()).isEqualTo(200);
      assertThat(answer.fields()).contains(new StrictField("grpc-status", "12"));
      List<Http2Frame> frames =
          client.frames().stream().filter(frame -> frame.stream() == stream).toList();
      assertThat(frames.stream().filter(f -> f.type() == Http2Frame.HEADERS)).hasSize(1);
      assertThat(frames.stream().filter(f -> f.type() == Http2Frame.DATA)).isEmpty();
    }
  }

  @FaultRow("R8")
  @ParameterizedTest
  @ValueSource(strings = {"reset", "goaway and close", "close"})
  void responseThatBreaks_isResetAndNeverEnded(String how) throws Exception {
    try (Http2Origin origin =
            new Http2Origin(
                (peer, frame) -> {
                  if (frame.has(Http2Frame.END_STREAM)) {
                    int stream = frame.stream();
                    peer.head(stream, 200, false).data(stream, "begun", false);
                    if (how.equals("reset")) {
                      peer.send(Http2Frame.reset(stream, 2));
                      return;
                    }
                    if (how.startsWith("goaway")) {
                      peer.send(Http2Frame.goAway(stream, 2));
                    }
                    peer.close();
                  }
                });
        RunningGateway gateway = gateway(origin);
        Http2Client client = client(gateway)) {
      int stream = call(client);
      client.send(Http2Frame.data(stream, bytes("message"), true));
      Http2Answer answer = client.answer(stream);
      assertThat(answer.reset()).isNotEqualTo(-1);
      assertThat(client.frames()).noneMatch(frame -> frame.stream() == stream && ends(frame));
      int next = client.request("GET", "/next");
      assertThat(client.answer(next).reset()).isNotEqualTo(-1); // Breaks alike, on its own stream.
    }
  }

  private static boolean ends(Http2Frame frame) {
    return frame.type() <= Http2Frame.HEADERS && frame.has(Http2Frame.END_STREAM);
  }

  @FaultRow("R3")
  @Test
  void streamThatAClientResets_isResetAtTheUpstreamAlone() throws Exception {
    try (Http2Origin origin = new Http2Origin((peer, frame) -> {});
        RunningGateway gateway = gateway(origin);
        Http2Client client = client(gateway)) {
      int one = call(client);
      int two = client.request("GET", "/two");
      Await.until("both arrive", () -> !origin.peers().isEmpty());
      Http2Origin.Peer peer = origin.peers().get(0);
      Await.until("two arrives", () -> !peer.head(ONE + 2).isEmpty());
      client.send(Http2Frame.reset(one, CANCEL));
      Await.until("reset", () -> !peer.frames(Http2Frame.RST_STREAM, ONE).isEmpty());
      peer.answer(ONE + 2, "unharmed");
      assertThat(client.answer(two).body()).asString().isEqualTo("unharmed");
      assertThat(peer.frames(Http2Frame.RST_STREAM, ONE + 2)).isEmpty();
      assertThat(origin.peers()).hasSize(1);
    }
  }

  /** The quickest of some: the others tell how busy the machine is. */
  @FaultRow({"R1", "R2"})
  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void clientThatLeaves_isLetGoAtOnce(boolean responding) throws Exception {
    try (Http2Origin origin = new Http2Origin((peer, frame) -> {});
        RunningGateway gateway = gateway(origin)) {
      Duration quickest = AT_ONCE.plusDays(1);
      for (int i = 0; i < 20 && quickest.compareTo(AT_ONCE) > 0; i++) {
        Duration next = letGoAfter(gateway, origin, "/" + i, responding);
        quickest = next.compareTo(quickest) < 0 ? next : quickest;
      }
      assertThat(quickest).isLessThanOrEqualTo(AT_ONCE);
    }
  }

  private static Duration letGoAfter(
      RunningGateway gateway, Http2Origin origin, String path, boolean responding)
      throws Exception {
    try (RawClient client = gateway.connect()) {
      client.send("GET " + path + " HTTP/1.1\r\nHost: a\r\n\r\n");
      Http2Origin.Peer peer = arrival(origin, path);
      int stream = stream(peer, path);
      if (responding) {
        peer.head(stream, 200, false).data(stream, "begun", false);
        client.head();
      }
      client.reset();
      return Await.until(
          "reset",
          Duration.ofSeconds(10),
          () -> !peer.frames(Http2Frame.RST_STREAM, stream).isEmpty());
    }
  }

  @Test
  void clientThatReadsSlowly_holdsBackItsOwnStreamOnly() throws Exception {
    try (Http2Origin origin = new Http2Origin((peer, frame) -> {});
        RunningGateway gateway = gateway(origin);
        Http2Client slow = Http2Client.over(Dial.tcp(gateway.port())).withoutGranting().begin();
        Http2Client quick = client(gateway)) {
      int one = slow.request("GET", "/one");
      Await.until("one arrives", () -> !origin.peers().isEmpty());
      Http2Origin.Peer peer = origin.peers().get(0);
      Await.until("its head", () -> !peer.head(ONE).isEmpty());
      peer.head(ONE, 200, false);
      for (int sent = 0; sent < 256 << 10; sent += 16 << 10) {
        peer.send(Http2Frame.data(ONE, new byte[16 << 10], false));
      }
      Await.until("a client's window", () -> slow.received(one) == 65_535);
      int two = quick.request("GET", "/two");
      Http2Origin.Peer other = arrival(origin, "/two");
      int at = stream(other, "/two");
      byte[] body = new byte[900_000];
      other.head(at, 200, false);
      int allowed = 256 << 10;
      for (int sent = 0; sent < body.length; ) {
        int length = Math.min(Math.min(16 << 10, body.length - sent), allowed - sent);
        if (length > 0) {
          other.send(Http2Frame.data(at, new byte[length], sent + length == body.length));
          sent += length;
        } else {
          int before = allowed;
          Await.until("window", () -> granted(other, at) > before);
          allowed = granted(other, at);
        }
      }
      assertThat(quick.answer(two).body()).hasSize(body.length);
      assertThat(slow.received(one)).isEqualTo(65_535);
      assertThat(granted(peer, ONE)).isLessThan(400 << 10);
    }
  }

  private static Http2Origin.Peer arrival(Http2Origin origin, String path) throws Exception {
    Await.until(path, () -> origin.peers().stream().anyMatch(peer -> stream(peer, path) != 0));
    return origin.peers().stream()
        .filter(peer -> stream(peer, path) != 0)
        .findFirst()
        .orElseThrow();
  }

  private static int stream(Http2Origin.Peer peer, String path) {
    for (int stream = ONE; stream < 100; stream += 2) {
      if (peer.path(stream).equals(path)) {
        return stream;
      }
    }
    return 0;
  }

  private static int granted(Http2Origin.Peer peer, int stream) {
    return (256 << 10)
        + peer.frames(Http2Frame.WINDOW_UPDATE, stream).stream().mapToInt(Http2Frame::value).sum();
  }
}
