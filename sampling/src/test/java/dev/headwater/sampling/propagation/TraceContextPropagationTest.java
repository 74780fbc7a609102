package dev.headwater.sampling.propagation;

import static org.assertj.core.api.Assertions.assertThat;

import brave.propagation.Propagation;
import brave.propagation.TraceContext;
import brave.propagation.TraceContextOrSamplingFlags;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

/**
 * Brave's propagation contract against {@code tracecontext}, less what {@code traceparent} has no
 * place for.
 */
@NotApplicable(
    cases = {
      "verifyRoundTrip_notSampled_noIds",
      "verifyRoundTrip_sampledTrueNoOtherTraceHeaders",
      "verifyRoundTrip_debug"
    },
    because = "traceparent carries no decision without ids, and no debug flag",
    instead = "withoutTraceparent_nothingIsRead")
@NotApplicable(
    cases = "verifyRoundTrip_externallyProvidedIds",
    because = "traceparent always carries a decision",
    instead = "withoutADecision_unsampledIsWritten")
class TraceContextPropagationTest extends TracePropagationContract {
  @Override
  protected Class<? extends Supplier<Propagation<String>>> propagationSupplier() {
    return OurPropagation.class;
  }

  static class OurPropagation implements Supplier<Propagation<String>> {
    @Override
    public Propagation<String> get() {
      List<TraceFormat> w3c = List.of(TraceFormat.TRACECONTEXT);
      return TracePropagation.of(w3c, w3c, false).get();
    }
  }

  @Override
  protected void inject(
      Map<String, String> map,
      String traceId,
      String parentId,
      String spanId,
      Boolean sampled,
      Boolean debug) {
    if (traceId != null) {
      String padded = "0".repeat(32 - traceId.length()) + traceId;
      map.put("traceparent", "00-" + padded + "-" + spanId + "-0" + sampled(sampled));
    }
  }

  private TraceContextOrSamplingFlags extract(Map<String, String> headers) {
    return propagation.<Map<String, String>>extractor(Map::get).extract(headers);
  }

  private Map<String, String> inject(TraceContext context) {
    Map<String, String> headers = new LinkedHashMap<>();
    propagation.<Map<String, String>>injector(Map::put).inject(context, headers);
    return headers;
  }

  @Test
  void withoutTraceparent_nothingIsRead() {
    assertThat(extract(Map.of("tracestate", "foo=1"))).isEqualTo(TraceContextOrSamplingFlags.EMPTY);
  }

  @Test
  void withoutADecision_unsampledIsWritten() {
    TraceContext undecided = TraceContext.newBuilder().traceId(1).spanId(2).build();
    assertThat(inject(undecided).get("traceparent")).endsWith("-00");
  }

  @Test
  void tracestate_travelsInExtraToEveryChild() {
    map.put("traceparent", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01");
    map.put("tracestate", "foo=1,bar=2");
    TraceContext child = extract(map).context().toBuilder().spanId(5).build();
    assertThat(inject(child))
        .containsEntry("tracestate", "foo=1,bar=2")
        .containsEntry("traceparent", "00-0af7651916cd43dd8448eb211c80319c-0000000000000005-01");
  }

  @Test
  void joinIsNotSupported() {
    List<TraceFormat> w3c = List.of(TraceFormat.TRACECONTEXT);
    TracePropagation factory = TracePropagation.of(w3c, TraceFormat.DEFAULT_INJECT, false);
    assertThat(factory.supportsJoin()).isFalse();
    assertThat(factory.keys()).contains("X-B3-TraceId").doesNotContain("traceparent");
  }
}
