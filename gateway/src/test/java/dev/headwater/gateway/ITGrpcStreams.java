package dev.headwater.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headwater.gateway.fault.Dial;
import dev.headwater.gateway.fault.Http2Answer;
import dev.headwater.gateway.fault.Http2Client;
import dev.headwater.gateway.fault.Http2Frame;
import dev.headwater.gateway.fault.Http2Origin;
import dev.headwater.gateway.fault.StrictField;
import java.time.Duration;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import zipkin2.Span;

/** gRPC calls that last: what each side may keep silent about, for how long, and what is shown. */
class ITGrpcStreams {
  /** What a client may be silent inside of a body that is no gRPC call. */
  private static final Duration BODY_IDLE = Duration.ofMillis(300);

  /** What both sides of a call may be silent together. */
  private static final Duration CALL_IDLE = Duration.ofMillis(1200);

  private static RunningGateway gateway(Http2Origin origin) {
    return RunningGateway.of(
        """
        listeners: [{name: web, address: "127.0.0.1:0", limits: {idle: %dms}}]
        upstreams: [{name: up, endpoints: ["h2c://127.0.0.1:%d"]}]
        routes: [{name: all, to: [{upstream: up}], timeouts: {response: 300ms, idle: %dms}}]
        tracing: {store: {}, partial: {after: 300ms}}
        """
            .formatted(BODY_IDLE.toMillis(), origin.port(), CALL_IDLE.toMillis()));
  }

  /** Its head is there at once, its trailers when the caller is done. */
  private static Http2Origin answeringEarly() throws Exception {
    return new Http2Origin(
        (peer, frame) -> {
          if (frame.type() == Http2Frame.HEADERS) {
            peer.head(frame.stream(), 200, false, "content-type", "application/grpc");
          }
          if (frame.has(Http2Frame.END_STREAM) && frame.type() == Http2Frame.DATA) {
            peer.headers(frame.stream(), true, "grpc-status", "0");
          }
        });
  }

  /** Its head is there when the caller is done. */
  private static Http2Origin answeringLate() throws Exception {
    return new Http2Origin(
        (peer, frame) -> {
          if (frame.has(Http2Frame.END_STREAM) && frame.type() == Http2Frame.DATA) {
            peer.head(
                frame.stream(), 200, true, "content-type", "application/grpc", "grpc-status", "0");
          }
        });
  }

  private static Http2Client connect(RunningGateway gateway) throws Exception {
    return Http2Client.over(Dial.tcp(gateway.port())).begin();
  }

  private static int call(Http2Client client, String type) throws Exception {
    return client.requestWithBody("POST", "/votes.Service/Count", "content-type", type);
  }

  private static void message(Http2Client client, int stream, boolean last) throws Exception {
    client.send(Http2Frame.data(stream, new byte[5], last));
  }

  private static void passes(Duration time) throws Exception {
    long from = System.nanoTime();
    Await.until(time + " are over", () -> System.nanoTime() - from > time.toNanos());
  }

  private static String status(Http2Answer answer) {
    List<StrictField> said = answer.trailers().isEmpty() ? answer.fields() : answer.trailers();
    return said.stream()
        .filter(field -> field.name().equals("grpc-status"))
        .map(StrictField::value)
        .collect(Collectors.joining(","));
  }

  @Test
  void callerThatTalksToAnUpstreamThatListens_isNotCutOff() throws Exception {
    try (Http2Origin origin = answeringEarly();
        RunningGateway gateway = gateway(origin);
        Http2Client client = connect(gateway)) {
      int stream = call(client, "application/grpc");
      long from = System.nanoTime();
      while (System.nanoTime() - from < 2 * CALL_IDLE.toNanos()) {
        message(client, stream, false);
        passes(Duration.ofMillis(50));
      }
      message(client, stream, true);
      assertThat(status(client.answer(stream))).isEqualTo("0");
      assertThat(gateway.failures("send", "idle_timeout")).isZero();
    }
  }

  @Test
  void silenceOfBoth_endsTheCall() throws Exception {
    try (Http2Origin origin = answeringEarly();
        RunningGateway gateway = gateway(origin);
        Http2Client client = connect(gateway)) {
      int stream = call(client, "application/grpc");
      message(client, stream, false);
      long from = System.nanoTime();
      assertThat(client.answer(stream).reset()).isPositive();
      assertThat(System.nanoTime() - from).isGreaterThan(CALL_IDLE.toNanos() - 200_000_000L);
      assertThat(gateway.failures("send", "idle_timeout")).isEqualTo(1);
      Await.until(
          "the upstream is told",
          () -> !origin.peers().get(0).frames(Http2Frame.RST_STREAM, 3).isEmpty());
    }
  }

  @Test
  void callerMayThinkLongerThanABodyMayPause() throws Exception {
    try (Http2Origin origin = answeringLate();
        RunningGateway gateway = gateway(origin);
        Http2Client client = connect(gateway)) {
      int stream = call(client, "application/grpc");
      message(client, stream, false);
      passes(BODY_IDLE.multipliedBy(2));
      message(client, stream, true);
      assertThat(status(client.answer(stream))).isEqualTo("0");

      int other = call(client, "application/json");
      message(client, other, false);
      assertThat(client.answer(other).status()).isEqualTo(408);
    }
  }

  @Test
  void callerThatSaysNothingMoreAtAll_isEndedInTheTermsOfGrpc() throws Exception {
    try (Http2Origin origin = answeringLate();
        RunningGateway gateway = gateway(origin);
        Http2Client client = connect(gateway)) {
      int stream = call(client, "application/grpc");
      message(client, stream, false);
      Http2Answer answer = client.answer(stream);
      assertThat(answer.status()).isEqualTo(200);
      assertThat(status(answer)).isNotEmpty().isNotEqualTo("0");
    }
  }

  @Test
  void callThatLasts_isShownOnce_andThenWhole() throws Exception {
    try (Http2Origin origin = answeringEarly();
        RunningGateway gateway = gateway(origin);
        Http2Client client = connect(gateway)) {
      int stream = call(client, "application/grpc");
      message(client, stream, false);
      List<Span> partial = gateway.trace(1);
      assertThat(partial).allSatisfy(span -> assertThat(span.duration()).isNull());
      assertThat(partial.get(0).tags())
          .containsEntry("http.path", "/votes.Service/Count")
          .doesNotContainKeys("error", "grpc.status_code");
      message(client, stream, true);
      assertThat(status(client.answer(stream))).isEqualTo("0");
      List<Span> whole = gateway.trace(1);
      for (int i = 0; i < 2; i++) {
        assertThat(whole.get(i).id()).isEqualTo(partial.get(i).id());
        assertThat(whole.get(i).durationAsLong()).isGreaterThan(250_000);
        assertThat(whole.get(i).tags()).containsEntry("grpc.status_code", "OK");
      }
    }
  }
}
