package dev.headwater.gateway.explain;

import brave.propagation.TraceContext;
import dev.headwater.gateway.pipeline.Attempt;
import dev.headwater.gateway.pipeline.Exchange;
import dev.headwater.gateway.pipeline.Fields;
import dev.headwater.routes.HeaderFilter;
import dev.headwater.routes.Upstream;
import dev.headwater.sampling.propagation.TraceStart;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * The headers that one upstream would get, in the order of their writing. Ids that do not exist yet
 * are named instead of made up.
 */
final class UpstreamHeaders {
  private final Trial trial;
  private final @Nullable String traceId;
  private final @Nullable String givenRequestId;

  /** Where a UUID has its version, which Envoy reads as a decision. */
  private static final int DECISION = 14;

  private final Map<String, String> headers = new LinkedHashMap<>();

  private UpstreamHeaders(Trial trial, @Nullable String traceId, @Nullable String givenRequestId) {
    this.trial = trial;
    this.traceId = traceId;
    this.givenRequestId = givenRequestId;
  }

  /**
   * The headers of a trial's attempt; none when it has none.
   *
   * @param traceId the id that was given for the new trace, or null
   * @param givenRequestId the request id that the caller sent, or null
   */
  static Map<String, String> of(
      Trial trial, @Nullable String traceId, @Nullable String givenRequestId) {
    Attempt attempt = trial.attempt();
    return attempt == null
        ? Map.of()
        : new UpstreamHeaders(trial, traceId, givenRequestId).of(attempt);
  }

  private Map<String, String> of(Attempt attempt) {
    Exchange exchange = trial.exchange();
    Upstream to = attempt.upstream();
    String host = to.host();
    headers.put("Host", host == null ? exchange.request().authority() : host);
    add(exchange.outgoing(), this::withoutRequestId);
    TraceStart start = trial.start();
    add(
        attempt.injected(),
        start == null ? value -> value : value -> withoutIds(value, start.context(), attempt));
    // Base64 of ids, which nobody could read in it.
    headers.computeIfPresent("l5d-ctx-trace", (name, value) -> "<these ids in Base64>");
    for (HeaderFilter filter : exchange.requireRoute().filters()) {
      filter.set().forEach(this::mask);
      filter.add().forEach(this::mask);
    }
    return headers;
  }

  /** What the configuration's own pages do not show is not shown here either. */
  private void mask(String name, String configured) {
    if (HeaderFilter.isSecret(name)) {
      headers.replaceAll(
          (header, value) ->
              header.equalsIgnoreCase(name) ? value.replace(configured, "***") : value);
    }
  }

  private void add(Fields fields, UnaryOperator<String> named) {
    fields.each(
        (all, at) ->
            headers.merge(
                all.name(at), named.apply(all.value(at)), (one, other) -> one + ", " + other));
  }

  private String withoutRequestId(String value) {
    boolean made = value.equals(trial.exchange().requestId());
    return made && !isGiven(value) ? "<request id>" : value;
  }

  /** A caller's id stays itself when our decision was packed into it. */
  private boolean isGiven(String value) {
    return givenRequestId != null
        && value.length() == givenRequestId.length()
        && value.startsWith(givenRequestId.substring(0, Math.min(DECISION, value.length())))
        && (value.length() <= DECISION || value.endsWith(givenRequestId.substring(DECISION + 1)));
  }

  private String withoutIds(String value, TraceContext server, Attempt attempt) {
    String child = String.format("%016x", attempt.spanId());
    // The low half of a new trace id is also our span's id, so the trace id waits for its turn.
    return value
        .replace(server.traceIdString(), "\0")
        .replace(child, "<span id>")
        .replace(server.spanIdString(), "<parent id>")
        .replace("\0", traceId(server));
  }

  private String traceId(TraceContext server) {
    if (trial.isContinued()) {
      return server.traceIdString();
    }
    return traceId == null
        ? "<trace id>"
        : traceId.length() == 16 ? "<16 digits>" + traceId : traceId;
  }
}
