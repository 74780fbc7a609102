package dev.headwater.gateway.tracestore;

import io.vertx.core.Vertx;
import io.vertx.ext.web.Router;
import java.time.Clock;

/**
 * Everything a {@link TraceStore} shows over HTTP: the interface under {@code /zipkin/}, the API
 * under {@code /zipkin/api/v2/}, and the intake of others' spans, also at a collector's customary
 * path. Who may ask is the business of whoever mounts it.
 */
public final class TraceStoreRoutes {
  private static final String BASE = "/zipkin";
  private static final String INTAKE = "/api/v2/spans";

  private TraceStoreRoutes() {}

  /** Adds the routes; requests that none of them answers go on to the router's next. */
  public static void mount(Router router, Vertx vertx, TraceStore store) {
    mount(router, vertx, store, Clock.systemUTC());
  }

  static void mount(Router router, Vertx vertx, TraceStore store, Clock clock) {
    SpanIntake intake = new SpanIntake(store);
    intake.mount(router, INTAKE);
    intake.mount(router, BASE + INTAKE);
    new ZipkinApi(store, clock).mount(router, BASE + "/api/v2");
    new Lens(vertx, BASE, clock).mount(router);
  }
}
