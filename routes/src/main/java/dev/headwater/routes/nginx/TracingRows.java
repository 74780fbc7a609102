package dev.headwater.routes.nginx;

import static dev.headwater.routes.nginx.Verdict.APPLIED;
import static dev.headwater.routes.nginx.Verdict.DIFFERENT;
import static dev.headwater.routes.nginx.Verdict.INERT;
import static dev.headwater.routes.nginx.Verdict.REFUSED;

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
  private static final String NAMES = "spans are called by method and path of the Ingress rule";

  static final List<NginxKey> ROWS =
      List.of(
          new NginxKey("enable-opentracing", "false", APPLIED, ""),
          new NginxKey(
              "zipkin-collector-host",
              "",
              DIFFERENT,
              "spans are posted to /api/v2/spans, where nginx posted to /api/v1/spans"),
          new NginxKey("zipkin-collector-port", "9411", APPLIED, ""),
          new NginxKey("zipkin-service-name", "headwater", APPLIED, ""),
          new NginxKey("zipkin-sample-rate", "1.0", APPLIED, ""),
          new NginxKey("opentracing-trust-incoming-span", "true", APPLIED, ""),
          new NginxKey("opentracing-operation-name", "", INERT, NAMES),
          new NginxKey(
              "opentracing-location-operation-name",
              "",
              INERT,
              "in place of the location's span there is one CLIENT span per attempt"),
          new NginxKey("jaeger-collector-host", "", REFUSED, ZIPKIN_ONLY),
          new NginxKey("jaeger-collector-port", "6831", INERT, NOT_SPOKEN),
          new NginxKey("jaeger-endpoint", "", REFUSED, ZIPKIN_ONLY),
          new NginxKey("jaeger-service-name", "nginx", INERT, "zipkin-service-name names ours"),
          new NginxKey("jaeger-propagation-format", "jaeger", INERT, ""),
          new NginxKey("jaeger-sampler-type", "const", INERT, ""),
          new NginxKey("jaeger-sampler-param", "1", INERT, ""),
          new NginxKey("jaeger-sampler-host", "http://127.0.0.1", INERT, NOT_SPOKEN),
          new NginxKey("jaeger-sampler-port", "5778", INERT, NOT_SPOKEN),
          new NginxKey(
              "jaeger-trace-context-header-name",
              "uber-trace-id",
              INERT,
              "Jaeger's own headers are removed, not read"),
          new NginxKey(
              "jaeger-debug-header",
              "uber-debug-id",
              INERT,
              "forced traces are a matter of sampling.force, with a token"),
          new NginxKey(
              "jaeger-baggage-header",
              "jaeger-baggage",
              INERT,
              "baggage is W3C's, and passes by a list of keys"),
          new NginxKey(
              "jaeger-tracer-baggage-header-prefix",
              "uberctx-",
              INERT,
              "baggage is W3C's, and passes by a list of keys"),
          new NginxKey("datadog-collector-host", "", REFUSED, ZIPKIN_ONLY),
          new NginxKey("datadog-collector-port", "8126", INERT, NOT_SPOKEN),
          new NginxKey("datadog-environment", "prod", INERT, NOT_SPOKEN),
          new NginxKey("datadog-service-name", "nginx", INERT, "zipkin-service-name names ours"),
          new NginxKey("datadog-operation-name-override", "nginx.handle", INERT, NAMES),
          new NginxKey("datadog-priority-sampling", "true", INERT, NOT_SPOKEN),
          new NginxKey(
              "datadog-sample-rate", "1.0", INERT, "zipkin-sample-rate is the rate of ours"),
          new NginxKey(
              "enable-opentelemetry",
              "false",
              DIFFERENT,
              "spans go to zipkin-collector-host, where OTLP went to otlp-collector-host;"
                  + " traceparent goes upstream as there"),
          new NginxKey("opentelemetry-trust-incoming-span", "true", APPLIED, ""),
          new NginxKey("opentelemetry-operation-name", "", INERT, NAMES),
          new NginxKey(
              "opentelemetry-config",
              "/etc/ingress-controller/telemetry/opentelemetry.toml",
              INERT,
              "a file for a module of nginx"),
          new NginxKey("otlp-collector-host", "", REFUSED, ZIPKIN_ONLY),
          new NginxKey("otlp-collector-port", "4317", INERT, "OTLP is not spoken"),
          new NginxKey("otel-service-name", "headwater", APPLIED, ""),
          new NginxKey("otel-sampler", "AlwaysOn", APPLIED, ""),
          new NginxKey("otel-sampler-ratio", "0.01", APPLIED, ""),
          new NginxKey(
              "otel-sampler-parent-based",
              "true",
              DIFFERENT,
              "the decision of a trusted caller always holds"),
          new NginxKey("otel-max-queuesize", "2048", INERT, "the queue holds 10,000 spans"),
          new NginxKey("otel-schedule-delay-millis", "5000", INERT, "spans are sent within 1 s"),
          new NginxKey(
              "otel-max-export-batch-size",
              "512",
              INERT,
              "posts are bounded by bytes, not by spans"),
          new NginxKey("trace-trusted-networks", "", APPLIED, ""));

  private TracingRows() {}
}
