package dev.headwater.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headwater.sampling.Reason;
import dev.headwater.sampling.SamplingPolicy;
import dev.headwater.sampling.rate.CapPolicy;
import dev.headwater.sampling.rate.LimitPolicy;
import dev.headwater.sampling.rate.ProbabilisticRate;
import dev.headwater.sampling.rule.Verdict;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import zipkin2.Span;

/** More requests than a cap lets be traced. */
class ITCappedSampling {
  private static final double CAP = 30;
  private static final double BURST = 30;

  /** Ten times the cap. */
  private static final long PACE_NANOS = TimeUnit.SECONDS.toNanos(1) / 300;

  private static final int REQUESTS = 1_500;

  private static SamplingPolicy capped() {
    LimitPolicy limit = new LimitPolicy(new CapPolicy(CAP, BURST), null, 0.0);
    return new SamplingPolicy(
        new Verdict.Share(ProbabilisticRate.ALWAYS), List.of(), limit, null, false);
  }

  @Test
  @FaultRow("T9")
  void tenTimesTheCap_tracesAtTheCap_andEveryRequestServed() throws Exception {
    try (RawUpstream upstream = RawUpstream.answering(RawUpstream.OK);
        RunningGateway gateway =
            RunningGateway.of(Configurations.to(upstream.port()).sampling(capped()));
        RawClient client = gateway.connect()) {
      long from = System.nanoTime();
      for (int i = 0; i < REQUESTS; i++) {
        client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
        assertThat(client.response()).startsWith("HTTP/1.1 200 ");
        long due = from + (i + 1) * PACE_NANOS;
        for (long left = due - System.nanoTime(); left > 0; left = due - System.nanoTime()) {
          LockSupport.parkNanos(left);
        }
      }
      double seconds = (System.nanoTime() - from) / 1e9;
      long sampled = decisions(gateway, true);
      assertThat(sampled + decisions(gateway, false)).isEqualTo(REQUESTS);
      assertThat((double) sampled)
          .as("traces in %.1f s", seconds)
          .isBetween(0.5 * CAP * seconds, CAP * seconds + BURST);
      assertThat(gateway.view().decisions())
          .as("what the cap took away says so")
          .anyMatch(count -> count.reason() == Reason.CAPPED && !count.sampled());
      List<Span> spans = gateway.spans((int) (2 * sampled));
      gateway.flush();
      assertThat(gateway.waitingSpans()).isZero();
      assertThat(spans).filteredOn(span -> span.parentId() == null).hasSize((int) sampled);
    }
  }

  private static long decisions(RunningGateway gateway, boolean sampled) {
    return gateway.view().decisions().stream()
        .filter(count -> count.sampled() == sampled)
        .mapToLong(count -> count.count())
        .sum();
  }
}
