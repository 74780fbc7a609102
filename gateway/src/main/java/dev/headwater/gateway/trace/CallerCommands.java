package dev.headwater.gateway.trace;

import dev.headwater.gateway.pipeline.Exchange;
import dev.headwater.gateway.pipeline.FieldName;
import dev.headwater.gateway.pipeline.Fields;
import dev.headwater.sampling.Decision;
import dev.headwater.sampling.Reason;
import dev.headwater.sampling.propagation.CallerRate;
import dev.headwater.sampling.propagation.TraceCandidate;
import dev.headwater.sampling.propagation.TraceCandidate.Claim;

/**
 * What meshes say about tracing beside the context: Envoy's {@code x-envoy-force-trace} and Linkerd
 * 1's {@code l5d-sample}. Read from trusted callers only; whoever sent them, they go no further.
 * Stateless.
 */
public final class CallerCommands {
  /** Forces the trace by being there, as in Envoy. */
  public static final String FORCE = "x-envoy-force-trace";

  /** An id that a client gave its request; of trusted callers it is passed on and is a tag. */
  public static final String CLIENT_ID = "x-client-trace-id";

  /** Who the caller is to Linkerd's proxy in front of us; worth what the caller is. */
  public static final String MESH_CLIENT = "l5d-client-id";

  private static final Decision FORCED =
      new Decision(true, false, Reason.FORCED, FORCE, Double.NaN);

  private CallerCommands() {}

  /** Notes on the exchange what its caller commands. Behind the trust mode, which it asks. */
  public static void apply(Exchange exchange) {
    Fields fields = exchange.request().fields();
    if (!exchange.trusted() || !fields.has(FieldName.TRACE)) {
      return;
    }
    TraceCandidate candidate = exchange.candidate();
    // A debug trace is more than a forced one already.
    boolean debug = candidate != null && candidate.claim() == Claim.DEBUG;
    if (exchange.forced() == null && !debug && fields.get(FORCE) != null) {
      exchange.forced(FORCED);
    }
    String rate = fields.joined(CallerRate.HEADER);
    exchange.callerRate(CallerRate.parse(rate));
    if (rate != null && Double.isNaN(exchange.callerRate())) {
      exchange.loop().metrics().malformedTraceContext();
    }
  }
}
