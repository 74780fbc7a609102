package dev.headwater.gateway.admin;

import dev.headwater.gateway.metrics.Exposition;
import dev.headwater.gateway.metrics.MetricsSource;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import io.vertx.ext.web.Route;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.util.ArrayList;
import java.util.List;

/** What a cluster asks: alive, ready, metrics. The only paths of the probe address. */
final class Probes {
  private final AdminViews views;
  private final Exposition exposition;

  Probes(AdminViews views) {
    this.views = views;
    List<MetricsSource> sources = new ArrayList<>(views.sources());
    sources.add(new StateMetrics(views));
    this.exposition = new Exposition(sources);
  }

  void mount(Router router) {
    probe(router, "/healthz").handler(context -> Texts.end(context, 200, "ok"));
    probe(router, "/readyz").handler(this::ready);
    probe(router, "/metrics").handler(this::metrics);
  }

  /** Load balancers also ask with HEAD. */
  private static Route probe(Router router, String path) {
    return router.route(path).method(HttpMethod.GET).method(HttpMethod.HEAD);
  }

  private void ready(RoutingContext context) {
    List<String> notReady = views.notReady().get();
    if (notReady.isEmpty()) {
      Texts.end(context, 200, "ready");
    } else {
      Texts.end(context, 503, "not ready: " + String.join("; ", notReady));
    }
  }

  private void metrics(RoutingContext context) {
    String accept = context.request().getHeader("accept");
    Answers.later(
        context,
        views.metrics().collect().thenApply(view -> exposition.write(view, accept)),
        text -> Texts.end(context, text.contentType(), Buffer.buffer(text.body())));
  }
}
