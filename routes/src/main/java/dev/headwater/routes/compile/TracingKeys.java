package dev.headwater.routes.compile;

import dev.headwater.routes.PropagationPolicy;
import dev.headwater.routes.RequestIdPolicy;
import dev.headwater.routes.ResponseTracePolicy;
import dev.headwater.routes.StorePolicy;
import dev.headwater.routes.TracingPolicy;
import dev.headwater.routes.schema.Key;
import dev.headwater.routes.schema.Leaf;
import dev.headwater.routes.schema.ListShape;
import dev.headwater.routes.schema.ObjectShape;
import dev.headwater.routes.schema.Scalars;
import dev.headwater.routes.schema.Section;
import dev.headwater.sampling.SamplingPolicy;
import dev.headwater.sampling.propagation.TraceFormat;
import dev.headwater.sampling.rate.ProbabilisticRate;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** {@code tracing}: identity, sampling, propagation and reporting. */
final class TracingKeys {
  static final String NAME = "tracing";
  static final String SAMPLING_KEY = "sampling";
  static final String SAMPLING_FROM_KEY = "samplingFrom";
  static final String REPORT_KEY = "report";
  static final String STORE_KEY = "store";

  private static final Key<List<List<TraceFormat>>> EXTRACT =
      Key.defaulted(
          "extract",
          ListShape.of(Scalars.choice(extracted())),
          "[b3, tracecontext]",
          "Trace headers read from callers; the first that is present counts");
  private static final Key<List<TraceFormat>> INJECT =
      Key.defaulted(
          "inject",
          ListShape.of(injected()).notEmpty(),
          "[b3-multi]",
          "Trace headers written to upstreams, with the same ids in each");
  private static final Key<Boolean> PARENT_ID =
      Key.defaulted(
          "parentId",
          Scalars.bool(),
          "false",
          "Whether X-B3-ParentSpanId is written; it goes stale behind a Linkerd proxy");
  private static final ObjectShape<PropagationPolicy> PROPAGATION_SHAPE =
      ObjectShape.of(TracingKeys::propagation, EXTRACT, INJECT, PARENT_ID);

  private static final Key<Boolean> ENVOY_REASON =
      Key.defaulted(
          "envoyReason",
          Scalars.bool(),
          "false",
          "Whether X-Request-Id carries our decision the way Envoy reads it");
  private static final ObjectShape<RequestIdPolicy> REQUEST_ID_SHAPE =
      ObjectShape.of(section -> new RequestIdPolicy(section.get(ENVOY_REASON)), ENVOY_REASON);

  private static final Key<Double> RATE =
      Key.defaulted(
          "rate",
          Scalars.fraction("rate"),
          "1.0",
          "Share of the traces starting here that are kept, exact to 0.0001 and below;"
              + " 0.0 unless given when there is neither report nor store");
  private static final ObjectShape<SamplingPolicy> SAMPLING_SHAPE =
      ObjectShape.of(
          section ->
              SamplingPolicy.of(ProbabilisticRate.of(section.get(RATE)))
                  .with(section.find(ForceKeys.KEY)),
          RATE,
          Key.later("perSecond", "Cap in traces per second"),
          Key.later("rules", "Rules by route, host, method, path, header; first match wins"),
          Key.later("keep", "Late keep at the edge"),
          ForceKeys.KEY,
          Key.later("budget", "Traces per second for the whole cluster"));

  private static final Key<Integer> MAX_SPANS =
      Key.defaulted(
          "maxSpans",
          Scalars.integer(100, 10_000_000),
          "50000",
          "Most spans kept; the oldest traces go first");
  private static final ObjectShape<StorePolicy> STORE_SHAPE =
      ObjectShape.of(section -> new StorePolicy(section.get(MAX_SPANS)), MAX_SPANS);

  private static final Key<Boolean> ENABLED =
      Key.defaulted(
          "enabled",
          Scalars.bool(),
          "true",
          "false: trace headers pass untouched, no ids, no spans");
  private static final Key<String> SERVICE =
      Key.defaulted("service", Scalars.text(1, 255), "headwater", "Service name of our spans");
  private static final Key<PropagationPolicy> PROPAGATION =
      Key.defaulted("propagation", PROPAGATION_SHAPE, "{}", "Which trace headers pass how");
  private static final Key<RequestIdPolicy> REQUEST_ID =
      Key.defaulted("requestId", REQUEST_ID_SHAPE, "{}", "About X-Request-Id");
  private static final Key<SamplingPolicy> SAMPLING =
      Key.defaulted(
          SAMPLING_KEY,
          SAMPLING_SHAPE,
          "{}",
          "What is kept; changes take effect without a restart");
  private static final Key<String> SAMPLING_FROM =
      Key.optional(
          SAMPLING_FROM_KEY,
          Scalars.text(1, 4096),
          "File with the keys of sampling at its top level, instead of sampling; relative to this"
              + " file; watched");
  private static final Key<StorePolicy> STORE =
      Key.optional(
          STORE_KEY,
          STORE_SHAPE,
          "Embedded Zipkin-compatible store; absent for none; change needs a restart");
  private static final Key<String> RESPONSE_HEADER =
      Key.optional(
          "responseHeader",
          Tokens.responseHeader(),
          "Header that carries the trace id back to the client; absent for none");

  private static final ObjectShape<TracingPolicy> TRACING =
      ObjectShape.of(
          TracingKeys::tracing,
          ENABLED,
          SERVICE,
          PROPAGATION,
          REQUEST_ID,
          SAMPLING,
          SAMPLING_FROM,
          SinkKeys.REPORT,
          STORE,
          SpanKeys.TAGS,
          SpanKeys.PARTIAL,
          RESPONSE_HEADER);

  static final Key<TracingPolicy> KEY =
      Key.defaulted(NAME, TRACING, "{}", "Identity, sampling, propagation and reporting of traces");

  private TracingKeys() {}

  /** A format by its name, for {@code inject}. */
  static Leaf<TraceFormat> injected() {
    return Scalars.choice(List.of(TraceFormat.values()), TraceFormat::label);
  }

  private static Map<String, List<TraceFormat>> extracted() {
    Map<String, List<TraceFormat>> words = new LinkedHashMap<>();
    words.put("b3", List.of(TraceFormat.B3_SINGLE, TraceFormat.B3_MULTI));
    for (TraceFormat format : TraceFormat.values()) {
      words.put(format.label(), List.of(format));
    }
    return words;
  }

  private static PropagationPolicy propagation(Section section) {
    return new PropagationPolicy(
        section.get(EXTRACT).stream().flatMap(List::stream).distinct().toList(),
        section.get(INJECT).stream().distinct().toList(),
        section.get(PARENT_ID));
  }

  private static TracingPolicy tracing(Section section) {
    return new TracingPolicy(
        section.get(ENABLED),
        section.get(SERVICE),
        section.get(PROPAGATION),
        section.get(REQUEST_ID),
        section.get(SAMPLING),
        section.isGiven(SAMPLING),
        section.find(SAMPLING_FROM),
        SinkKeys.sinks(section),
        section.find(STORE),
        SpanKeys.policy(section),
        new ResponseTracePolicy(section.find(RESPONSE_HEADER)));
  }
}
