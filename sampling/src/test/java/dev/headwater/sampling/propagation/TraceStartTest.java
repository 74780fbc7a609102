package dev.headwater.sampling.propagation;

import static org.assertj.core.api.Assertions.assertThat;

import brave.propagation.TraceContext;
import dev.headwater.sampling.Decision;
import dev.headwater.sampling.Reason;
import dev.headwater.sampling.propagation.TraceCandidate.Claim;
import org.junit.jupiter.api.Test;

class TraceStartTest {
  private static final long HIGH = 0x463ac35c9f6413adL;
  private static final long LOW = 0x48485a3953bb6124L;
  private static final long SPAN = 0xa2fb4a1d1a96d312L;
  private static final TraceContext OURS =
      TraceContext.newBuilder().traceIdHigh(1).traceId(2).spanId(3).sampled(true).build();
  private static final Decision KEPT = new Decision(true, false, Reason.DEFAULT, "default", 1);

  private static TraceCandidate claim(boolean random) {
    return new TraceCandidate(
        TraceFormat.TRACECONTEXT, HIGH, LOW, SPAN, 0, Claim.ACCEPT, "foo=1", random);
  }

  @Test
  void restarted_tellsWhatTheTraceWasCalledAndPassesNothingOn() {
    TraceStart start = new TraceStart(OURS, KEPT, claim(false), false);
    assertThat(start.clientTraceId()).isEqualTo("463ac35c9f6413ad48485a3953bb6124");
    assertThat(start.formerIds()).isEqualTo("463ac35c9f6413ad48485a3953bb6124-a2fb4a1d1a96d312");
    assertThat(start.traceState()).isNull();
    assertThat(start.randomId()).as("our id").isTrue();
    TraceCandidate narrow = new TraceCandidate(TraceFormat.B3_MULTI, 0, LOW, SPAN, 0, Claim.ACCEPT);
    assertThat(new TraceStart(OURS, KEPT, narrow, false).formerIds())
        .isEqualTo("48485a3953bb6124-a2fb4a1d1a96d312");
  }

  @Test
  void continued_passesOnWhatTheCallerSaid() {
    for (boolean random : new boolean[] {true, false}) {
      TraceStart start = new TraceStart(OURS, KEPT, claim(random), true);
      assertThat(start.clientTraceId()).isNull();
      assertThat(start.formerIds()).isNull();
      assertThat(start.traceState()).isEqualTo("foo=1");
      assertThat(start.randomId()).isEqualTo(random);
    }
  }

  @Test
  void continuedFromB3_doesNotKnowWhetherTheIdIsRandom() {
    TraceCandidate b3 = new TraceCandidate(TraceFormat.B3_MULTI, HIGH, LOW, SPAN, 0, Claim.DENY);
    assertThat(new TraceStart(OURS, KEPT, b3, true).randomId()).isFalse();
  }

  @Test
  void withoutIdsNothingIsFormer() {
    TraceCandidate bare = new TraceCandidate(TraceFormat.B3_SINGLE, 0, 0, 0, 0, Claim.ACCEPT);
    for (TraceCandidate none : new TraceCandidate[] {bare, null}) {
      TraceStart start = new TraceStart(OURS, KEPT, none, false);
      assertThat(start.clientTraceId()).isNull();
      assertThat(start.formerIds()).isNull();
      assertThat(start.traceparent())
          .isEqualTo("00-00000000000000010000000000000002-0000000000000003-03");
    }
  }
}
