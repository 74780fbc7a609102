package dev.headwater.gateway.explain;

import dev.headwater.gateway.explain.Explanation.TraceHeader;
import dev.headwater.gateway.pipeline.Exchange;
import dev.headwater.gateway.pipeline.TlsFacts;
import dev.headwater.gateway.trace.CallerCommands;
import dev.headwater.gateway.trace.SamplingGate;
import dev.headwater.gateway.trace.Tags;
import dev.headwater.routes.Route;
import dev.headwater.routes.TracingPolicy;
import dev.headwater.sampling.Reason;
import dev.headwater.sampling.propagation.CallerRate;
import dev.headwater.sampling.propagation.KnownTraceHeaders;
import dev.headwater.sampling.propagation.TraceCandidate;
import dev.headwater.sampling.propagation.TraceCandidate.Claim;
import dev.headwater.sampling.propagation.TraceFormat;
import dev.headwater.sampling.propagation.TraceStart;
import dev.headwater.sampling.propagation.TrustMode;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What a caller's trace headers are worth, header by header. */
final class Trust {
  private static final String OF_TRUSTED_ONLY = "removed, read from trusted callers only";

  private final Exchange exchange;
  private final TrustMode mode;
  private final @Nullable TraceCandidate candidate;
  private final Set<TraceFormat> malformed;
  private final TracingPolicy tracing;

  /** Of a request whose trace was decided. */
  Trust(Trial trial, TracingPolicy tracing) {
    this.exchange = trial.exchange();
    this.mode = exchange.trust();
    this.candidate = exchange.candidate();
    this.malformed = trial.malformed();
    this.tracing = tracing;
  }

  /** One line: the mode, what it means, and where it is set. */
  String text() {
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
    return worth + " (" + caller + proven() + ", by the trace setting of " + setting() + ")";
  }

  private String proven() {
    TlsFacts tls = exchange.session().tls();
    return tls == null || tls.identity() == null ? "" : " as " + tls.identity().names().get(0);
  }

  private String setting() {
    Route route = exchange.matched();
    return route != null && SamplingGate.isOfRoute(exchange)
        ? "route " + route.name()
        : "listener " + exchange.listener().name();
  }

  /** What becomes of each trace header that was given. */
  List<TraceHeader> verdicts(ExplainQuery query, BoundaryHeaders boundary) {
    List<TraceHeader> verdicts = new ArrayList<>();
    for (ExplainQuery.Header header : query.headers()) {
      TraceHeader other = tracing.enabled() ? boundary.verdict(header) : null;
      if (other != null) {
        verdicts.add(other);
      } else if (KnownTraceHeaders.contains(header.name())) {
        verdicts.add(new TraceHeader(header.name(), header.value(), verdict(header.name(), query)));
      }
    }
    return verdicts;
  }

  private String verdict(String name, ExplainQuery query) {
    if (!tracing.enabled()) {
      return "passes untouched, tracing is off";
    }
    String lower = name.toLowerCase(Locale.ROOT);
    String command = command(lower);
    if (command != null) {
      return command;
    }
    TraceFormat format = formatOf(lower);
    if (format == null
        || !tracing.propagation().extract(exchange.listener().propagation()).contains(format)) {
      return "removed, never read";
    }
    if (format == TraceFormat.L5D && mode != TrustMode.TRUST) {
      return OF_TRUSTED_ONLY;
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
    if (lower.equals("tracestate")) {
      return traceState(candidate, query.joined(lower));
    }
    return switch (mode) {
      case RESTART -> "removed, not believed; the trace id is kept as tag client.trace_id";
      case CONTINUE_IDS -> "ids continued, decision not believed; written anew";
      case TRUST ->
          candidate.claim() == Claim.DEFER
              ? "ids believed, nothing was decided; written anew"
              : "believed; written anew";
    };
  }

  private String traceState(TraceCandidate context, @Nullable String given) {
    if (mode == TrustMode.RESTART) {
      return "removed, its trace was restarted";
    }
    String passable = context.traceState();
    if (passable == null) {
      return "removed, breaks the grammar or the limits of W3C Trace Context";
    }
    boolean whole = passable.equals(given);
    return (whole ? "passed on verbatim" : "passed on, cut to 512 characters")
        + " where tracecontext is written";
  }

  /** What becomes of a header that commands instead of carrying a context; null for others. */
  private @Nullable String command(String name) {
    boolean trusted = mode == TrustMode.TRUST;
    return switch (name) {
      case CallerCommands.FORCE -> trusted ? force() : OF_TRUSTED_ONLY;
      case CallerCommands.CLIENT_ID ->
          trusted ? "passed on; kept as tag " + Tags.CLIENT_REQUEST_ID : OF_TRUSTED_ONLY;
      case CallerRate.HEADER -> trusted ? rate() : OF_TRUSTED_ONLY;
      default -> null;
    };
  }

  private String force() {
    TraceStart start = exchange.trace();
    boolean debug = start != null && start.decision().reason() == Reason.DEBUG;
    return debug ? "removed, the trace is a debug trace already" : "removed; forces the trace";
  }

  private String rate() {
    if (Double.isNaN(exchange.callerRate())) {
      return "removed, no rate from 0 to 1 and so as if absent";
    }
    if (exchange.forced() != null) {
      return "removed, not used: the trace is forced";
    }
    boolean decided = candidate != null && candidate.claim() != Claim.DEFER;
    return decided
        ? "removed, not used: the caller's context is decided"
        : "removed; its rate decides";
  }

  private static @Nullable TraceFormat formatOf(String name) {
    if (name.equals("l5d-ctx-trace")) {
      return TraceFormat.L5D;
    }
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
