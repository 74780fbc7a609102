package dev.headwater.gateway.explain;

import dev.headwater.gateway.explain.Explanation.TraceHeader;
import dev.headwater.gateway.pipeline.Exchange;
import dev.headwater.gateway.pipeline.Fields;
import dev.headwater.gateway.trace.SamplingGate;
import dev.headwater.routes.Route;
import dev.headwater.routes.TracingPolicy;
import dev.headwater.routes.TrustPolicy;
import dev.headwater.sampling.propagation.KnownTraceHeaders;
import dev.headwater.sampling.propagation.TraceCandidate;
import dev.headwater.sampling.propagation.TraceExtractor;
import dev.headwater.sampling.propagation.TraceFormat;
import dev.headwater.sampling.propagation.TrustMode;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a caller's trace headers are worth, header by header.
 *
 * @param mode how far they are believed
 * @param setting which setting says so
 * @param candidate what the headers claim, or null
 * @param malformed formats that were there and wrong
 * @param tracing what is read at all
 */
record Trust(
    TrustMode mode,
    String setting,
    @Nullable TraceCandidate candidate,
    Set<TraceFormat> malformed,
    TracingPolicy tracing) {

  static Trust of(Exchange exchange, TracingPolicy tracing) {
    Route route = exchange.matched();
    TrustPolicy own = route == null ? null : route.trace();
    TrustPolicy policy = own == null ? exchange.listener().trace() : own;
    TrustMode mode = SamplingGate.trust(policy, exchange.peer(), exchange.caller());
    Set<TraceFormat> malformed = EnumSet.noneOf(TraceFormat.class);
    TraceCandidate candidate =
        TraceExtractor.of(tracing.propagation().extract())
            .extract(Fields::joined, exchange.request().fields(), malformed::add);
    String place =
        own == null || route == null
            ? "listener " + exchange.listener().name()
            : "route " + route.name();
    return new Trust(mode, place, candidate, malformed, tracing);
  }

  /** Whether the trace goes on under the caller's ids, or starts here. */
  boolean continuesIds() {
    return mode != TrustMode.RESTART && candidate != null && candidate.hasIds();
  }

  /** One line: the mode, what it means, and where it is set. */
  String text(Exchange exchange) {
    String worth =
        switch (mode) {
          case RESTART -> "restart: nothing is believed, every trace starts here";
          case CONTINUE_IDS -> "continue-ids: ids are kept, the decision is ours";
          case TRUST -> "trusted: ids and decision are honoured";
        };
    String caller =
        exchange.caller() == exchange.peer()
            ? exchange.peer().text()
            : exchange.caller() + " behind " + exchange.peer();
    return worth + " (" + caller + ", by the trace setting of " + setting + ")";
  }

  /** What becomes of each trace header that was given. */
  List<TraceHeader> verdicts(ExplainQuery query, BoundaryHeaders boundary) {
    List<TraceHeader> verdicts = new ArrayList<>();
    for (ExplainQuery.Header header : query.headers()) {
      TraceHeader other = tracing.enabled() ? boundary.verdict(header) : null;
      if (other != null) {
        verdicts.add(other);
      } else if (KnownTraceHeaders.contains(header.name())) {
        verdicts.add(new TraceHeader(header.name(), header.value(), verdict(header.name())));
      }
    }
    return verdicts;
  }

  private String verdict(String name) {
    if (!tracing.enabled()) {
      return "passes untouched, tracing is off";
    }
    TraceFormat format = formatOf(name.toLowerCase(Locale.ROOT));
    if (format == null || !tracing.propagation().extract().contains(format)) {
      return "removed, never read";
    }
    if (malformed.contains(format)) {
      return "removed, malformed and so as if absent";
    }
    if (candidate == null) {
      return "removed, carries no context by itself";
    }
    if (candidate.format() != format) {
      return "removed, " + candidate.format().label() + " counts first";
    }
    return switch (mode) {
      case RESTART -> "removed, not believed; the trace id is kept as tag client.trace_id";
      case CONTINUE_IDS -> "ids continued, decision not believed; written anew";
      case TRUST -> "believed; written anew";
    };
  }

  private static @Nullable TraceFormat formatOf(String name) {
    if (name.equals("b3")) {
      return TraceFormat.B3_SINGLE;
    }
    if (name.startsWith("x-b3-")) {
      return TraceFormat.B3_MULTI;
    }
    return name.equals("traceparent") || name.equals("tracestate")
        ? TraceFormat.TRACECONTEXT
        : null;
  }
}
