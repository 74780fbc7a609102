package dev.headwater.gateway.balance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headwater.gateway.metrics.EndpointRecorder;
import dev.headwater.gateway.metrics.LoopMetrics;
import dev.headwater.gateway.metrics.Metrics;
import dev.headwater.gateway.pipeline.Attempt;
import dev.headwater.routes.Endpoint;
import dev.headwater.routes.Upstream.Balance;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ChoiceTest {
  private static final Endpoint[] ENDPOINTS = {
    new Endpoint("a", 1), new Endpoint("b", 1), new Endpoint("c", 1)
  };

  private final Metrics metrics = Metrics.create();
  private final LoopMetrics loop = metrics.newLoop(Runnable::run);
  private final EndpointRecorder[] recorders =
      IntStream.range(0, 3)
          .mapToObj(i -> loop.endpoint("up", ENDPOINTS[i].toString()))
          .toArray(EndpointRecorder[]::new);

  @AfterEach
  void close() {
    metrics.close();
  }

  private Choice choice(Balance balance) {
    return new Choice(ENDPOINTS, recorders, balance);
  }

  private static Attempt attempt() {
    return new Attempt(null, 1, null, null, null, 1);
  }

  /** The tries of an exchange: those that failed there, then the present one. */
  private List<Attempt> tried(int... failed) {
    List<Attempt> attempts = new ArrayList<>();
    for (int at : failed) {
      Attempt attempt = attempt();
      attempt.endpoint(ENDPOINTS[at], recorders[at]);
      recorders[at].finished(0, null, 1);
      attempts.add(attempt);
    }
    attempts.add(attempt());
    return attempts;
  }

  @Test
  void roundRobin_walksOnByOne() {
    Choice choice = choice(Balance.ROUND_ROBIN);
    for (int i = 0; i < 30; i++) {
      assertThat(choice.next(tried())).isEqualTo(i % 3);
    }
  }

  @Test
  void retry_avoidsWhatFailed_untilNothingElseIsLeft() {
    for (Balance balance : Balance.values()) {
      Choice choice = choice(balance);
      for (int i = 0; i < 9; i++) {
        assertThat(choice.next(tried(0))).isNotEqualTo(0);
        assertThat(choice.next(tried(0, 2))).isEqualTo(1);
        assertThat(choice.next(tried(0, 1, 2, 1, 2))).isEqualTo(0);
      }
    }
  }

  @Test
  void leastRequest_takesTheFewestInFlight_tiesInTurn() {
    Choice choice = choice(Balance.LEAST_REQUEST);
    recorders[0].started();
    recorders[0].started();
    recorders[2].started();
    assertThat(choice.next(tried())).isEqualTo(1);
    recorders[1].started();
    int[] taken = new int[3];
    for (int i = 0; i < 300; i++) {
      taken[choice.next(tried())]++;
    }
    assertThat(taken[0]).isZero();
    assertThat(taken[1]).isBetween(90, 210);
    assertThat(taken[2]).isBetween(90, 210);
  }

  @Test
  void onlyEndpoint_isTaken_alsoWhenItFailed() {
    Choice choice =
        new Choice(
            new Endpoint[] {ENDPOINTS[0]},
            new EndpointRecorder[] {recorders[0]},
            Balance.LEAST_REQUEST);
    assertThat(choice.next(tried(0, 0))).isZero();
  }
}
