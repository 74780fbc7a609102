package dev.headwater.gateway.admin;

import dev.headwater.gateway.explain.ExplainQuery;
import dev.headwater.gateway.explain.Explainer;
import io.vertx.core.MultiMap;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.time.Duration;

/** Answers about what is in force. Each is made off the loop; none changes anything. */
final class Pages {
  /** How long the rates of sampling are watched before they are judged. */
  static final Duration WINDOW = Duration.ofSeconds(10);

  private final AdminViews views;
  private final SamplingLedger ledger =
      new SamplingLedger(Runtime.getRuntime().availableProcessors());
  private final SamplingJson sampling;
  private final DashboardJson dashboard;

  Pages(AdminViews views) {
    this.views = views;
    this.sampling = new SamplingJson(views, ledger);
    this.dashboard = new DashboardJson(views, sampling);
  }

  /** Ends a window of sampling's rates; to be called once in {@link #WINDOW}. */
  void roll() {
    ledger.roll(views.snapshots().get().sampler().view());
  }

  void mount(Router router) {
    router.get("/").handler(DashboardPage.load());
    router.get("/dashboard.json").handler(this::dashboard);
    router.get("/sampling").handler(this::sampling);
    router.get("/explain").handler(this::explain);
    router.get("/config").handler(this::config);
    router.get("/routes").handler(this::routes);
    router
        .get("/version")
        .handler(context -> Texts.json(context, new JsonObject().put("version", views.version())));
  }

  private void dashboard(RoutingContext context) {
    Answers.later(
        context,
        views.metrics().collect().thenApply(view -> dashboard.of(view).toBuffer()),
        json -> Texts.json(context, json));
  }

  private void sampling(RoutingContext context) {
    Answers.later(
        context,
        views.metrics().collect().thenApply(view -> sampling.of(view)),
        json -> Texts.json(context, Buffer.buffer(json.encodePrettily() + "\n")));
  }

  private void explain(RoutingContext context) {
    MultiMap parameters = context.queryParams();
    String url = parameters.get("url");
    if (url == null) {
      Texts.end(context, 400, "url is missing (expected /explain?url=http://host/path)");
      return;
    }
    String method = parameters.get("method");
    Answers.finish(
        context,
        context
            .vertx()
            .executeBlocking(
                () -> {
                  ExplainQuery query =
                      ExplainQuery.parse(
                              method == null ? "GET" : method,
                              url,
                              parameters.getAll("header"),
                              parameters.get("from"),
                              parameters.get("trace-id"))
                          .as(parameters.get("identity"));
                  return Explainer.of(views.snapshots().get()).explain(query).toJson();
                },
                false),
        json -> Texts.json(context, Buffer.buffer(json.encodePrettily() + "\n")));
  }

  private void config(RoutingContext context) {
    Answers.finish(
        context,
        context.vertx().executeBlocking(() -> views.control().effectiveYaml(), false),
        yaml -> Texts.end(context, "application/yaml; charset=utf-8", Buffer.buffer(yaml)));
  }

  private void routes(RoutingContext context) {
    Answers.finish(
        context,
        context
            .vertx()
            .executeBlocking(
                () -> RoutesJson.of(views.snapshots().get().table(), views.control().reports()),
                false),
        json -> Texts.json(context, Buffer.buffer(json.encodePrettily() + "\n")));
  }
}
