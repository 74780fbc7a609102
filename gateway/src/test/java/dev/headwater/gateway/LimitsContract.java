package dev.headwater.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headwater.gateway.Crowd.Manner;
import dev.headwater.gateway.ProxyUnderTest.Situation;
import dev.headwater.gateway.fault.Ending;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Clients that are slow or send too much: rows C1 to C5 and C10 of the fault matrix, as far as any
 * proxy can be asked. Numbers are the defaults of an edge; exact limits are those of {@link
 * ITLimits}.
 */
@Timeout(120)
abstract class LimitsContract extends WireContract {
  private static final Situation HURRIED = Situation.STRANGERS.patience(Duration.ofMillis(700));

  private static final Duration SOON = Duration.ofSeconds(10);

  @Test
  @FaultRow("C1")
  void headsThatTrickle_closedAtTheHeadTimer() throws Exception {
    try (ProxyUnderTest proxy = startStrict(HURRIED);
        Crowd crowd =
            new Crowd(
                proxy.port(),
                50,
                new Manner(
                    "GET /votes/1 HTTP/1.1\r\nHost: a\r\nA: ", "b".repeat(1000), 100, true))) {
      Await.until("all are closed", SOON, () -> crowd.left() == 0);
      assertThat(crowd.members())
          .allSatisfy(member -> assertThat(member.answer()).startsWith("HTTP/1.1 408 "));
      assertThat(upstream().received()).isEmpty();
    }
  }

  @Test
  @FaultRow("C2")
  void bodyThatStops_408_andTheUpstreamIsLetGo() throws Exception {
    AtomicBoolean letGo = new AtomicBoolean();
    RawUpstream waiting =
        new RawUpstream(
            peer -> {
              peer.request();
              letGo.set(peer.closedByGateway());
            });
    try (ProxyUnderTest proxy = start(HURRIED, waiting);
        RawClient client = RawClient.to(proxy.port())) {
      client.socket().setSoTimeout((int) SOON.toMillis());
      client.send(post("/votes/1", "Content-Length: 10\r\n", "half"));
      assertThat(client.answer().status()).isEqualTo(408);
      Await.until("the upstream is let go", letGo::get);
    }
  }

  @Test
  @FaultRow("C3")
  void answerThatNobodyReads_isLeftWithTheUpstream() throws Exception {
    int length = 24 << 20;
    AtomicLong taken = new AtomicLong();
    byte[] piece = new byte[64 << 10];
    RawUpstream large =
        new RawUpstream(
            peer -> {
              peer.socket().setSendBufferSize(32 << 10);
              peer.request();
              peer.send("HTTP/1.1 200 OK\r\nContent-Length: " + length + "\r\n\r\n");
              for (int sent = 0; sent < length; sent += piece.length) {
                peer.socket().getOutputStream().write(piece);
                taken.addAndGet(piece.length);
              }
            });
    try (ProxyUnderTest proxy = start(Situation.STRANGERS, large);
        Crowd crowd = new Crowd(proxy.port(), 1, new Manner(get("/votes/1", ""), "", 100, false))) {
      long[] last = {-1, System.nanoTime()};
      Await.until(
          "no more is taken",
          SOON,
          () -> {
            if (taken.get() != last[0]) {
              last[0] = taken.get();
              last[1] = System.nanoTime();
            }
            return last[0] > 0 && System.nanoTime() - last[1] > 500_000_000L;
          });
      assertThat(taken.get()).isLessThan(length);
      assertThat(crowd.left()).isEqualTo(1);
    }
  }

  @Test
  @FaultRow("C4")
  void silence_afterAccept_andBetweenRequests_isClosed() throws Exception {
    try (ProxyUnderTest proxy = startStrict(HURRIED);
        RawClient silent = RawClient.to(proxy.port());
        RawClient idle = RawClient.to(proxy.port())) {
      idle.send(get("/votes/1", ""));
      assertThat(idle.answer().status()).isEqualTo(200);
      for (RawClient client : List.of(silent, idle)) {
        client.socket().setSoTimeout((int) SOON.toMillis());
        assertThat(client.ending()).isEqualTo(Ending.CLOSED);
      }
    }
  }

  @Test
  @FaultRow("C5")
  void tooMuch_isRefused_eachWithItsStatus() throws Exception {
    try (ProxyUnderTest proxy = startStrict(Situation.STRANGERS)) {
      refuses(proxy, get("/votes/1", "A: b\r\n".repeat(100)), 431);
      refuses(proxy, get("/votes/1", "A: " + "b".repeat(2 << 20) + "\r\n"), 431);
      refuses(proxy, get("/votes/" + "1".repeat(9000), ""), 414);
      refuses(proxy, post("/votes/1", "Content-Length: 1073741825\r\n", ""), 413);
      assertServes(proxy);
    }
  }

  @Test
  @FaultRow("C10")
  void expectation_thatIsUnknown_417() throws Exception {
    try (ProxyUnderTest proxy = startStrict(Situation.STRANGERS)) {
      refuses(proxy, post("/votes/1", "Expect: cake\r\nContent-Length: 5\r\n", "hello"), 417);
      assertServes(proxy);
    }
  }
}
