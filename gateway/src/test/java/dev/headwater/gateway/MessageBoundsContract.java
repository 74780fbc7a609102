package dev.headwater.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headwater.gateway.ProxyUnderTest.Situation;
import dev.headwater.gateway.fault.Ending;
import dev.headwater.gateway.fault.StrictAnswer;
import dev.headwater.gateway.fault.StrictRequest;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import zipkin2.Span;

/** Where one message ends and the next begins: rows A7 to A9 and A16 to A20 of the fault matrix. */
@Timeout(120)
abstract class MessageBoundsContract extends WireContract {
  private static final String CHUNKED = "Transfer-Encoding: chunked\r\n";

  /** No row: whoever fails this fails the others for nothing. */
  @Test
  void ordinaryBodies_areForwarded() throws Exception {
    try (ProxyUnderTest proxy = startStrict(Situation.STRANGERS);
        RawClient client = RawClient.to(proxy.port())) {
      client.send(post("/votes/1", "Content-Length: 5\r\n", "hello"));
      assertThat(client.answer().text()).isEqualTo("ok");
      client.send(chunked("5\r\nhello\r\n1\r\n!\r\n0\r\n\r\n"));
      assertThat(client.answer().text()).isEqualTo("ok");
      assertThat(came(2)).extracting(StrictRequest::text).containsExactly("hello", "hello!");
    }
  }

  /** Chunk lines that one reader takes for this size and another for that. */
  private static List<String> badSizes() {
    return List.of(
        "0x5",
        "0X5",
        "+5",
        "-5",
        "5_0",
        "_5",
        " 5",
        "\t5",
        "5 ",
        "5\t",
        "",
        "00000000000000005",
        "10000000000000005",
        "FFFFFFFFFFFFFFFFF",
        "g",
        "5,",
        "5h",
        "5\u000b",
        "5\0",
        "\u00a05",
        "5\n",
        "5\r");
  }

  @Test
  @FaultRow("A7")
  void badChunkSize_refused() throws Exception {
    try (ProxyUnderTest proxy = startStrict(Situation.STRANGERS)) {
      each(badSizes(), size -> breaksOff(proxy, size + "\r\nhello\r\n0\r\n\r\n"));
      each(badSizes(), size -> breaksOffAnswered(size + "\r\nhello\r\n0\r\n\r\n"));
      assertServes(proxy);
    }
  }

  @Test
  @FaultRow("A8")
  void chunkExtension_withLineEnds_refused() throws Exception {
    try (ProxyUnderTest proxy = startStrict(Situation.STRANGERS)) {
      each(
          List.of(
              "5;a\rX",
              "5;a\nX",
              "5;\rX",
              "5;\nX",
              "5;a=\"\r\nhello\r\n0\r\n\r\n",
              "5;a=\"\r\nX\"",
              "5;a=\"b\rc\"",
              "5;a=\"b\nc\"",
              "5;a\r",
              "5;a\n",
              "5;a\rhello\r\n0\r\n\r\nGET /votes/smuggled HTTP/1.1\r\nHost: a\r\nX: y"),
          line -> breaksOff(proxy, line + "\r\nhello\r\n0\r\n\r\n"));
      assertServes(proxy);
    }
  }

  @Test
  @FaultRow("A8")
  void chunkExtension_valid_isDropped() throws Exception {
    try (ProxyUnderTest proxy = startStrict(Situation.STRANGERS);
        RawClient client = RawClient.to(proxy.port())) {
      List<String> extensions =
          List.of(
              ";ext=1",
              ";ext",
              " ; ext = 1",
              ";ext=\"a;b c\"",
              ";ext=\"\\\"\"",
              ";ext=1;ext=\"2\"",
              ";ext=" + "x".repeat(251));
      each(
          extensions,
          extension -> {
            upstream().forget();
            client.send(chunked("5" + extension + "\r\nhello\r\n0" + extension + "\r\n\r\n"));
            assertThat(client.answer().status()).isEqualTo(200);
            assertThat(came(1).get(0).text()).isEqualTo("hello");
            assertThat(upstream().received().get(0).text())
                .endsWith("\r\n\r\n5\r\nhello\r\n0\r\n\r\n");
          });
      breaksOff(proxy, "5;ext=" + "x".repeat(10_000) + "\r\nhello\r\n0\r\n\r\n");
    }
  }

  @Test
  @FaultRow("A9")
  void chunkExtensions_beyond4KiBInAll_refused() throws Exception {
    try (ProxyUnderTest proxy = startStrict(Situation.STRANGERS)) {
      String within = ("1;" + "x".repeat(200) + "\r\na\r\n").repeat(20);
      String beyond = ("1;" + "x".repeat(200) + "\r\na\r\n").repeat(21);
      String small = "1;x\r\na\r\n".repeat(2_049);
      try (RawClient client = RawClient.to(proxy.port())) {
        client.send(chunked(within + "0\r\n\r\n"));
        assertThat(client.answer().status()).isEqualTo(200);
        assertThat(came(1).get(0).text()).isEqualTo("a".repeat(20));
      }
      each(List.of(beyond, small), chunks -> breaksOff(proxy, chunks + "0\r\n\r\n"));
      assertServes(proxy);
    }
  }

  /**
   * A chunked body goes wrong: in one piece with its head, and behind a chunk that the upstream has
   * seen already. Refused, and no upstream takes what it got for a whole request.
   */
  private void breaksOff(ProxyUnderTest proxy, String chunks) throws Exception {
    for (boolean begun : new boolean[] {false, true}) {
      upstream().forget();
      long before = proxy.refused();
      try (RawClient client = RawClient.to(proxy.port())) {
        if (begun) {
          client.send(chunked("3\r\nabc\r\n"));
          Await.until("the first chunk at the upstream", () -> upstreamHas("abc"));
          client.send(chunks);
        } else {
          client.send(chunked(chunks));
        }
        StrictAnswer answer = answer(client);
        assertThat(answer.status()).as("status, begun: %s", begun).isEqualTo(400);
        assertThat(answer.last()).isTrue();
        assertThat(client.ending()).isEqualTo(Ending.CLOSED);
      }
      assertThat(proxy.refused()).as("counted").isEqualTo(before + 1);
      assertLetGo();
    }
  }

  private boolean upstreamHas(String text) {
    return upstream().received().stream().anyMatch(seen -> seen.text().contains(text));
  }

  /** Whatever reached the upstream stopped inside a valid request, and its connection is gone. */
  private void assertLetGo() throws Exception {
    Await.until(
        "the upstream's connection let go",
        () -> upstream().received().stream().allMatch(seen -> seen.ending() != Ending.OPEN));
    came(0);
  }

  /** The response has begun when the chunks go wrong: it never looks complete. */
  private void breaksOffAnswered(String chunks) throws Exception {
    try (RawUpstream early =
            RawUpstream.recording(
                peer -> {
                  peer.request();
                  peer.send("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nfirst");
                  peer.closedByGateway();
                });
        ProxyUnderTest proxy = start(Situation.STRANGERS, early.port());
        RawClient client = RawClient.to(proxy.port())) {
      client.send(chunked("3\r\nabc\r\n"));
      assertThat(client.head()).startsWith("HTTP/1.1 200 ");
      assertThat(client.read(5)).isEqualTo("first");
      client.send(chunks);
      assertThat(client.rest()).isIn("", "<reset>");
      Await.until(
          "the upstream's connection let go",
          () -> early.received().get(0).ending() != Ending.OPEN);
      assertThat(early.received().get(0).judge().requests()).isEmpty();
    }
  }

  @Test
  @FaultRow("A16")
  void secondRequestMalformed_firstIsAnswered_thenClosed() throws Exception {
    List<String> malformed =
        List.of(
            get("/votes/2", "A : b\r\n"),
            get("/votes/2", "A: b\r\n c\r\n"),
            post("/votes/2", CHUNKED + "Content-Length: 5\r\n", "0\r\n\r\n"),
            post("/votes/2", "Content-Length: +5\r\n", "hello"),
            "GET /votes/2 HTTP/1.1\nHost: a\n\n",
            "GET /votes/2\r\n\r\n",
            "\0" + get("/votes/2", ""),
            "garbage\r\n\r\n");
    List<String> firsts =
        List.of(
            get("/votes/1", ""),
            post("/votes/1", "Content-Length: 5\r\n", "hello"),
            chunked("5\r\nhello\r\n0\r\n\r\n"));
    try (ProxyUnderTest proxy = startStrict(Situation.STRANGERS)) {
      for (String first : firsts) {
        each(
            malformed,
            second -> {
              upstream().forget();
              long before = proxy.refused();
              try (RawClient client = RawClient.to(proxy.port())) {
                client.send(first + second + get("/votes/3", ""));
                assertThat(client.answer().text()).isEqualTo("ok");
                StrictAnswer refused = client.answer();
                assertThat(refused.status()).isEqualTo(400);
                assertThat(refused.last()).isTrue();
                assertThat(client.ending()).isEqualTo(Ending.CLOSED);
              }
              assertThat(came(1).get(0).target()).isEqualTo("/votes/1");
              assertThat(proxy.refused()).isEqualTo(before + 1);
            });
      }
    }
  }

  @Test
  @FaultRow("A17")
  void getWithABody_keepsIt_withExactFraming() throws Exception {
    try (ProxyUnderTest proxy = startStrict(Situation.STRANGERS);
        RawClient client = RawClient.to(proxy.port())) {
      for (String method : List.of("GET", "DELETE", "OPTIONS", "PROPFIND")) {
        upstream().forget();
        String line = method + " /votes/1 HTTP/1.1\r\nHost: a\r\n";
        client.send(
            line
                + "Content-Length: 5\r\n\r\nhello"
                + line
                + CHUNKED
                + "\r\n2\r\nhe\r\n3;x\r\nllo\r\n0\r\n\r\n"
                + line
                + "\r\n");
        for (int i = 0; i < 3; i++) {
          assertThat(client.answer().text()).isEqualTo("ok");
        }
        List<StrictRequest> came = came(3);
        assertThat(came).extracting(StrictRequest::text).containsExactly("hello", "hello", "");
        assertThat(came.get(0).only("content-length")).isEqualTo("5");
        assertThat(came.get(1).chunked()).isTrue();
        assertThat(came.get(2).all("transfer-encoding")).isEmpty();
        assertThat(came.get(2).all("content-length")).isEmpty();
      }
    }
    bodilessAnswers_haveNone();
  }

  private void bodilessAnswers_haveNone() throws Exception {
    String ok = "HTTP/1.1 200 OK\r\n";
    String chunks = "5\r\nhello\r\n0\r\n\r\n";
    Map<String, String> answers =
        Map.ofEntries(
            Map.entry("HEAD /votes/length", ok + "Content-Length: 5\r\n\r\n"),
            Map.entry("HEAD /votes/chunks", ok + CHUNKED + "\r\n"),
            Map.entry("HEAD /votes/unsaid", ok + "\r\n"),
            Map.entry("HEAD /votes/body", ok + "Content-Length: 5\r\n\r\nhello"),
            Map.entry("HEAD /votes/chunked-body", ok + CHUNKED + "\r\n" + chunks),
            Map.entry("GET /votes/204", "HTTP/1.1 204 No Content\r\n\r\n"),
            Map.entry("GET /votes/204-0", "HTTP/1.1 204 No\r\nContent-Length: 0\r\n\r\n"),
            Map.entry("GET /votes/204-5", "HTTP/1.1 204 No\r\nContent-Length: 5\r\n\r\nhello"),
            Map.entry("GET /votes/204-c", "HTTP/1.1 204 No\r\n" + CHUNKED + "\r\n" + chunks),
            Map.entry("GET /votes/304", "HTTP/1.1 304 Not Modified\r\n\r\n"),
            Map.entry("GET /votes/304-5", "HTTP/1.1 304 Same\r\nContent-Length: 5\r\n\r\n"),
            Map.entry("GET /votes/304-body", "HTTP/1.1 304 S\r\nContent-Length: 5\r\n\r\nhello"),
            Map.entry("GET /votes/304-c", "HTTP/1.1 304 Same\r\n" + CHUNKED + "\r\n" + chunks));
    try (ProxyUnderTest proxy =
            start(
                Situation.STRANGERS,
                RawUpstream.recording(
                    peer -> {
                      for (StrictRequest next = peer.strict(); next != null; next = peer.strict()) {
                        String asked = next.method() + " " + next.target();
                        peer.send(answers.getOrDefault(asked, RawUpstream.OK));
                      }
                    }));
        RawClient client = RawClient.to(proxy.port())) {
      each(
          List.copyOf(answers.keySet()),
          asked -> {
            boolean head = asked.startsWith("HEAD");
            client.send(asked + " HTTP/1.1\r\nHost: a\r\n\r\n" + get("/votes/next", ""));
            StrictAnswer answer = client.answer(head);
            assertThat(answer.status()).isEqualTo(Integer.parseInt(answers.get(asked), 9, 12, 10));
            assertThat(answer.body()).isEmpty();
            // A stray byte would be the head of this one.
            assertThat(client.answer().text()).isEqualTo("ok");
          });
    }
  }

  @Test
  @FaultRow("A18")
  void interimResponses_pairNothingWrongly() throws Exception {
    List<String> interims =
        List.of(
            "",
            "HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n",
            "HTTP/1.1 100 Continue\r\n\r\n",
            "HTTP/1.1 102 Processing\r\n\r\n".repeat(3),
            "HTTP/1.1 103 Early Hints\r\nContent-Length: 5\r\n\r\n",
            "HTTP/1.1 199 Odd\r\nTransfer-Encoding: chunked\r\n\r\n");
    String[] interim = {""};
    try (ProxyUnderTest proxy =
        start(
            Situation.STRANGERS,
            RawUpstream.recording(
                peer -> {
                  for (StrictRequest next = peer.strict(); next != null; next = peer.strict()) {
                    String said = next.method() + next.target();
                    peer.send(interim[0] + "HTTP/1.1 200 OK\r\nContent-Length: ");
                    peer.send(said.length() + "\r\nX-Said: " + said + "\r\n\r\n");
                    peer.send(next.method().equals("HEAD") ? "" : said);
                  }
                }))) {
      each(
          interims,
          before -> {
            interim[0] = before;
            try (RawClient client = RawClient.to(proxy.port())) {
              List<String> asked = new ArrayList<>();
              StringBuilder all = new StringBuilder();
              for (int i = 0; i < 8; i++) {
                String method = i % 2 == 0 ? "GET" : "HEAD";
                asked.add(method + "/votes/" + i);
                all.append(method + " /votes/" + i + " HTTP/1.1\r\nHost: a\r\n\r\n");
              }
              client.send(all.toString());
              for (String each : asked) {
                boolean head = each.startsWith("HEAD");
                StrictAnswer answer = client.answer(head);
                while (answer.status() < 200) {
                  answer = client.answer(head);
                }
                assertThat(answer.all("x-said")).containsExactly(each);
                assertThat(answer.text()).isEqualTo(head ? "" : each);
              }
            }
          });
    }
  }

  @Test
  @FaultRow("A19")
  void bodyCutShort_endsTheUpstreamsConnection_andIsAnError() throws Exception {
    List<String> cut =
        List.of(
            post("/votes/1", "Content-Length: 10\r\n", "hello"),
            post("/votes/1", "Content-Length: 6\r\n", "hello"),
            chunked("a\r\nhello"),
            chunked("5\r\nhello\r\n"),
            chunked("5\r\nhello\r\n0\r\n"),
            chunked("5\r\nhello\r\n0\r\nA: b\r\n"));
    try (ProxyUnderTest proxy = startStrict(Situation.STRANGERS)) {
      for (boolean reset : new boolean[] {false, true}) {
        each(
            cut,
            bytes -> {
              upstream().forget();
              proxy.forgetSpans();
              try (RawClient client = RawClient.to(proxy.port())) {
                client.send(bytes);
                Await.until("the body's begin at the upstream", () -> upstreamHas("hello"));
                if (reset) {
                  client.reset();
                }
              }
              assertLetGo();
              assertThat(upstream().received())
                  .extracting(RawUpstream.Seen::ending)
                  .containsExactly(Ending.RESET);
              assertThat(proxy.spans(2))
                  .extracting(Span::tags)
                  .allSatisfy(tags -> assertThat(tags).containsKey("error"));
              upstream().forget();
              assertServes(proxy);
              came(1);
              proxy.spans(2);
            });
      }
    }
  }

  @Test
  @FaultRow("A20")
  void bytesBehindAChunkedBody_areTheNextRequest() throws Exception {
    try (ProxyUnderTest proxy = startStrict(Situation.STRANGERS)) {
      for (String end : List.of("0\r\n\r\n", "0;x\r\n\r\n", "000\r\nT: u\r\n\r\n")) {
        upstream().forget();
        String body = "5\r\nhello\r\n" + end;
        try (RawClient client = RawClient.to(proxy.port())) {
          client.send(chunked(body) + chunked(body) + get("/votes/last", ""));
          for (int i = 0; i < 3; i++) {
            assertThat(client.answer().text()).isEqualTo("ok");
          }
        }
        assertThat(came(3)).extracting(StrictRequest::text).containsExactly("hello", "hello", "");
        // What is no request is answered as such, and is nobody's body.
        each(
            List.of("\0", "X\r\n\r\n", "5\r\nhello\r\n0\r\n\r\n", "hello\r\n\r\n", "\r\n\r\n\r\n"),
            behind -> {
              upstream().forget();
              try (RawClient client = RawClient.to(proxy.port())) {
                client.send(chunked(body) + behind);
                assertThat(client.answer().text()).isEqualTo("ok");
                assertThat(client.answer().status()).isEqualTo(400);
                assertThat(client.ending()).isEqualTo(Ending.CLOSED);
              }
              assertThat(came(1).get(0).text()).isEqualTo("hello");
              assertThat(upstream().received()).hasSize(1);
            });
      }
    }
  }
}
