package dev.headwater.gateway.filter;

import dev.headwater.gateway.pipeline.Exchange;
import dev.headwater.gateway.pipeline.Fields;
import dev.headwater.gateway.pipeline.ResponseHead;
import dev.headwater.gateway.pipeline.Stage;
import dev.headwater.routes.CorsPolicy;
import dev.headwater.routes.HeaderFilter;
import dev.headwater.routes.HeaderFilter.Direction;
import dev.headwater.routes.ResponseTracePolicy;
import dev.headwater.routes.Route;
import dev.headwater.routes.StickyPolicy;
import dev.headwater.sampling.propagation.TraceStart;
import java.util.List;
import java.util.Map;

/**
 * Request filters forward, in configuration order; response filters backward. In front of a route's
 * own filters the fields that a proxy owes the upstream are set, so that a filter can still change
 * them. Stateless.
 */
public final class FilterChain implements Stage {
  private final ProxyFields proxyFields;
  private final Stage next;

  /** A chain in front of {@code next}. */
  public FilterChain(ProxyFields proxyFields, Stage next) {
    this.proxyFields = proxyFields;
    this.next = next;
  }

  @Override
  public void handle(Exchange exchange) {
    Fields outgoing = exchange.request().fields();
    proxyFields.apply(exchange, outgoing);
    for (HeaderFilter filter : exchange.requireRoute().filters()) {
      if (filter.direction() == Direction.REQUEST) {
        edit(outgoing, filter);
      }
    }
    exchange.outgoing(outgoing);
    exchange.timeline().filtered(exchange.loop().now());
    next.handle(exchange);
  }

  /** Gives an id to a request that failed before it came here: answers and spans name it. */
  public void identify(Exchange exchange) {
    ProxyFields.identify(exchange);
  }

  /** Edits the head of a final response; also of one that the gateway made up. */
  public ResponseHead response(Exchange exchange, ResponseHead head) {
    Route route = exchange.matched();
    if (route != null) {
      List<HeaderFilter> filters = route.filters();
      for (int i = filters.size() - 1; i >= 0; i--) {
        if (filters.get(i).direction() == Direction.RESPONSE) {
          edit(head.fields(), filters.get(i));
        }
      }
      StickyPolicy sticky = route.sticky();
      if (sticky != null) {
        StickyCookie.tell(sticky, exchange, head.fields());
      }
      CorsPolicy cors = route.cors();
      if (cors != null) {
        CorsAnswer.tell(cors, exchange, head.fields());
      }
      String transportSecurity = route.https().transportSecurity();
      if (transportSecurity != null && exchange.session().tls() != null) {
        head.fields().set("Strict-Transport-Security", transportSecurity);
      }
    }
    TraceStart trace = exchange.trace();
    if (trace != null) {
      tell(exchange.snapshot().configuration().tracing().response(), trace, head.fields());
    }
    return head;
  }

  private static void tell(ResponseTracePolicy policy, TraceStart trace, Fields fields) {
    String header = policy.header();
    if (header != null) {
      fields.set(header, trace.traceId());
    }
    if (policy.traceresponse()) {
      fields.set("traceresponse", trace.traceparent());
    }
    if (policy.serverTiming()) {
      // Added, not set: the upstream's own timings stay.
      fields.add("Server-Timing", "traceparent;desc=\"" + trace.traceparent() + '"');
    }
  }

  private static void edit(Fields fields, HeaderFilter filter) {
    for (String name : filter.remove()) {
      fields.remove(name);
    }
    for (Map.Entry<String, String> field : filter.set().entrySet()) {
      fields.set(field.getKey(), field.getValue());
    }
    for (Map.Entry<String, String> field : filter.add().entrySet()) {
      fields.add(field.getKey(), field.getValue());
    }
  }
}
