package dev.headwater.routes.nginx;

import java.util.List;
import java.util.Set;

/**
 * What the controller's ConfigMap comes to, in our policies. Every setting has the value that
 * ingress-nginx would take where a key is absent or refused, unless a finding says otherwise.
 *
 * @param tracing identity, sampling and reporting of traces
 * @param listener terms of the listeners
 * @param route terms of routes whose Ingress has none of its own
 * @param backend terms of upstreams whose Ingress has none of its own
 * @param process terms of the whole process
 * @param responseHeaders names, in lower case, that Ingresses may set on responses
 * @param findings what became of each key, in the order of their names
 */
public record NginxSettings(
    NginxTracing tracing,
    ListenerTerms listener,
    RouteTerms route,
    BackendTerms backend,
    ProcessTerms process,
    Set<String> responseHeaders,
    List<KeyFinding> findings) {
  public NginxSettings {
    responseHeaders = Set.copyOf(responseHeaders);
    findings = List.copyOf(findings);
  }
}
