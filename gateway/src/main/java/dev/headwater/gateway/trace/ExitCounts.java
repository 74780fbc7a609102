package dev.headwater.gateway.trace;

import dev.headwater.gateway.metrics.LoopMetrics;
import dev.headwater.gateway.metrics.Phase;
import dev.headwater.gateway.metrics.RouteRecorder;
import dev.headwater.gateway.pipeline.Attempt;
import dev.headwater.gateway.pipeline.Exchange;
import dev.headwater.gateway.pipeline.Timeline;
import dev.headwater.routes.Route;
import org.jspecify.annotations.Nullable;

/**
 * What the metrics say of every exchange, sampled or not: its size, its time, and where it went.
 */
final class ExitCounts {
  private ExitCounts() {}

  /** The recorder of the exchange's route. */
  static RouteRecorder recorder(Exchange exchange) {
    Route route = exchange.matched();
    return exchange.loop().metrics().route(route == null ? LoopMetrics.NO_ROUTE : route.name());
  }

  /**
   * Counts an exchange that is over.
   *
   * @param traceId of a trace that is kept, for an exemplar
   */
  static void count(Exchange exchange, RouteRecorder recorder, @Nullable String traceId) {
    LoopMetrics metrics = exchange.loop().metrics();
    Timeline line = exchange.timeline();
    recorder.finished(
        exchange.method(),
        exchange.status(),
        line.ended() - line.arrived(),
        exchange.body().received(),
        exchange.responseBytes(),
        traceId);
    if (line.accepted() != 0) {
      metrics.phase(Phase.ACCEPT, line.arrived() - line.accepted());
      if (exchange.session().tls() != null) {
        metrics.phase(Phase.HANDSHAKE, exchange.session().readyAt() - line.accepted());
      }
    }
    metrics.phase(Phase.HEAD, line.headRead() - line.arrived());
    metrics.phase(Phase.ROUTE, line.routed() - line.headRead());
    if (line.filtered() != 0) {
      metrics.phase(Phase.FILTER, line.filtered() - line.routed());
    }
    for (Attempt attempt : exchange.attempts()) {
      count(metrics, attempt);
    }
  }

  private static void count(LoopMetrics metrics, Attempt attempt) {
    if (attempt.poolWaited() != 0) {
      metrics.phase(Phase.POOL_WAIT, attempt.poolWaited() - attempt.started());
    }
    if (attempt.resolved() != 0) {
      metrics.phase(Phase.RESOLVE, attempt.resolved() - attempt.connectStarted());
    }
    if (attempt.connectStarted() != 0 && attempt.connected() != 0) {
      long start = attempt.resolved() == 0 ? attempt.connectStarted() : attempt.resolved();
      long tls = attempt.tlsStarted();
      metrics.phase(Phase.CONNECT, (tls == 0 ? attempt.connected() : tls) - start);
      if (tls != 0) {
        metrics.phase(Phase.TLS, attempt.connected() - tls);
      }
    }
    if (attempt.firstByteIn() != 0) {
      metrics.phase(Phase.FIRST_BYTE, attempt.firstByteIn() - attempt.firstByteOut());
      metrics.phase(Phase.BODY, attempt.ended() - attempt.firstByteIn());
    }
  }
}
