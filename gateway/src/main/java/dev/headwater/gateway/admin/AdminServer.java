package dev.headwater.gateway.admin;

import dev.headwater.gateway.tracestore.TraceStore;
import dev.headwater.gateway.tracestore.TraceStoreRoutes;
import dev.headwater.routes.AdminPolicy;
import dev.headwater.routes.BindAddress;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The admin address, with everything, and the probe address, with {@code /healthz}, {@code /readyz}
 * and {@code /metrics} only.
 *
 * <p>Start it before the listeners, so that probes can say "not ready", and close it after them.
 * Safe for use from any thread.
 */
public final class AdminServer {
  private static final int IDLE_SECONDS = 75;
  private static final String NO_STORE =
      "the embedded trace store is off (tracing.store is absent)";

  private final List<HttpServer> servers = new ArrayList<>();
  private final BindAddress address;
  private final @Nullable BindAddress probeAddress;
  private volatile Runnable unwatch = () -> {};

  private AdminServer(HttpServer admin, String host, @Nullable HttpServer probe, String probeHost) {
    servers.add(admin);
    this.address = new BindAddress(host, admin.actualPort());
    if (probe == null) {
      this.probeAddress = null;
    } else {
      servers.add(probe);
      this.probeAddress = new BindAddress(probeHost, probe.actualPort());
    }
  }

  /**
   * Starts serving.
   *
   * @return fails with an {@link IOException} that names the key and the address that cannot be
   *     served
   */
  public static Future<AdminServer> start(Vertx vertx, AdminPolicy policy, AdminViews views) {
    Probes probes = new Probes(views);
    Pages pages = new Pages(views);
    BindAddress probeAddress = policy.probeAddress();
    return listen(
            vertx,
            "admin.address",
            policy.address(),
            adminRoutes(vertx, policy, views, probes, pages))
        .compose(
            admin ->
                probeAddress == null
                    ? Future.succeededFuture(
                        new AdminServer(admin, policy.address().host(), null, ""))
                    : listen(vertx, "admin.probeAddress", probeAddress, probeRoutes(vertx, probes))
                        .recover(taken -> admin.close().transform(x -> Future.failedFuture(taken)))
                        .map(
                            probe ->
                                new AdminServer(
                                    admin, policy.address().host(), probe, probeAddress.host())))
        .map(server -> server.watching(vertx, pages));
  }

  private AdminServer watching(Vertx vertx, Pages pages) {
    long timer = vertx.setPeriodic(Pages.WINDOW.toMillis(), ignored -> pages.roll());
    unwatch = () -> vertx.cancelTimer(timer);
    return this;
  }

  private static Future<HttpServer> listen(
      Vertx vertx, String key, BindAddress address, Router router) {
    HttpServerOptions options =
        new HttpServerOptions()
            .setIdleTimeout(IDLE_SECONDS)
            .setMaxInitialLineLength(16 * 1024)
            .setHttp2ClearTextEnabled(false);
    return vertx
        .createHttpServer(options)
        .connectionHandler(connection -> connection.exceptionHandler(left -> {}))
        .requestHandler(router)
        .listen(address.port(), address.host())
        .recover(
            failure ->
                Future.failedFuture(
                    new IOException(
                        key
                            + ": cannot listen on "
                            + address
                            + ": "
                            + failure.getMessage()
                            + " (expected a free port of this machine)",
                        failure)));
  }

  private static Router adminRoutes(
      Vertx vertx, AdminPolicy policy, AdminViews views, Probes probes, Pages pages) {
    Router router = Router.router(vertx);
    router.route().handler(new HostGuard(policy.address().host()));
    probes.mount(router);
    pages.mount(router);
    new SamplingWrites(views.control(), new AdminToken(policy.tokenFile())).mount(router);
    TraceStore store = views.store();
    if (store == null) {
      router.get("/zipkin*").handler(context -> Texts.end(context, 404, NO_STORE));
    } else {
      TraceStoreRoutes.mount(router, vertx, store);
    }
    return refusals(router);
  }

  private static Router probeRoutes(Vertx vertx, Probes probes) {
    Router router = Router.router(vertx);
    probes.mount(router);
    return refusals(router);
  }

  private static Router refusals(Router router) {
    return router
        .errorHandler(404, context -> Texts.end(context, 404, "nothing here"))
        .errorHandler(405, AdminServer::methodNotAllowed)
        .errorHandler(500, context -> Texts.end(context, 500, "the log says more"));
  }

  private static void methodNotAllowed(RoutingContext context) {
    String allowed = context.normalizedPath().equals("/sampling") ? "GET, PUT, DELETE" : "GET";
    context.response().putHeader("allow", allowed);
    Texts.end(
        context, 405, context.request().method() + " is not taken here (expected " + allowed + ")");
  }

  /** Where the admin address really is: the port is never 0. */
  public BindAddress address() {
    return address;
  }

  /** Where the probe address really is, null when it is off. */
  public @Nullable BindAddress probeAddress() {
    return probeAddress;
  }

  /** Stops serving. */
  public Future<?> close() {
    unwatch.run();
    return Future.join(servers.stream().map(HttpServer::close).toList());
  }
}
