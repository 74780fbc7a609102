package dev.headwater.sampling.propagation;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Locale;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class KnownTraceHeadersTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "b3",
        "x-b3-traceid",
        "x-b3-spanid",
        "x-b3-parentspanid",
        "x-b3-sampled",
        "x-b3-flags",
        "traceparent",
        "tracestate",
        "grpc-trace-bin",
        "uber-trace-id",
        "uber-debug-id",
        "uberctx-key",
        "jaeger-debug-id",
        "jaeger-baggage",
        "ot-tracer-traceid",
        "ot-tracer-spanid",
        "ot-tracer-sampled",
        "ot-baggage-key",
        "x-ot-span-context",
        "x-amzn-trace-id",
        "x-cloud-trace-context",
        "x-client-trace-id",
        "x-envoy-force-trace",
        "x-datadog-trace-id",
        "x-datadog-parent-id",
        "x-datadog-sampling-priority",
        "sw8",
        "sw8-correlation",
        "sw8-x",
        "l5d-ctx-trace",
        "l5d-ctx-deadline",
        "l5d-sample",
        "headwater-force",
      })
  void knowsTraceHeaders_inAnyCase(String name) {
    assertThat(KnownTraceHeaders.contains(name)).isTrue();
    assertThat(KnownTraceHeaders.contains(name.toUpperCase(Locale.ROOT))).isTrue();
    byte[] line = ("\r\n" + name + ": 1").getBytes(StandardCharsets.ISO_8859_1);
    assertThat(KnownTraceHeaders.contains(line, 2, name.length())).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "b",
        "x",
        "b4",
        "b3x",
        "host",
        "accept",
        "user-agent",
        "cookie",
        "te",
        "trailer",
        "transfer-encoding",
        "traceparent2",
        "tracestat",
        "grpc-timeout",
        "grpc-trace",
        "origin",
        "sec-fetch-site",
        "x-",
        "x-b3",
        "x-b",
        "x-request-id",
        "x-forwarded-for",
        "x-envoy-attempt-count",
        "x-datadog",
        "x-amzn-requestid",
        "l5d-dst-override",
        "l5d-ctx",
        "uber",
        "baggage",
        "headwater-forced",
        "[3",
      })
  void leavesOtherHeadersAlone(String name) {
    assertThat(KnownTraceHeaders.contains(name)).isFalse();
  }
}
