package dev.headwater.gateway.explain;

import dev.headwater.gateway.explain.Explanation.TraceHeader;
import dev.headwater.gateway.pipeline.Exchange;
import dev.headwater.gateway.trace.ForcedTrace;
import dev.headwater.sampling.force.ForcePolicy;
import org.jspecify.annotations.Nullable;

/** What becomes of headers that ask something of the edge and carry no trace context. */
final class BoundaryHeaders {
  /** Longest value of a force header that is shown: a wish, but no token. */
  private static final int WISH = 5;

  private final Exchange exchange;

  /** Of an exchange whose trust is known. */
  BoundaryHeaders(Exchange exchange) {
    this.exchange = exchange;
  }

  /** The verdict on one header, or null when it is none of these. */
  @Nullable TraceHeader verdict(ExplainQuery.Header header) {
    ForcePolicy policy = exchange.snapshot().force().policy();
    String force = policy == null ? ForcePolicy.HEADER : policy.header();
    if (header.name().equalsIgnoreCase(force)) {
      return new TraceHeader(header.name(), shown(header.value()), force(policy));
    }
    return null;
  }

  private String force(@Nullable ForcePolicy policy) {
    return policy == null
        ? "removed, tracing.sampling.force is not set"
        : "removed; " + ForcedTrace.preview(exchange).text();
  }

  /** A token is as good as a key while it lasts. */
  private static String shown(String value) {
    return value.length() <= WISH ? value : "(" + value.length() + " characters, not shown)";
  }
}
