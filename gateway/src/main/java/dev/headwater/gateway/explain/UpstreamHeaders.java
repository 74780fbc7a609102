package dev.headwater.gateway.explain;

import dev.headwater.gateway.filter.FilterChain;
import dev.headwater.gateway.filter.ProxyFields;
import dev.headwater.gateway.pipeline.Exchange;
import dev.headwater.routes.Upstream;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The headers that one upstream would get, in the order of their writing. */
final class UpstreamHeaders {
  private UpstreamHeaders() {}

  /** Runs the request filters of a matched exchange, then adds the trace headers of an attempt. */
  static Map<String, String> of(
      Exchange exchange, @Nullable Upstream to, Map<String, String> trace) {
    String given = exchange.header("x-request-id");
    new FilterChain(new ProxyFields(), filtered -> {}).handle(exchange);
    Map<String, String> headers = new LinkedHashMap<>();
    String host = to == null ? null : to.host();
    headers.put("Host", host == null ? exchange.request().authority() : host);
    String requestId = exchange.requestId();
    exchange
        .outgoing()
        .each(
            (fields, at) -> {
              String value = fields.value(at);
              boolean made = value.equals(requestId) && !value.equals(given);
              headers.merge(
                  fields.name(at),
                  made ? "<request id>" : value,
                  (one, other) -> one + ", " + other);
            });
    headers.putAll(trace);
    return headers;
  }
}
