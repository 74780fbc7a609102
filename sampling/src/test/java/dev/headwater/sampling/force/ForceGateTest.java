package dev.headwater.sampling.force;

import static dev.headwater.sampling.force.ForceVerdict.CAPPED;
import static dev.headwater.sampling.force.ForceVerdict.DECLINED;
import static dev.headwater.sampling.force.ForceVerdict.EXPIRED;
import static dev.headwater.sampling.force.ForceVerdict.GRANTED_TO_NETWORK;
import static dev.headwater.sampling.force.ForceVerdict.GRANTED_TO_TOKEN;
import static dev.headwater.sampling.force.ForceVerdict.MALFORMED;
import static dev.headwater.sampling.force.ForceVerdict.NOT_ASKED;
import static dev.headwater.sampling.force.ForceVerdict.NOT_LISTED;
import static dev.headwater.sampling.force.ForceVerdict.NO_KEY;
import static dev.headwater.sampling.force.ForceVerdict.OTHER_PATH;
import static dev.headwater.sampling.force.ForceVerdict.USED_UP;
import static dev.headwater.sampling.force.ForceVerdict.WRONG_SIGNATURE;
import static org.assertj.core.api.Assertions.assertThat;

import dev.headwater.sampling.network.NetworkSet;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class ForceGateTest {
  private static final ForceKey KEY = ForceKey.of("0123456789abcdef0123456789abcdef");
  private static final ForceKey OTHER_KEY = ForceKey.of("fedcba9876543210fedcba9876543210");

  private long seconds = 1_000;
  private long nanos = 5_000_000_000L;

  private static ForcePolicy policy(ForceKey key, int perSecond) {
    return new ForcePolicy(
        ForcePolicy.HEADER, NetworkSet.NONE, key, perSecond, ForcePolicy.As.SAMPLED);
  }

  private ForceGate gate(ForcePolicy policy) {
    return ForceGate.of(policy, () -> seconds, () -> nanos);
  }

  private static String token(long expires, int count, String path) {
    return new ForceToken(expires, 7, count, path).signedBy(KEY);
  }

  @Test
  void nobodyAsked_nothingIsConfigured() {
    assertThat(gate(policy(KEY, 5)).ask(null, true, "/")).isEqualTo(NOT_ASKED);
    assertThat(gate(null).ask("1", true, "/")).isEqualTo(NOT_ASKED);
  }

  @Test
  void bareWish_countsFromListedNetworksOnly() {
    ForceGate gate = gate(policy(null, 5));
    assertThat(gate.ask("1", true, "/")).isEqualTo(GRANTED_TO_NETWORK);
    assertThat(gate.ask("TRUE", true, "/")).isEqualTo(GRANTED_TO_NETWORK);
    assertThat(gate.ask("1", false, "/")).isEqualTo(NOT_LISTED);
    assertThat(gate.ask("0", true, "/")).isEqualTo(DECLINED);
    assertThat(gate.ask("yes", true, "/")).isEqualTo(MALFORMED);
    assertThat(gate.ask("", true, "/")).isEqualTo(MALFORMED);
  }

  @Test
  void token_isGoodForItsTimeItsPathAndItsKey() {
    ForceGate gate = gate(policy(KEY, 5));
    String token = token(1_001, 0, "/api");
    assertThat(gate.ask(token, false, "/api/votes")).isEqualTo(GRANTED_TO_TOKEN);
    assertThat(gate.ask(token, true, "/other")).isEqualTo(OTHER_PATH);
    String forged = new ForceToken(1_001, 7, 0, "/").signedBy(OTHER_KEY);
    assertThat(gate.ask(forged, true, "/")).isEqualTo(WRONG_SIGNATURE);
    seconds = 1_001;
    assertThat(gate.ask(token, false, "/api/votes")).isEqualTo(EXPIRED);
    assertThat(gate(policy(null, 5)).ask(token, false, "/api")).isEqualTo(NO_KEY);
  }

  @Test
  void count_isPerToken_andNotTakenByPreview() {
    ForceGate gate = gate(policy(KEY, 100));
    String twice = token(2_000, 2, "/");
    String other = new ForceToken(2_000, 8, 1, "/").signedBy(KEY);
    assertThat(gate.preview(twice, false, "/")).isEqualTo(GRANTED_TO_TOKEN);
    assertThat(gate.ask(twice, false, "/")).isEqualTo(GRANTED_TO_TOKEN);
    assertThat(gate.ask(twice, false, "/")).isEqualTo(GRANTED_TO_TOKEN);
    assertThat(gate.ask(twice, false, "/")).isEqualTo(USED_UP);
    assertThat(gate.preview(twice, false, "/")).isEqualTo(USED_UP);
    assertThat(gate.ask(other, false, "/")).isEqualTo(GRANTED_TO_TOKEN);
  }

  @Test
  void cap_isOneSecondsWorth_andRefills_andIsNotTakenByPreview() {
    ForceGate gate = gate(policy(KEY, 5));
    for (int i = 0; i < 5; i++) {
      assertThat(gate.preview("1", true, "/")).isEqualTo(GRANTED_TO_NETWORK);
      assertThat(gate.ask("1", true, "/")).isEqualTo(GRANTED_TO_NETWORK);
    }
    assertThat(gate.ask("1", true, "/")).isEqualTo(CAPPED);
    assertThat(gate.preview("1", true, "/")).isEqualTo(CAPPED);
    nanos += 200_000_000L;
    assertThat(gate.ask("1", true, "/")).isEqualTo(GRANTED_TO_NETWORK);
    assertThat(gate.ask("1", true, "/")).isEqualTo(CAPPED);
  }

  @Test
  void cap_beyondIt_leavesTheTokensCountAlone() {
    ForceGate gate = gate(policy(KEY, 1));
    String once = token(2_000, 1, "/");
    assertThat(gate.ask("1", true, "/")).isEqualTo(GRANTED_TO_NETWORK);
    assertThat(gate.ask(once, false, "/")).isEqualTo(CAPPED);
    nanos += 1_000_000_000L;
    assertThat(gate.ask(once, false, "/")).isEqualTo(GRANTED_TO_TOKEN);
  }

  @Test
  void reload_countsAndCapGoOn_untilTheirOwnSettingChanges() {
    ForceGate gate = gate(policy(KEY, 2));
    String once = token(2_000, 1, "/");
    assertThat(gate.ask(once, false, "/")).isEqualTo(GRANTED_TO_TOKEN);
    assertThat(gate.ask("1", true, "/")).isEqualTo(GRANTED_TO_NETWORK);
    ForceGate same = gate.next(policy(ForceKey.of("0123456789abcdef0123456789abcdef\n"), 2));
    assertThat(same).isSameAs(gate);
    ForceGate wider =
        gate.next(new ForcePolicy("x-force", NetworkSet.NONE, KEY, 2, ForcePolicy.As.DEBUG));
    assertThat(wider.ask("1", true, "/")).isEqualTo(CAPPED);
    nanos += 1_000_000_000L;
    assertThat(wider.ask(once, false, "/")).isEqualTo(USED_UP);
    ForceGate moreOften = wider.next(policy(KEY, 3));
    assertThat(moreOften.ask("1", true, "/")).isEqualTo(GRANTED_TO_NETWORK);
    assertThat(moreOften.ask(once, false, "/")).isEqualTo(USED_UP);
    ForceGate rotated = moreOften.next(policy(OTHER_KEY, 3));
    assertThat(rotated.ask(once, false, "/")).isEqualTo(WRONG_SIGNATURE);
    assertThat(rotated.next(null).ask("1", true, "/")).isEqualTo(NOT_ASKED);
  }

  @Test
  void counts_areBounded_oneMoreIsRefused_untilSomeExpire() {
    TokenCounts counts = new TokenCounts();
    for (int i = 0; i < TokenCounts.MAX_TOKENS; i++) {
      assertThat(counts.take(new ForceToken(2_000, i, 1, "/"), 1_000)).isTrue();
    }
    ForceToken more = new ForceToken(3_000, -1, 1, "/");
    assertThat(counts.has(more, 1_000)).isFalse();
    assertThat(counts.take(more, 1_001)).isFalse();
    assertThat(counts.size()).isEqualTo(TokenCounts.MAX_TOKENS);
    assertThat(counts.take(more, 2_000)).isTrue();
    assertThat(counts.size()).isOne();
  }

  @Test
  void count_isExact_underManyThreads() throws Exception {
    ForceGate gate = gate(policy(KEY, 100_000));
    String token = token(2_000, 500, "/");
    AtomicInteger granted = new AtomicInteger();
    CountDownLatch go = new CountDownLatch(1);
    ExecutorService threads = Executors.newFixedThreadPool(4);
    for (int t = 0; t < 4; t++) {
      threads.execute(
          () -> {
            try {
              go.await();
            } catch (InterruptedException e) {
              throw new IllegalStateException(e);
            }
            for (int i = 0; i < 400; i++) {
              if (gate.ask(token, false, "/").granted()) {
                granted.incrementAndGet();
              }
            }
          });
    }
    go.countDown();
    threads.shutdown();
    assertThat(threads.awaitTermination(60, TimeUnit.SECONDS)).isTrue();
    assertThat(granted).hasValue(500);
  }

  @Test
  void policy_neverShowsTheKey() {
    assertThat(policy(KEY, 5).toString()).contains("(32 secret bytes)").doesNotContain("0123");
  }
}
