package dev.headwater.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headwater.gateway.ProxyUnderTest.Situation;
import dev.headwater.gateway.fault.HostileAnswers;
import dev.headwater.gateway.fault.StrictAnswer;
import dev.headwater.gateway.fault.StrictRequest;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.SocketException;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Upstreams that break the protocol on purpose: row D12 of the fault matrix. The client is told,
 * the upstream's connection is given up, and nobody else's request comes to harm.
 */
@Timeout(120)
abstract class HostileOriginContract extends WireContract {
  private static final String OK = "HTTP/1.1 200 OK\r\n";
  private static final String CHUNKED = OK + "Transfer-Encoding: chunked\r\n\r\n";
  private static final String EVIL = "HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nevil";

  /** What the upstream says next to whoever asks for {@code /votes/bad}. */
  private volatile String bad = "";

  private final BlockingQueue<Boolean> closed = new LinkedBlockingQueue<>();

  /** A request to {@code /votes/slow} is answered when the test says so. */
  private final CountDownLatch slow = new CountDownLatch(1);

  private RawUpstream hostile() throws Exception {
    return RawUpstream.recording(
        peer -> {
          for (StrictRequest next = peer.strict(); next != null; next = peer.strict()) {
            if (next.target().equals("/votes/bad")) {
              closed.add(givenUp(peer));
              return;
            }
            if (next.target().equals("/votes/slow")) {
              slow.await();
            }
            peer.send(RawUpstream.OK);
          }
        });
  }

  /** Says what is wrong, and tells whether the proxy closed: a long story ends in the middle. */
  private boolean givenUp(RawUpstream.Peer peer) {
    try {
      peer.send(bad);
      return peer.closedByGateway();
    } catch (IOException closedMeanwhile) {
      return true;
    }
  }

  @Test
  @FaultRow("D12")
  void brokenResponses_endTheirOwnConnectionOnly() throws Exception {
    String smuggled = "\r\n" + EVIL;
    List<String> heads =
        List.of(
            OK + "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
            OK + "Transfer-Encoding: chunked\r\nContent-Length: 0\r\n\r\n0\r\n\r\n",
            OK + "Content-Length: 2\r\nContent-Length: 3\r\n\r\nabc",
            OK + "Content-Length: 2\r\nContent-Length: 2\r\n\r\nab",
            OK + "Content-Length: 2, 2\r\n\r\nab",
            OK + "Content-Length: -1\r\n\r\n",
            OK + "Content-Length: +2\r\n\r\nab",
            OK + "Content-Length: 99999999999999999999\r\n\r\nab",
            OK + "Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n",
            OK + "Transfer-Encoding: xchunked\r\n\r\nab",
            OK + "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
            "HTTP/1.0 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
            OK + "X-A: b\rX-Injected: c" + smuggled,
            OK + "X-A: b\nX-Injected: c" + smuggled,
            OK + "X-A: b\0c" + smuggled,
            OK + "X-A: b\r\n X-Injected: c" + smuggled,
            OK + "X-A : b" + smuggled,
            OK + ": b" + smuggled,
            OK + "X A: b" + smuggled,
            OK + "X-A" + smuggled,
            OK + "X-A: " + "a".repeat(64 << 10) + "\r\nContent-Length: 0\r\n\r\n",
            OK + ("X-A: " + "a".repeat(1000) + "\r\n").repeat(66) + "Content-Length: 0\r\n\r\n",
            "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: upgrade\r\n\r\n",
            "HTTP/1.1 103 Early Hints\r\n\r\n".repeat(10_000) + EVIL,
            "HTTP/1.1 200\n\n",
            "HTTP/1.1\u000b200 OK\r\n\r\n",
            "HTTP/1.1 2 OK\r\n\r\n",
            "HTTP/1.1 2000 OK\r\n\r\n",
            "HTTP/1.1 099 OK\r\n\r\n",
            "HTTP/1.1 200 O\rK\r\n\r\n",
            "HTTP/2.0 200 OK\r\n\r\n",
            "\r\n" + EVIL,
            "garbage\r\n\r\n");
    List<String> chunks =
        List.of(
            CHUNKED + "0x4\r\nevil\r\n0\r\n\r\n",
            CHUNKED + "+4\r\nevil\r\n0\r\n\r\n",
            CHUNKED + "4 \r\nevil\r\n0\r\n\r\n",
            CHUNKED + "g\r\nevil\r\n0\r\n\r\n",
            CHUNKED + "3\r\nevil\r\n0\r\n\r\n",
            CHUNKED + "4\nevil\r\n0\r\n\r\n",
            CHUNKED + "4;a\nb\r\nevil\r\n0\r\n\r\n",
            CHUNKED + "4;a=\"\r\nevil\r\n0\r\n\r\n",
            CHUNKED + "00000000000000004\r\nevil\r\n0\r\n\r\n",
            CHUNKED + "4\r\nabcd\r\n0\r\nX-A : b\r\n\r\n");
    try (ProxyUnderTest proxy = start(Situation.STRANGERS, hostile());
        RawClient waiting = RawClient.to(proxy.port())) {
      waiting.send(get("/votes/slow", ""));
      each(heads, answer -> answeredFor(proxy, answer));
      each(chunks, answer -> brokenOff(proxy, answer));
      slow.countDown();
      assertThat(waiting.answer().text()).isEqualTo("ok");
    }
  }

  /** The client gets a 502 of the proxy's own, and its connection goes on. */
  private void answeredFor(ProxyUnderTest proxy, String answer) throws Exception {
    bad = answer;
    try (RawClient client = RawClient.to(proxy.port())) {
      client.send(post("/votes/bad", "Content-Length: 0\r\n", "") + get("/votes/next", ""));
      StrictAnswer told = client.answer();
      while (told.status() < 200) {
        assertThat(told.status()).isEqualTo(103);
        told = client.answer();
      }
      assertThat(told.status()).isEqualTo(502);
      assertThat(told.text()).doesNotContain("evil");
      assertThat(told.all("x-injected")).isEmpty();
      assertThat(client.answer().text()).isEqualTo("ok");
    }
    assertGivenUp(proxy);
  }

  /** The response had begun: it is broken off, and never looks whole. */
  private void brokenOff(ProxyUnderTest proxy, String answer) throws Exception {
    bad = answer;
    try (RawClient client = RawClient.to(proxy.port())) {
      client.send(post("/votes/bad", "Content-Length: 0\r\n", ""));
      assertThat(client.rest())
          .matches("(?s)HTTP/1\\.1 (200|502) .*")
          .doesNotContain("evil", "0\r\n\r\n");
    }
    assertGivenUp(proxy);
  }

  private void assertGivenUp(ProxyUnderTest proxy) throws Exception {
    assertThat(closed.poll(10, TimeUnit.SECONDS)).as("upstream connection closed").isTrue();
    assertServes(proxy);
  }

  /** Mutated responses of an origin that gives up soon where the proxy waits for more. */
  @Test
  @FaultRow("D12")
  void mutatedResponses_neverReachTheClientAsTheyAre() throws Exception {
    List<HostileAnswers.Payload> corpus = HostileAnswers.of(20261);
    Map<String, int[]> families = new TreeMap<>();
    RawUpstream origin =
        RawUpstream.recording(
            peer -> {
              for (StrictRequest next = peer.strict(); next != null; next = peer.strict()) {
                boolean wanted = next.target().equals("/votes/bad");
                peer.send(wanted ? bad : RawUpstream.OK);
                peer.socket().setSoTimeout(wanted ? 100 : 10_000);
              }
            });
    try (ProxyUnderTest proxy = start(Situation.STRANGERS, origin)) {
      for (HostileAnswers.Payload payload : corpus) {
        int[] counts = families.computeIfAbsent(payload.family(), any -> new int[3]);
        each(List.of(payload.bytes()), bytes -> counts[passedOnStrictly(proxy, bytes)]++);
      }
    }
    StringBuilder text = new StringBuilder("D12: refused, broken off, passed on\n");
    families.forEach(
        (family, counts) ->
            text.append(
                String.format("%-24s %4d %4d %4d%n", family, counts[0], counts[1], counts[2])));
    CorpusContract.write("D12", text + String.format("%-24s %4d%n", "all", corpus.size()));
    assertThat(families.values().stream().mapToInt(counts -> counts[0]).sum())
        .isGreaterThan(corpus.size() / 3);
  }

  /**
   * The client reads a strictly valid response or one that is cut short, and the answer of its next
   * request is that request's.
   *
   * @return 0 refused, 1 broken off, 2 passed on
   */
  private int passedOnStrictly(ProxyUnderTest proxy, String bytes) throws Exception {
    bad = bytes;
    try (RawClient client = RawClient.to(proxy.port())) {
      client.send(post("/votes/bad", "Content-Length: 0\r\n", "") + get("/votes/next", ""));
      InputStream in = client.socket().getInputStream();
      StrictAnswer told;
      try {
        do {
          told = StrictAnswer.read(in, false);
        } while (told.status() < 200);
      } catch (EOFException | SocketException brokenOff) {
        return 1;
      } catch (IOException e) {
        throw new AssertionError("what the client got: " + e, e);
      }
      if (!told.last()) {
        assertThat(client.answer().text()).as("answer of the next request").isEqualTo("ok");
      }
      return told.status() == 502 ? 0 : 2;
    }
  }
}
