package dev.headwater.gateway.explain;

import dev.headwater.gateway.explain.Explanation.TraceHeader;
import dev.headwater.gateway.pipeline.Exchange;
import dev.headwater.gateway.trace.ForcedTrace;
import dev.headwater.sampling.baggage.BaggageCut;
import dev.headwater.sampling.force.ForcePolicy;
import dev.headwater.sampling.propagation.KnownTraceHeaders;
import java.util.Locale;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What becomes of headers that carry no trace context and still ask something of the edge or of
 * services behind it: force, baggage, routing within a mesh, request ids. Used by one thread.
 */
final class BoundaryHeaders {
  /** Longest value of a force header that is shown: a wish, but no token. */
  private static final int WISH = 5;

  private static final String BAGGAGE = "baggage";
  private static final String PREFIX = "baggage-";

  private final Exchange exchange;
  private final ExplainQuery query;
  private final BaggageCut cut;

  /** Of an exchange that went through the request path, and the request that it was made from. */
  BoundaryHeaders(Exchange exchange, ExplainQuery query) {
    this.exchange = exchange;
    this.query = query;
    this.cut =
        new BaggageCut(exchange.snapshot().configuration().tracing().propagation().baggage());
  }

  /** The verdict on one header, or null when it is none of these. */
  @Nullable TraceHeader verdict(ExplainQuery.Header header) {
    String name = header.name().toLowerCase(Locale.ROOT);
    String value = header.value();
    ForcePolicy policy = exchange.snapshot().force().policy();
    if (name.equals(policy == null ? ForcePolicy.HEADER : policy.header())) {
      return new TraceHeader(header.name(), shown(value), force(policy, name));
    }
    String verdict =
        name.equals(BAGGAGE) || name.startsWith(PREFIX)
            ? baggage(name, value)
            : name.startsWith("l5d-") && !KnownTraceHeaders.contains(name)
                ? routing()
                : name.equals("x-request-id") ? requestId(value) : null;
    return verdict == null ? null : new TraceHeader(header.name(), value, verdict);
  }

  private String force(@Nullable ForcePolicy policy, String name) {
    if (policy == null) {
      return "removed, tracing.sampling.force is not set";
    }
    // As the request path reads it: what was sent twice is one value, and no token.
    String joined =
        query.headers().stream()
            .filter(header -> header.name().equalsIgnoreCase(name))
            .map(ExplainQuery.Header::value)
            .collect(Collectors.joining(","));
    return "removed; " + ForcedTrace.preview(exchange, joined).text();
  }

  /** A token is as good as a key while it lasts. */
  private static String shown(String value) {
    return value.length() <= WISH ? value : "(" + value.length() + " characters, not shown)";
  }

  private String baggage(String name, String value) {
    if (!exchange.trusted()) {
      return "removed, a stranger's baggage never passes";
    }
    int kept = cut.kept();
    int seen = cut.seen();
    if (!name.equals(BAGGAGE)) {
      return cut.header(name.substring(PREFIX.length()), value)
          ? "passes, the key is allowed"
          : "removed, the key is not allowed or the bounds are reached";
    }
    String left = cut.list(value);
    String share = (cut.kept() - kept) + " of " + (cut.seen() - seen) + " entries";
    return left == null ? "removed, " + share + " pass" : share + " pass: " + left;
  }

  private String routing() {
    return exchange.trusted()
        ? "passes, the caller is trusted"
        : "removed, a stranger must not route within the mesh";
  }

  private @Nullable String requestId(String value) {
    String ours = exchange.requestId();
    if (ours == null) {
      return null;
    }
    if (ours.equals(value)) {
      return "kept, the caller is trusted";
    }
    if (exchange.request().fields().get("x-client-request-id") != null && !exchange.trusted()) {
      return "replaced; goes on as X-Client-Request-Id";
    }
    return exchange.trusted() ? "kept, with our decision in it" : "replaced, it is not plain";
  }
}
