package dev.headwater.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headwater.gateway.fault.Dial;
import dev.headwater.gateway.fault.Http2Answer;
import dev.headwater.gateway.fault.Http2Client;
import dev.headwater.gateway.fault.Http2Frame;
import dev.headwater.gateway.fault.StrictField;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import zipkin2.Span;

/** What gRPC says of a call decides what is an error, and a caller's deadline is kept. */
class ITGrpcOutcomes {
  private static final int CANCEL = 8;

  private static Http2Client connect(RunningGateway gateway) throws Exception {
    return Http2Client.over(Dial.tcp(gateway.port())).begin();
  }

  private static int call(Http2Client client, String... more) throws Exception {
    String[] fields = new String[more.length + 4];
    System.arraycopy(
        new String[] {"content-type", "application/grpc", "te", "trailers"}, 0, fields, 0, 4);
    System.arraycopy(more, 0, fields, 4, more.length);
    int stream = client.requestWithBody("POST", "/votes.Service/Vote", fields);
    client.send(Http2Frame.data(stream, new byte[5], true));
    return stream;
  }

  private static RawUpstream answering(String trailers) throws Exception {
    return new RawUpstream(
        peer -> {
          peer.request();
          peer.send(
              "HTTP/1.1 200 OK\r\nContent-Type: application/grpc\r\n"
                  + "Transfer-Encoding: chunked\r\n\r\n0\r\n"
                  + trailers
                  + "\r\n\r\n");
          peer.closedByGateway();
        });
  }

  @ParameterizedTest
  @CsvSource({
    "0, OK, ,",
    "5, NOT_FOUND, , NOT_FOUND",
    "14, UNAVAILABLE, UNAVAILABLE, UNAVAILABLE",
    "99, UNKNOWN, UNKNOWN, UNKNOWN"
  })
  void status_isATagAndDecidesTheError(String code, String name, String server, String caller)
      throws Exception {
    try (RawUpstream upstream = answering("grpc-status: " + code);
        RunningGateway gateway = RunningGateway.of(Configurations.to(upstream.port()));
        Http2Client client = connect(gateway)) {
      Http2Answer answer = client.answer(call(client));
      assertThat(answer.trailers()).extracting(StrictField::value).containsExactly(code);
      List<Span> spans = gateway.trace(1);
      assertThat(spans.get(0).tags()).containsEntry("grpc.status_code", name);
      assertThat(spans.get(1).tags()).containsEntry("grpc.status_code", name);
      assertThat(spans.get(0).tags().get("error")).isEqualTo(server);
      assertThat(spans.get(1).tags().get("error")).isEqualTo(caller);
    }
  }

  @Test
  void callerDeadline_endsTheCall() throws Exception {
    try (RawUpstream upstream =
            new RawUpstream(
                peer -> {
                  peer.request();
                  peer.closedByGateway();
                });
        RunningGateway gateway = RunningGateway.of(Configurations.to(upstream.port()));
        Http2Client client = connect(gateway)) {
      Http2Answer answer = client.answer(call(client, "grpc-timeout", "200m"));
      assertThat(answer.status()).isEqualTo(200);
      assertThat(answer.all("grpc-status")).containsExactly("4");
      List<Span> spans = gateway.trace(1);
      assertThat(spans.get(0).tags())
          .containsEntry("grpc.status_code", "DEADLINE_EXCEEDED")
          .containsEntry("error", "request_timeout");
    }
  }

  @Test
  void noRoute_isUnimplemented() throws Exception {
    try (RawUpstream upstream = answering("grpc-status: 0");
        RunningGateway gateway =
            RunningGateway.of(
                "listeners: [{name: web, address: \"127.0.0.1:0\"}]\n" + "tracing: {store: {}}\n");
        Http2Client client = connect(gateway)) {
      Http2Answer answer = client.answer(call(client));
      assertThat(answer.status()).isEqualTo(200);
      assertThat(answer.all("grpc-status")).containsExactly("12");
      assertThat(upstream.connections()).isZero();
    }
  }

  @Test
  void upstreamIsGone_isUnavailable() throws Exception {
    int port;
    try (RawUpstream upstream = answering("")) {
      port = upstream.port();
    }
    try (RunningGateway gateway = RunningGateway.of(Configurations.to(port));
        Http2Client client = connect(gateway)) {
      Http2Answer answer = client.answer(call(client));
      assertThat(answer.all("grpc-status")).containsExactly("14");
    }
  }

  @Test
  void cancel_reachesTheUpstream() throws Exception {
    try (RawUpstream upstream =
            new RawUpstream(
                peer -> {
                  peer.request();
                  assertThat(peer.closedByGateway()).isTrue();
                });
        RunningGateway gateway = RunningGateway.of(Configurations.to(upstream.port()));
        Http2Client client = connect(gateway)) {
      int stream = call(client);
      upstream.request();
      client.send(Http2Frame.reset(stream, CANCEL));
      assertThat(gateway.trace(1).get(0).tags()).containsEntry("error", "client_gone");
    }
  }
}
