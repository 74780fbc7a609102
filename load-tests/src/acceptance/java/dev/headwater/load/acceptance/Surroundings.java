package dev.headwater.load.acceptance;

import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * What stands around an edge, made anew with each test's instance: the loops of clients and
 * servers, a service that records, a collector that takes spans.
 */
final class Surroundings implements AfterEachCallback {
  private final Vertx vertx = Vertx.vertx(new VertxOptions().setEventLoopPoolSize(2));
  private final RecordingUpstream upstream = new RecordingUpstream(vertx);
  private final CollectorStandIn collector = new CollectorStandIn(vertx);

  @Override
  public void afterEach(ExtensionContext context) {
    Loopback.await(vertx.close());
  }

  Vertx vertx() {
    return vertx;
  }

  RecordingUpstream upstream() {
    return upstream;
  }

  CollectorStandIn collector() {
    return collector;
  }

  /** The collector as an entry of {@code tracing.report}. */
  String sink() {
    return "{zipkin: \"http://127.0.0.1:" + collector.port() + "\"}";
  }

  /** Clients of an edge. */
  Traffic clientsOf(EdgeUnderTest edge) {
    return new Traffic(vertx, edge.port());
  }
}
