package dev.headwater.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headwater.gateway.fault.Dial;
import dev.headwater.gateway.fault.Ending;
import dev.headwater.gateway.fault.Http2Answer;
import dev.headwater.gateway.fault.Http2Client;
import dev.headwater.gateway.fault.Http2Frame;
import dev.headwater.gateway.fault.StrictField;
import dev.headwater.routes.DrainPolicy;
import io.vertx.core.Future;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import zipkin2.Span;

/** Requests over HTTP/2 to an upstream of HTTP/1: the same exchange as over HTTP/1. */
class ITHttp2Requests {
  private static final int CANCEL = 8;

  private static Http2Client connect(RunningGateway gateway) throws Exception {
    return Http2Client.over(Dial.tcp(gateway.port())).begin();
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.ISO_8859_1);
  }

  @Test
  void request_isForwardedAnsweredAndTraced() throws Exception {
    try (RawUpstream upstream =
            RawUpstream.answering(
                "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nX-Kind: a\r\nKeep-Alive: 5\r\n\r\nok");
        RunningGateway gateway = RunningGateway.of(Configurations.to(upstream.port()));
        Http2Client client = connect(gateway)) {
      int stream =
          client.request(
              "GET", "/votes/../votes/1?q=1", "x-a", "1", "cookie", "a=1", "cookie", "b=2");
      Http2Answer answer = client.answer(stream);
      assertThat(answer.status()).isEqualTo(200);
      assertThat(answer.text()).isEqualTo("ok");
      assertThat(answer.all("x-kind")).containsExactly("a");
      assertThat(answer.all("content-length")).containsExactly("2");
      assertThat(answer.all("keep-alive")).isEmpty();
      assertThat(upstream.request())
          .startsWith("GET /votes/1?q=1 HTTP/1.1\r\nHost: ")
          .contains("x-a: 1\r\n", "cookie: a=1; b=2\r\n", "X-Forwarded-Proto: http\r\n", "X-B3-")
          .doesNotContain(":method", "Content-Length", "chunked");
      Span server = gateway.trace(1).get(0);
      assertThat(server.tags()).containsEntry("http.path", "/votes/1").doesNotContainKey("error");
      assertThat(gateway.view().failures()).isEmpty();
    }
  }

  @Test
  void requestsOnOneConnection_areServedAtOnce() throws Exception {
    try (RawUpstream upstream = RawUpstream.answering(RawUpstream.OK);
        RunningGateway gateway = RunningGateway.of(Configurations.to(upstream.port()));
        Http2Client client = connect(gateway)) {
      int[] streams = new int[50];
      for (int i = 0; i < streams.length; i++) {
        streams[i] = client.request("GET", "/" + i);
      }
      for (int stream : streams) {
        assertThat(client.answer(stream).text()).isEqualTo("ok");
      }
    }
  }

  @Test
  void answerInOnePiece_isNoFailure() throws Exception {
    try (RawUpstream upstream = RawUpstream.answering(RawUpstream.OK);
        RunningGateway gateway = RunningGateway.of(Configurations.to(upstream.port()));
        Http2Client client = connect(gateway)) {
      assertThat(client.answer(client.request("GET", "/")).text()).isEqualTo("ok");
      assertThat(gateway.trace(1))
          .allSatisfy(span -> assertThat(span.tags()).doesNotContainKey("error"));
      assertThat(gateway.failures("receive", "client_gone")).isZero();
    }
  }

  @Test
  @FaultRow("B12")
  void bodyWithoutLength_isChunkedTowardsHttp1() throws Exception {
    try (RawUpstream upstream =
            new RawUpstream(
                peer -> {
                  String head = peer.request();
                  String body = new String(peer.read(22), StandardCharsets.ISO_8859_1);
                  peer.send(
                      "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nX-Body: "
                          + body.replace("\r\n", "|")
                          + "\r\nX-Chunked: "
                          + head.contains("Transfer-Encoding: chunked\r\n")
                          + "\r\n\r\nk");
                });
        RunningGateway gateway = RunningGateway.of(Configurations.to(upstream.port()));
        Http2Client client = connect(gateway)) {
      int stream = client.requestWithBody("POST", "/");
      client.send(Http2Frame.data(stream, bytes("hello"), false));
      Await.until("the first piece is there", () -> upstream.waiting() > 0);
      client.send(Http2Frame.data(stream, bytes("wo"), true));
      Http2Answer answer = client.answer(stream);
      assertThat(answer.all("x-chunked")).containsExactly("true");
      assertThat(answer.all("x-body")).containsExactly("5|hello|2|wo|0||");
    }
  }

  @Test
  void bodyWithLength_keepsIt() throws Exception {
    try (RawUpstream upstream =
            new RawUpstream(
                peer -> {
                  peer.request();
                  peer.read(5);
                  peer.send(RawUpstream.OK);
                });
        RunningGateway gateway = RunningGateway.of(Configurations.to(upstream.port()));
        Http2Client client = connect(gateway)) {
      int stream = client.requestWithBody("PUT", "/", "content-length", "5");
      client.send(Http2Frame.data(stream, bytes("hello"), true));
      assertThat(client.answer(stream).status()).isEqualTo(200);
      assertThat(upstream.request()).contains("Content-Length: 5\r\n").doesNotContain("chunked");
    }
  }

  @Test
  @FaultRow("B16")
  void trailers_passBothWaysWithoutWhatIsForbidden() throws Exception {
    String chunked =
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
            + "2\r\nok\r\n0\r\nx-down: 1\r\nContent-Length: 3\r\nHost: a\r\nb3: 0\r\n\r\n";
    try (RawUpstream upstream =
            new RawUpstream(
                peer -> {
                  peer.request();
                  String rest = new String(peer.read(29), StandardCharsets.ISO_8859_1);
                  peer.send(
                      chunked.replace(
                          "200 OK", "200 OK\r\nX-Rest: " + rest.contains("x-up: 1\r\n\r\n")));
                });
        RunningGateway gateway = RunningGateway.of(Configurations.to(upstream.port()));
        Http2Client client = connect(gateway)) {
      int stream = client.requestWithBody("POST", "/");
      client.send(Http2Frame.data(stream, bytes("0123456789"), false));
      client.headers(
          stream, true, "x-up", "1", "content-length", "7", "traceparent", "00", "host", "b");
      Http2Answer answer = client.answer(stream);
      assertThat(answer.text()).isEqualTo("ok");
      assertThat(answer.all("x-rest")).containsExactly("true");
      assertThat(answer.trailers()).extracting(StrictField::name).containsExactly("x-down");
    }
  }

  @Test
  void informationalResponses_areRelayed() throws Exception {
    try (RawUpstream upstream =
            RawUpstream.answering(
                "HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n" + RawUpstream.OK);
        RunningGateway gateway = RunningGateway.of(Configurations.to(upstream.port()));
        Http2Client client = connect(gateway)) {
      int stream = client.request("GET", "/");
      assertThat(client.answer(stream).text()).isEqualTo("ok");
      assertThat(client.count(Http2Frame.HEADERS)).isEqualTo(2);
    }
  }

  @Test
  void head_hasNoBody() throws Exception {
    try (RawUpstream upstream =
            RawUpstream.answering("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n");
        RunningGateway gateway = RunningGateway.of(Configurations.to(upstream.port()));
        Http2Client client = connect(gateway)) {
      Http2Answer answer = client.answer(client.request("HEAD", "/"));
      assertThat(answer.all("content-length")).containsExactly("5");
      assertThat(answer.body()).isEmpty();
      assertThat(client.count(Http2Frame.DATA)).isZero();
    }
  }

  @Test
  void clientResets_upstreamIsClosedAndTheOthersGoOn() throws Exception {
    try (RawUpstream upstream =
            new RawUpstream(
                peer -> {
                  if (peer.request().startsWith("GET /slow ")) {
                    assertThat(peer.closedByGateway()).isTrue();
                    peer.send("too late");
                  } else {
                    peer.send(RawUpstream.OK);
                  }
                });
        RunningGateway gateway = RunningGateway.of(Configurations.to(upstream.port()));
        Http2Client client = connect(gateway)) {
      int slow = client.request("GET", "/slow");
      upstream.request();
      client.send(Http2Frame.reset(slow, CANCEL));
      Span server = gateway.trace(1).get(0);
      assertThat(server.tags()).containsEntry("error", "client_gone");
      assertThat(client.answer(client.request("GET", "/fast")).text()).isEqualTo("ok");
    }
  }

  @Test
  void truncatedResponse_isAReset() throws Exception {
    try (RawUpstream upstream =
            new RawUpstream(
                peer -> {
                  peer.request();
                  peer.send("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nonly");
                  peer.reset();
                });
        RunningGateway gateway = RunningGateway.of(Configurations.to(upstream.port()));
        Http2Client client = connect(gateway)) {
      Http2Answer answer = client.answer(client.request("GET", "/"));
      assertThat(answer.reset()).as("%s", answer).isPositive();
      assertThat(gateway.trace(1).get(0).tags()).containsEntry("headwater.phase", "receive");
      assertThat(gateway.failures("receive", "client_gone")).isZero();
    }
  }

  @Test
  void slowClient_holdsTheUpstreamBack() throws Exception {
    int size = 8 << 20;
    try (RawUpstream upstream =
            new RawUpstream(
                peer -> {
                  peer.request();
                  peer.send("HTTP/1.1 200 OK\r\nContent-Length: " + size + "\r\n\r\n");
                  peer.socket().getOutputStream().write(new byte[size]);
                });
        RunningGateway gateway = RunningGateway.of(Configurations.to(upstream.port()));
        Http2Client client = Http2Client.over(Dial.tcp(gateway.port())).withoutGranting().begin()) {
      int stream = client.request("GET", "/");
      Await.until("the window is used up", () -> client.received(stream) == 65535);
      client.send(Http2Frame.windowUpdate(0, size), Http2Frame.windowUpdate(stream, size));
      assertThat(client.answer(stream).body()).hasSize(size);
    }
  }

  @Test
  void slowUpstream_holdsTheClientBack() throws Exception {
    try (RawUpstream upstream =
            new RawUpstream(
                peer -> {
                  peer.request();
                  // Reads nothing: the kernel's buffers and one window are all that may be sent.
                  peer.socket().setReceiveBufferSize(4096);
                  peer.closedByGateway();
                });
        RunningGateway gateway = RunningGateway.of(Configurations.to(upstream.port()));
        Http2Client client = connect(gateway)) {
      int stream = client.requestWithBody("POST", "/");
      upstream.request();
      byte[] piece = new byte[16 << 10];
      for (int i = 0; i < 16; i++) {
        client.send(Http2Frame.data(stream, piece, false));
      }
      Await.until(
          "what was taken is granted again", () -> client.count(Http2Frame.WINDOW_UPDATE) > 1);
      client.send(Http2Frame.reset(stream, CANCEL));
      assertThat(client.now()).isEqualTo(Ending.OPEN);
    }
  }

  @Test
  void drain_refusesNothingFirstAndEndsWhenAllIsAnswered() throws Exception {
    java.util.concurrent.CountDownLatch answer = new java.util.concurrent.CountDownLatch(1);
    try (RawUpstream upstream =
        new RawUpstream(
            peer -> {
              while (peer.request() != null) {
                answer.await();
                peer.send(RawUpstream.OK);
              }
            })) {
      RunningGateway gateway =
          RunningGateway.of(
              Configurations.to(upstream.port())
                  .drain(new DrainPolicy(Duration.ZERO, Duration.ofSeconds(20))));
      try (Http2Client client = connect(gateway)) {
        int before = client.request("GET", "/before");
        upstream.request();
        Future<Boolean> stopping = gateway.gateway().stop();
        Http2Frame firstStep = client.await("GOAWAY", frame -> frame.type() == Http2Frame.GOAWAY);
        assertThat(firstStep.lastStream()).isEqualTo(Integer.MAX_VALUE);
        assertThat(firstStep.value()).isZero();
        int crossed = client.request("GET", "/crossed");
        Http2Frame secondStep =
            client.await(
                "second GOAWAY",
                frame ->
                    frame.type() == Http2Frame.GOAWAY && frame.lastStream() != Integer.MAX_VALUE);
        assertThat(secondStep.lastStream()).isEqualTo(crossed);
        answer.countDown();
        assertThat(List.of(client.answer(before).text(), client.answer(crossed).text()))
            .containsExactly("ok", "ok");
        assertThat(client.ending()).isEqualTo(Ending.CLOSED);
        assertThat(RunningGateway.done(stopping)).isTrue();
      }
      gateway.close();
    }
  }

  @Test
  void http1_isStillSpokenOnTheSameAddress() throws Exception {
    try (RawUpstream upstream = RawUpstream.answering(RawUpstream.OK);
        RunningGateway gateway = RunningGateway.of(Configurations.to(upstream.port()));
        RawClient client = gateway.connect()) {
      client.send("P");
      client.send("OST / HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n");
      assertThat(client.response()).endsWith("ok");
      client.send("PR");
      client.send("OPFIND / HTTP/1.1\r\nHost: a\r\n\r\n");
      assertThat(client.response()).endsWith("ok");
    }
  }
}
