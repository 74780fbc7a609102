package dev.headwater.routes.nginx;

import java.util.List;

/**
 * Tracing in the ConfigMap: the OpenTracing keys up to ingress-nginx 1.9.4 and the OpenTelemetry
 * keys from 1.7 on, with their defaults there.
 */
final class TracingRows {
  private static final String ZIPKIN_ONLY =
      "spans are reported over the Zipkin protocol; Jaeger and OpenTelemetry collectors take it,"
          + " usually at port 9411: set zipkin-collector-host";
  private static final String NOT_SPOKEN = "the agent's protocol is not spoken";
  private static final String JAEGER_ALONE =
      "read only beside enable-opentracing where a Jaeger collector is the only one named";
  private static final String NAMES = "spans are called by method and path of the Ingress rule";

  static final List<NginxKey> ROWS =
      List.of(
          NginxKey.applied("enable-opentracing", "false"),
          NginxKey.different(
              "zipkin-collector-host",
              "",
              "spans are posted to /api/v2/spans, where nginx posted to /api/v1/spans"),
          NginxKey.applied("zipkin-collector-port", "9411"),
          NginxKey.applied("zipkin-service-name", "nginx"),
          NginxKey.applied("zipkin-sample-rate", "1.0"),
          NginxKey.applied("opentracing-trust-incoming-span", "true"),
          NginxKey.inert("opentracing-operation-name", "", NAMES),
          NginxKey.inert(
              "opentracing-location-operation-name",
              "",
              "in place of the location's span there is one CLIENT span per attempt"),
          NginxKey.refused("jaeger-collector-host", "", "", ZIPKIN_ONLY),
          NginxKey.inert("jaeger-collector-port", "6831", NOT_SPOKEN),
          NginxKey.refused("jaeger-endpoint", "", "", ZIPKIN_ONLY),
          NginxKey.inert("jaeger-service-name", "nginx", "zipkin-service-name names ours"),
          NginxKey.inert("jaeger-propagation-format", "jaeger", JAEGER_ALONE),
          NginxKey.inert("jaeger-sampler-type", "const", JAEGER_ALONE),
          NginxKey.inert("jaeger-sampler-param", "1", JAEGER_ALONE),
          NginxKey.inert("jaeger-sampler-host", "http://127.0.0.1", NOT_SPOKEN),
          NginxKey.inert("jaeger-sampler-port", "5778", NOT_SPOKEN),
          NginxKey.inert(
              "jaeger-trace-context-header-name",
              "uber-trace-id",
              "Jaeger's own headers are removed, not read"),
          NginxKey.inert(
              "jaeger-debug-header",
              "uber-debug-id",
              "forced traces are a matter of sampling.force, with a token"),
          NginxKey.inert(
              "jaeger-baggage-header",
              "jaeger-baggage",
              "baggage is W3C's, and passes by a list of keys"),
          NginxKey.inert(
              "jaeger-tracer-baggage-header-prefix",
              "uberctx-",
              "baggage is W3C's, and passes by a list of keys"),
          NginxKey.refused("datadog-collector-host", "", "", ZIPKIN_ONLY),
          NginxKey.inert("datadog-collector-port", "8126", NOT_SPOKEN),
          NginxKey.inert("datadog-environment", "prod", NOT_SPOKEN),
          NginxKey.inert("datadog-service-name", "nginx", "zipkin-service-name names ours"),
          NginxKey.inert("datadog-operation-name-override", "nginx.handle", NAMES),
          NginxKey.inert("datadog-priority-sampling", "true", NOT_SPOKEN),
          NginxKey.inert("datadog-sample-rate", "1.0", "zipkin-sample-rate is the rate of ours"),
          NginxKey.different(
              "enable-opentelemetry",
              "false",
              "false",
              "spans go to zipkin-collector-host, where OTLP went to otlp-collector-host;"
                  + " traceparent goes upstream as there"),
          NginxKey.applied("opentelemetry-trust-incoming-span", "true"),
          NginxKey.inert("opentelemetry-operation-name", "", NAMES),
          NginxKey.inert(
              "opentelemetry-config",
              "/etc/ingress-controller/telemetry/opentelemetry.toml",
              "a file for a module of nginx"),
          NginxKey.refused("otlp-collector-host", "", "", ZIPKIN_ONLY),
          NginxKey.inert("otlp-collector-port", "4317", "OTLP is not spoken"),
          NginxKey.applied("otel-service-name", "nginx"),
          NginxKey.applied("otel-sampler", "AlwaysOn"),
          NginxKey.applied("otel-sampler-ratio", "0.01"),
          NginxKey.different(
              "otel-sampler-parent-based",
              "true",
              "true",
              "the decision of a trusted caller always holds"),
          NginxKey.inert("otel-max-queuesize", "2048", "the queue holds 10,000 spans"),
          NginxKey.inert("otel-schedule-delay-millis", "5000", "spans are sent within 1 s"),
          NginxKey.inert(
              "otel-max-export-batch-size", "512", "posts are bounded by bytes, not by spans"),
          // Ours, not nginx's: it had no words for whom to trust, for more than one rate, and for a
          // mesh.
          NginxKey.applied("trace-trusted-networks", ""),
          NginxKey.applied("sampling", ""),
          NginxKey.applied("mesh", "none"));

  private TracingRows() {}
}
