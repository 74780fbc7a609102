package dev.headwater.gateway.trace;

import brave.propagation.TraceContext;
import dev.headwater.gateway.metrics.RouteRecorder;
import dev.headwater.gateway.pipeline.Attempt;
import dev.headwater.gateway.pipeline.Exchange;
import dev.headwater.gateway.pipeline.Failure;
import dev.headwater.gateway.pipeline.GrpcStatus;
import dev.headwater.gateway.pipeline.Timeline;
import dev.headwater.routes.Route;
import dev.headwater.sampling.Decision;
import dev.headwater.sampling.propagation.TraceStart;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Asks at the end of an unsampled exchange whether its spans are made after all.
 *
 * <p>Only where the trace began here: a trace that somebody else began would get a part without its
 * beginning. Services behind us were told 0 long ago and record nothing; the reason {@code late}
 * tells readers not to expect their spans. Until the answer is yes nothing is made: the question is
 * a few loads and comparisons of what the exchange carries anyway. Confined to one loop.
 */
final class LateKeep {
  /** A pooled connection that its peer had closed: it happens to healthy upstreams all the time. */
  private static final String STALE = "stale";

  private LateKeep() {}

  /**
   * The trace with the late decision, which the exchange has then, too; or null.
   *
   * @param head what was decided at the start, unsampled
   */
  static @Nullable TraceStart keep(Exchange exchange, TraceStart head, RouteRecorder recorder) {
    if (head.continued()) {
      return null;
    }
    Route route = exchange.matched();
    Timeline line = exchange.timeline();
    Decision late =
        exchange
            .snapshot()
            .sampler()
            .keepLate(
                head.decision(),
                route == null ? null : route.sampling(),
                failed(exchange),
                retried(exchange.attempts()),
                line.ended() - line.arrived(),
                recorder.p99Nanos());
    if (late == null) {
      return null;
    }
    TraceContext sampled = head.context().toBuilder().sampled(true).build();
    TraceStart kept = new TraceStart(sampled, late, head.candidate(), false);
    exchange.trace(kept);
    exchange.loop().metrics().decision(late);
    return kept;
  }

  /** Our fault or the upstream's; a client that left or was too slow did not see an error. */
  private static boolean failed(Exchange exchange) {
    Failure failure = exchange.failure();
    GrpcStatus grpc = exchange.grpcStatus();
    return exchange.status() >= 500
        || (failure != null && failure.status() >= 500)
        || (grpc != null && grpc.serverFault());
  }

  private static boolean retried(List<Attempt> attempts) {
    for (int i = 1; i < attempts.size(); i++) {
      if (!STALE.equals(attempts.get(i).retryReason())) {
        return true;
      }
    }
    return false;
  }
}
