package dev.headwater.routes.compile;

import dev.headwater.routes.RequestIdPolicy;
import dev.headwater.routes.ResponseTracePolicy;
import dev.headwater.routes.StorePolicy;
import dev.headwater.routes.TracingPolicy;
import dev.headwater.routes.schema.Key;
import dev.headwater.routes.schema.ObjectShape;
import dev.headwater.routes.schema.Scalars;
import dev.headwater.routes.schema.Section;
import dev.headwater.sampling.SamplingPolicy;

/** {@code tracing}: identity, sampling, propagation and reporting. */
final class TracingKeys {
  static final String NAME = "tracing";
  static final String SAMPLING_KEY = "sampling";
  static final String SAMPLING_FROM_KEY = "samplingFrom";
  static final String REPORT_KEY = "report";
  static final String STORE_KEY = "store";

  private static final Key<Boolean> ENVOY_REASON =
      Key.defaulted(
          "envoyReason",
          Scalars.bool(),
          "false",
          "Whether X-Request-Id carries our decision the way Envoy reads it");
  private static final ObjectShape<RequestIdPolicy> REQUEST_ID_SHAPE =
      ObjectShape.of(section -> new RequestIdPolicy(section.get(ENVOY_REASON)), ENVOY_REASON);

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
  private static final Key<RequestIdPolicy> REQUEST_ID =
      Key.defaulted("requestId", REQUEST_ID_SHAPE, "{}", "About X-Request-Id");
  private static final Key<SamplingPolicy> SAMPLING =
      Key.defaulted(
          SAMPLING_KEY,
          SamplingKeys.SAMPLING,
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

  private static final Key<Boolean> TRACERESPONSE =
      Key.defaulted(
          "traceresponse",
          Scalars.bool(),
          "false",
          "Whether responses carry traceresponse: trace id, our span and the decision (W3C draft)");
  private static final Key<Boolean> SERVER_TIMING =
      Key.defaulted(
          "serverTiming",
          Scalars.bool(),
          "false",
          "Whether responses carry Server-Timing: traceparent;desc=... for scripts in browsers");

  private static final ObjectShape<TracingPolicy> TRACING =
      ObjectShape.of(
          TracingKeys::tracing,
          ENABLED,
          SERVICE,
          PropagationKeys.OF_TRACING,
          REQUEST_ID,
          SAMPLING,
          SAMPLING_FROM,
          SinkKeys.REPORT,
          STORE,
          SpanKeys.TAGS,
          SpanKeys.PARTIAL,
          RESPONSE_HEADER,
          TRACERESPONSE,
          SERVER_TIMING);

  static final Key<TracingPolicy> KEY =
      Key.defaulted(NAME, TRACING, "{}", "Identity, sampling, propagation and reporting of traces");

  private TracingKeys() {}

  private static TracingPolicy tracing(Section section) {
    return new TracingPolicy(
        section.get(ENABLED),
        section.get(SERVICE),
        section.get(PropagationKeys.OF_TRACING),
        section.get(REQUEST_ID),
        section.get(SAMPLING),
        section.isGiven(SAMPLING),
        section.find(SAMPLING_FROM),
        SinkKeys.sinks(section),
        section.find(STORE),
        SpanKeys.policy(section, section.get(SAMPLING).force()),
        new ResponseTracePolicy(
            section.find(RESPONSE_HEADER), section.get(TRACERESPONSE), section.get(SERVER_TIMING)));
  }
}
