package dev.headwater.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headwater.gateway.fault.Dial;
import dev.headwater.gateway.fault.Ending;
import dev.headwater.gateway.fault.Http2Answer;
import dev.headwater.gateway.fault.Http2Client;
import dev.headwater.gateway.fault.Http2Fields;
import dev.headwater.gateway.fault.Http2Frame;
import java.io.ByteArrayOutputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Requests of HTTP/2 that may not be served: each is answered or reset by itself, nothing of it
 * reaches an upstream, and the connection serves the next one.
 */
class ITHttp2Refusals {
  private static final int PROTOCOL_ERROR = 1;
  private static final int LARGEST_FRAME = 16 << 10;

  private static Http2Client connect(RunningGateway gateway) throws Exception {
    return Http2Client.over(Dial.tcp(gateway.port())).begin();
  }

  /** A request by its fields, as literals that hold any byte. */
  private static Http2Answer ask(Http2Client client, String... fields) throws Exception {
    int stream = client.newStream();
    client.send(Http2Frame.headers(stream, Http2Fields.literal(fields), true));
    return client.answer(stream);
  }

  /** A block of any length, in frames as large as may be. */
  private static Http2Answer askAtLength(Http2Client client, String... fields) throws Exception {
    int stream = client.newStream();
    byte[] block = client.block(stream, fields);
    int first = Math.min(block.length, LARGEST_FRAME);
    List<Http2Frame> frames = new ArrayList<>();
    byte[] part = Arrays.copyOf(block, first);
    frames.add(
        first == block.length
            ? Http2Frame.headers(stream, part, true)
            : Http2Frame.headersBegun(stream, part, true));
    for (int at = first; at < block.length; at += LARGEST_FRAME) {
      int end = Math.min(block.length, at + LARGEST_FRAME);
      part = Arrays.copyOfRange(block, at, end);
      frames.add(Http2Frame.continuation(stream, part, end == block.length));
    }
    client.send(frames.toArray(Http2Frame[]::new));
    return client.answer(stream);
  }

  private static void assertServes(Http2Client client, RawUpstream upstream) throws Exception {
    int before = upstream.total();
    assertThat(client.answer(client.request("GET", "/next")).text()).isEqualTo("ok");
    assertThat(upstream.total()).isEqualTo(before + 1);
    assertThat(client.now()).isEqualTo(Ending.OPEN);
  }

  /** What a scenario does with a gateway, an upstream that answers, and a client of both. */
  private interface Scenario {
    void run(RunningGateway gateway, RawUpstream upstream, Http2Client client) throws Exception;
  }

  private static void with(Scenario scenario) throws Exception {
    try (RawUpstream upstream = RawUpstream.answering(RawUpstream.OK);
        RunningGateway gateway = RunningGateway.of(Configurations.to(upstream.port()));
        Http2Client client = connect(gateway)) {
      scenario.run(gateway, upstream, client);
    }
  }

  /** Reset as malformed; nothing goes on, others do. */
  private static void assertReset(String... fields) throws Exception {
    with(
        (gateway, upstream, client) -> {
          Http2Answer answer = ask(client, fields);
          assertThat(answer.reset()).isEqualTo(PROTOCOL_ERROR);
          assertThat(answer.status()).isZero();
          assertThat(gateway.failures("accept", "h2_stream_protocol_error")).isEqualTo(1);
          assertThat(upstream.connections()).isZero();
          assertServes(client, upstream);
        });
  }

  /** Answered so, with a trace that says so; nothing goes on, others do. */
  private static void assertAnswered(int status, String... fields) throws Exception {
    with(
        (gateway, upstream, client) -> {
          assertThat(ask(client, fields).status()).isEqualTo(status);
          assertThat(gateway.trace(0).get(0).tags())
              .containsEntry("http.status_code", Integer.toString(status))
              .containsEntry("headwater.phase", "accept");
          assertThat(upstream.connections()).isZero();
          assertServes(client, upstream);
        });
  }

  private static String[] with(String name, String value) {
    return Http2Fields.request("GET", "/", name, value);
  }

  private static String[] pseudo(String name, String value) {
    String[] fields = Http2Fields.request("GET", "/");
    for (int i = 0; i < fields.length; i += 2) {
      if (fields[i].equals(name)) {
        fields[i + 1] = value;
      }
    }
    return fields;
  }

  @Test
  @FaultRow("B9")
  void longHeaderList_is431AndTheConnectionLives() throws Exception {
    with(
        (gateway, upstream, client) -> {
          List<String> large = new ArrayList<>();
          for (int i = 0; i < 16; i++) {
            large.addAll(List.of("x-" + i, String.valueOf((char) ('a' + i)).repeat(4 << 10)));
          }
          List<String> many = new ArrayList<>();
          for (int i = 0; i < 1000; i++) {
            many.addAll(List.of("x-" + i, "1"));
          }
          for (List<String> fields : List.of(large, many)) {
            Http2Answer answer =
                askAtLength(client, Http2Fields.request("GET", "/", fields.toArray(String[]::new)));
            assertThat(answer.status()).isEqualTo(431);
            assertThat(gateway.trace(0).get(0).tags()).containsEntry("http.status_code", "431");
            assertServes(client, upstream);
            assertThat(gateway.trace(1).get(0).tags()).doesNotContainKey("error");
          }
        });
  }

  /** The table holds one value of 4 KB, and a byte each names it a thousand times. */
  @Test
  @FaultRow("B9")
  void headersThatUnpackToMuch_areNotKept() throws Exception {
    with(
        (gateway, upstream, client) -> {
          List<String> bomb = new ArrayList<>();
          for (int i = 0; i < 1000; i++) {
            bomb.addAll(List.of("x-bomb", "b".repeat(4000)));
          }
          String[] fields = Http2Fields.request("GET", "/", bomb.toArray(String[]::new));
          assertThat(askAtLength(client, fields).status()).isEqualTo(431);
          long before = Loops.allocated();
          for (int i = 0; i < 10; i++) {
            assertThat(askAtLength(client, fields).status()).isEqualTo(431);
          }
          // A block is a little more than a thousand bytes once the table holds the value.
          assertThat(Loops.allocated() - before).isLessThan(10 * 100 * 1000L);
          assertThat(upstream.connections()).isZero();
          assertServes(client, upstream);
        });
  }

  static Stream<List<String>> malformed() {
    List<List<String>> all = new ArrayList<>();
    for (String bad : List.of("\r", "\n", "\0", "\r\n", " ", ":")) {
      all.add(List.of(with("x" + bad + "y", "1")));
      all.add(List.of(with("xy" + bad, "1")));
      all.add(List.of(pseudo(":method", "GE" + bad + "T")));
      all.add(List.of(pseudo(":scheme", "ht" + bad + "tp")));
      if (!bad.equals(":")) {
        // Which is legal in these three.
        all.add(List.of(pseudo(":path", "/a" + bad + "b")));
        all.add(List.of(pseudo(":authority", "a" + bad + "b")));
      }
      if (!bad.equals(":") && !bad.equals(" ")) {
        all.add(List.of(with("x", "a" + bad + "b")));
        all.add(List.of(with("x", bad)));
      }
      all.add(List.of(with(":pa" + bad + "th", "/b")));
    }
    all.add(List.of(with("x", " a")));
    all.add(List.of(with("x", "a ")));
    all.add(List.of(with("", "a")));
    all.add(List.of(with("X-Upper", "a")));
    all.add(List.of(with("x", "a\r\nGET /smuggled HTTP/1.1\r\nHost: a\r\n\r\n")));
    all.add(List.of(pseudo(":path", "/ HTTP/1.1\r\nHost: a\r\n\r\nGET /smuggled")));
    all.add(List.of(pseudo(":method", "GET /smuggled HTTP/1.1\r\nHost: a\r\n\r\nGET")));
    return all.stream();
  }

  @Test
  @FaultRow("B10")
  void octetsThatWouldEndALine_areReset() throws Exception {
    with(
        (gateway, upstream, client) -> {
          List<List<String>> all = malformed().toList();
          for (List<String> fields : all) {
            Http2Answer answer = ask(client, fields.toArray(String[]::new));
            assertThat(answer.reset()).as("%s", fields).isEqualTo(PROTOCOL_ERROR);
            assertThat(answer.status()).as("%s", fields).isZero();
          }
          assertThat(gateway.failures("accept", "h2_stream_protocol_error")).isEqualTo(all.size());
          assertThat(upstream.connections()).isZero();
          assertServes(client, upstream);
        });
  }

  @ParameterizedTest
  @ValueSource(ints = {4, 6})
  @FaultRow("B11")
  void bodyThatIsNotAsLongAsSaid_isReset(int length) throws Exception {
    try (RawUpstream upstream =
            RawUpstream.recording(
                peer -> {
                  String head = peer.request();
                  if (head != null && head.startsWith("GET /next ")) {
                    peer.send(RawUpstream.OK);
                  }
                  peer.closedByGateway();
                });
        RunningGateway gateway = RunningGateway.of(Configurations.to(upstream.port()));
        Http2Client client = connect(gateway)) {
      int stream = client.requestWithBody("POST", "/", "content-length", "5");
      client.send(Http2Frame.data(stream, new byte[length], true));
      Http2Answer answer = client.answer(stream);
      assertThat(answer.reset()).isEqualTo(PROTOCOL_ERROR);
      assertThat(answer.status()).isZero();
      // Whatever had gone on by then is no whole request.
      for (RawUpstream.Seen seen : upstream.received()) {
        assertThat(seen.text()).endsWith("\r\n\r\n");
      }
      assertThat(client.answer(client.request("GET", "/next")).text()).isEqualTo("ok");
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "content-length: 5",
        "transfer-encoding: chunked",
        "te: chunked",
        "connection: close",
        "connection: x-hop",
        "keep-alive: timeout=5",
        "proxy-connection: keep-alive",
        "upgrade: h2c"
      })
  @FaultRow("B11")
  void whatSpeaksOfAConnection_isReset(String field) throws Exception {
    int colon = field.indexOf(": ");
    assertReset(with(field.substring(0, colon), field.substring(colon + 2)));
  }

  @ParameterizedTest
  @ValueSource(strings = {"/a b", "/ ", " /", "/a\tb", "", "/\u00e4"})
  @FaultRow("B13")
  void pathThatIsNoTarget_isReset(String path) throws Exception {
    assertReset(pseudo(":path", path));
  }

  @ParameterizedTest
  @ValueSource(strings = {"GE T", " GET", "GET ", "", "GET\t/"})
  @FaultRow("B13")
  void methodThatIsNoToken_isReset(String method) throws Exception {
    assertReset(pseudo(":method", method));
  }

  @ParameterizedTest
  @ValueSource(strings = {"a", "a/b", "*", "http://a/b", "//a@b/../..", "?q", "/../.."})
  @FaultRow("B13")
  void pathThatLeadsNowhere_is400(String path) throws Exception {
    assertAnswered(400, pseudo(":path", path));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"user@a", "user:pw@a", "a@", "a/b", "a?b", "a:b", "a:99999", "a,b", "[::1"})
  @FaultRow("B14")
  void authorityThatNamesNoHost_is400(String authority) throws Exception {
    assertAnswered(400, pseudo(":authority", authority));
  }

  @Test
  @FaultRow("B14")
  void emptyAuthority_isReset() throws Exception {
    assertReset(pseudo(":authority", ""));
  }

  @ParameterizedTest
  @ValueSource(strings = {"b", "a:81", "", "a, b"})
  @FaultRow("B14")
  void hostThatDiffersFromAuthority_is400(String host) throws Exception {
    assertAnswered(400, with("host", host));
  }

  @Test
  @FaultRow("B14")
  void twoHosts_are400_andNone_too() throws Exception {
    assertAnswered(400, Http2Fields.request("GET", "/", "host", "a", "host", "a"));
    assertAnswered(400, ":method", "GET", ":scheme", "http", ":path", "/");
  }

  @ParameterizedTest
  @ValueSource(strings = {"a:443", "a:80", "127.0.0.1:22", "a"})
  @FaultRow("B15")
  void connect_is405WithoutADial(String authority) throws Exception {
    assertAnswered(405, ":method", "CONNECT", ":authority", authority);
  }

  @ParameterizedTest
  @ValueSource(strings = {"websocket", "connect-udp", "x"})
  @FaultRow("B15")
  void extendedConnect_is405WithoutADial(String protocol) throws Exception {
    assertAnswered(
        405,
        ":method",
        "CONNECT",
        ":protocol",
        protocol,
        ":scheme",
        "http",
        ":path",
        "/chat",
        ":authority",
        "a");
  }

  @Test
  @FaultRow("B11")
  void whatWasOnItsWayForAResetStream_isThrownAway() throws Exception {
    with(
        (gateway, upstream, client) -> {
          int stream = client.newStream();
          byte[] block = Http2Fields.literal(pseudo(":path", "/a b"));
          client.send(Http2Frame.headers(stream, block, false));
          for (int i = 0; i < 300; i++) {
            client.send(Http2Frame.data(stream, new byte[100], false));
          }
          assertThat(client.answer(stream).reset()).isEqualTo(PROTOCOL_ERROR);
          assertServes(client, upstream);
          assertThat(client.count(Http2Frame.RST_STREAM)).isEqualTo(1);
        });
  }

  /** How connections begin that never come to a request. */
  static Stream<List<Object>> beginnings() {
    byte[] preface = Http2Frame.PREFACE;
    byte[] half = Arrays.copyOf(preface, 11);
    byte[] begun = joined(preface, Arrays.copyOf(Http2Frame.settings(1, 0).bytes(), 12));
    byte[] settled = joined(preface, Http2Frame.settings().bytes());
    byte[] block = Http2Fields.literal(Http2Fields.request("GET", "/"));
    byte[] inHead = joined(settled, Arrays.copyOf(Http2Frame.headers(1, block, true).bytes(), 15));
    byte[] inBlock = joined(settled, Http2Frame.headersBegun(1, block, true).bytes());
    return Stream.of("[http/1.1, h2]", "[h2]")
        .flatMap(
            spoken ->
                Stream.of(new byte[0], half, preface, begun, inHead, inBlock)
                    .map(bytes -> List.<Object>of(spoken, bytes)));
  }

  private static byte[] joined(byte[] one, byte[] other) {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    all.writeBytes(one);
    all.writeBytes(other);
    return all.toByteArray();
  }

  private static RunningGateway speaking(String protocols, int port) {
    return speaking(protocols, port, 300);
  }

  private static RunningGateway speaking(String protocols, int port, int headMillis) {
    return RunningGateway.of(
        """
        listeners:
          - {name: web, address: "127.0.0.1:0", protocols: %s, limits: {headTimeout: %dms}}
        upstreams: [{name: u, endpoints: ["http://127.0.0.1:%d"]}]
        routes: [{name: r, to: [{upstream: u}]}]
        """
            .formatted(protocols, headMillis, port));
  }

  @ParameterizedTest
  @MethodSource("beginnings")
  @FaultRow("B18")
  void connectionThatDoesNotGetToARequest_isClosedAtTheHeadTimer(List<Object> beginning)
      throws Exception {
    try (RawUpstream upstream = RawUpstream.answering(RawUpstream.OK);
        RunningGateway gateway = speaking((String) beginning.get(0), upstream.port())) {
      long from = System.nanoTime();
      try (Socket socket = Dial.tcp(gateway.port())) {
        socket.getOutputStream().write((byte[]) beginning.get(1));
        // Gives up after 10 s.
        socket.getInputStream().readAllBytes();
      }
      assertThat(System.nanoTime() - from).isGreaterThan(250_000_000L);
      assertThat(
              gateway.failures("accept", "head_timeout")
                  + gateway.failures("accept", "handshake_timeout"))
          .isEqualTo(1);
      assertThat(upstream.connections()).isZero();
    }
  }

  /** A frame that means nothing any more, in a segment of its own, is no beginning of anything. */
  @Test
  void windowForAStreamThatIsOver_doesNotEndTheConnection() throws Exception {
    try (RawUpstream upstream = RawUpstream.answering(RawUpstream.OK);
        RunningGateway gateway = speaking("[h2]", upstream.port(), 2500);
        // Who speaks first here is open, and an acknowledgement before the preface would be wrong.
        Http2Client client =
            Http2Client.over(Dial.tcp(gateway.port())).withoutAcknowledging().begin()) {
      int stream = client.request("GET", "/");
      assertThat(client.answer(stream).text()).isEqualTo("ok");
      client.send(Http2Frame.windowUpdate(stream, 2));
      long sent = System.nanoTime();
      Await.until("the head timer is over", () -> System.nanoTime() - sent > 3_000_000_000L);
      assertServes(client, upstream);
    }
  }

  @Test
  @FaultRow("B18")
  void whatIsNotSpokenHere_endsAtOnce() throws Exception {
    try (RawUpstream upstream = RawUpstream.answering(RawUpstream.OK);
        RunningGateway http2 = speaking("[h2]", upstream.port());
        RunningGateway http1 = speaking("[http/1.1]", upstream.port());
        RawClient old = http2.connect();
        RawClient young = http1.connect()) {
      old.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
      assertThat(old.rest()).doesNotContain("HTTP/1.1 200");
      young.send(new String(Http2Frame.PREFACE, StandardCharsets.US_ASCII));
      assertThat(young.rest()).startsWith("HTTP/1.1 505 ");
      assertThat(upstream.connections()).isZero();
    }
  }
}
