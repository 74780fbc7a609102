package dev.headwater.routes.nginx;

import static dev.headwater.routes.nginx.Verdict.APPLIED;
import static dev.headwater.routes.nginx.Verdict.INERT;

import java.util.List;

/** Annotations of Ingresses. Where there is no default of its own, the ConfigMap's holds. */
final class AnnotationRows {
  static final List<NginxKey> TRACING =
      List.of(
          new NginxKey("enable-opentracing", "", APPLIED, ""),
          new NginxKey("opentracing-trust-incoming-span", "", APPLIED, ""),
          new NginxKey("enable-opentelemetry", "", APPLIED, ""),
          new NginxKey("opentelemetry-trust-incoming-span", "", APPLIED, ""),
          new NginxKey(
              "opentelemetry-operation-name",
              "",
              INERT,
              "spans are called by method and path of the Ingress rule"));

  private AnnotationRows() {}
}
