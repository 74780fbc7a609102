package dev.headwater.sampling.propagation;

import static dev.headwater.sampling.propagation.TraceFormat.B3_MULTI;
import static dev.headwater.sampling.propagation.TraceFormat.B3_SINGLE;
import static dev.headwater.sampling.propagation.TraceFormat.TRACECONTEXT;
import static org.assertj.core.api.Assertions.assertThat;

import brave.propagation.TraceContext;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class TraceInjectorTest {
  private static final String TRACE = "463ac35c9f6413ad48485a3953bb6124";
  private static final String SPAN = "a2fb4a1d1a96d312";

  private static TraceContext.Builder context() {
    return TraceContext.newBuilder()
        .traceIdHigh(0x463ac35c9f6413adL)
        .traceId(0x48485a3953bb6124L)
        .parentId(0x0020000000000001L)
        .spanId(0xa2fb4a1d1a96d312L);
  }

  private static Map<String, String> inject(
      TraceContext context, String traceState, boolean parentId, TraceFormat... formats) {
    Headers headers = Headers.of();
    TraceInjector.of(List.of(formats), parentId)
        .inject(context, new FixedFields(traceState, false), Headers.SETTER, headers);
    return headers.asMap();
  }

  @Test
  void multi_hasNoParentUnlessAsked() {
    TraceContext context = context().sampled(true).build();
    assertThat(inject(context, null, false, B3_MULTI))
        .containsExactlyInAnyOrderEntriesOf(
            Map.of("X-B3-TraceId", TRACE, "X-B3-SpanId", SPAN, "X-B3-Sampled", "1"));
    assertThat(inject(context, null, true, B3_MULTI))
        .containsEntry("X-B3-ParentSpanId", "0020000000000001")
        .hasSize(4);
  }

  @Test
  void multi_unsampledSaysSoAndKeepsIds() {
    assertThat(inject(context().sampled(false).build(), null, false, B3_MULTI))
        .containsExactlyInAnyOrderEntriesOf(
            Map.of("X-B3-TraceId", TRACE, "X-B3-SpanId", SPAN, "X-B3-Sampled", "0"));
  }

  @Test
  void multi_debugIsWrittenBesideSampled() {
    assertThat(inject(context().debug(true).build(), null, false, B3_MULTI))
        .containsEntry("X-B3-Flags", "1")
        .containsEntry("X-B3-Sampled", "1");
  }

  @Test
  void single_hasEveryState() {
    String ids = TRACE + "-" + SPAN;
    assertThat(single(context().sampled(true).build(), false)).isEqualTo(ids + "-1");
    assertThat(single(context().sampled(false).build(), false)).isEqualTo(ids + "-0");
    assertThat(single(context().debug(true).build(), false)).isEqualTo(ids + "-d");
    assertThat(single(context().build(), false)).isEqualTo(ids);
    assertThat(single(context().sampled(true).build(), true))
        .isEqualTo(ids + "-1-0020000000000001");
  }

  private static String single(TraceContext context, boolean parentId) {
    return inject(context, null, parentId, B3_SINGLE).get("b3");
  }

  @Test
  void traceparent_hasTheRandomFlagOfWhatGoesAlong() {
    Headers headers = Headers.of();
    TraceInjector.of(List.of(TRACECONTEXT), false)
        .inject(
            context().sampled(false).build(), new FixedFields(null, true), Headers.SETTER, headers);
    assertThat(headers.asMap()).containsEntry("traceparent", "00-" + TRACE + "-" + SPAN + "-02");
  }

  @Test
  void traceparent_isVersion00WithSampledFlagOnly() {
    String prefix = "00-" + TRACE + "-" + SPAN;
    assertThat(inject(context().sampled(true).build(), "foo=1, bar=2", false, TRACECONTEXT))
        .containsExactlyInAnyOrderEntriesOf(
            Map.of("traceparent", prefix + "-01", "tracestate", "foo=1, bar=2"));
    assertThat(inject(context().sampled(false).build(), null, false, TRACECONTEXT))
        .containsExactlyInAnyOrderEntriesOf(Map.of("traceparent", prefix + "-00"));
    assertThat(inject(context().debug(true).build(), null, false, TRACECONTEXT))
        .containsEntry("traceparent", prefix + "-01");
  }

  @Test
  void sixtyFourBitTraceId_keepsItsLengthInB3AndIsPaddedInTraceparent() {
    TraceContext context = context().traceIdHigh(0).sampled(true).build();
    assertThat(inject(context, null, false, B3_MULTI, B3_SINGLE, TRACECONTEXT))
        .containsEntry("X-B3-TraceId", "48485a3953bb6124")
        .containsEntry("b3", "48485a3953bb6124-" + SPAN + "-1")
        .containsEntry("traceparent", "00-000000000000000048485a3953bb6124-" + SPAN + "-01");
  }

  @Test
  void idsAreIdenticalInEveryFormat() {
    TraceContext context = context().sampled(true).build();
    Headers headers = Headers.of();
    List<TraceFormat> all = List.of(TraceFormat.values());
    TraceInjector.of(all, false)
        .inject(
            context, FixedFields.NONE, (target, name, value) -> target.add(name, value), headers);
    for (TraceFormat format : all) {
      TraceCandidate read = TraceExtractor.of(List.of(format)).extract(Headers.GETTER, headers);
      assertThat(read).isNotNull();
      assertThat(read.traceIdHigh()).isEqualTo(context.traceIdHigh());
      assertThat(read.traceIdLow()).isEqualTo(context.traceId());
      assertThat(read.spanId()).isEqualTo(context.spanId());
      assertThat(read.claim()).isEqualTo(TraceCandidate.Claim.ACCEPT);
    }
  }

  @Test
  void everyNameWrittenIsKnownToBeRemoved() {
    for (TraceFormat format : TraceFormat.values()) {
      assertThat(WireFormat.of(format).names()).allMatch(KnownTraceHeaders::contains);
    }
  }
}
