package dev.headwater.gateway.demo;

import io.vertx.core.Future;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.json.JsonArray;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What the gateway routes to. For browsers {@code GET /} and {@code POST /vote?choice=CODE}; for
 * programs {@code GET /api/list}, {@code GET /api/leaderboard} and {@code POST
 * /api/vote?choice=CODE}. A vote asks the emoji service whether the choice exists, then the voting
 * service to count it.
 */
final class WebService implements Service {
  private static final Pattern CODE = Pattern.compile("[a-z]{1,32}");

  private final ServiceClient services;
  private final WebPage page;

  WebService(ServiceClient services, WebPage page) {
    this.services = services;
    this.page = page;
  }

  @Override
  public Future<Reply> answer(Call call) {
    return switch (call.method() + " " + call.path()) {
      case "GET /" -> page(call, 200);
      case "GET /api/list" -> emojis(call);
      case "GET /api/leaderboard" -> results(call);
      case "POST /api/vote" -> vote(call);
      case "POST /vote" -> vote(call).compose(reply -> afterVote(call, reply));
      default -> Future.succeededFuture(Reply.error(404, "no such page"));
    };
  }

  private Future<Reply> emojis(Call call) {
    return services.call(call.span(), HttpMethod.GET, "emoji", "/emojis");
  }

  private Future<Reply> results(Call call) {
    return services.call(call.span(), HttpMethod.GET, "voting", "/results");
  }

  private Future<Reply> vote(Call call) {
    @Nullable String choice = call.parameter("choice");
    if (choice == null || !CODE.matcher(choice).matches()) {
      return Future.succeededFuture(
          Reply.error(400, "choice: expected the code of an emoji, such as doughnut"));
    }
    return services
        .call(call.span(), HttpMethod.GET, "emoji", "/emojis/" + choice)
        .compose(
            found ->
                found.succeeded()
                    ? services.call(call.span(), HttpMethod.POST, "voting", "/votes/" + choice)
                    : Future.succeededFuture(found));
  }

  /** A browser that voted is sent back to the page, so that reloading does not vote again. */
  private Future<Reply> afterVote(Call call, Reply reply) {
    if (!reply.succeeded()) {
      return page(call, reply.status());
    }
    String choice =
        URLEncoder.encode(String.valueOf(call.parameter("choice")), StandardCharsets.UTF_8);
    String trace = call.sampled() ? "&trace=" + call.traceId() : "";
    return Future.succeededFuture(Reply.seeOther("/?voted=" + choice + trace));
  }

  private Future<Reply> page(Call call, int status) {
    Future<Reply> emojis = emojis(call);
    Future<Reply> results = results(call);
    return Future.join(emojis, results)
        .map(both -> Reply.html(status, page.render(call, status, array(emojis), array(results))))
        .otherwise(
            failure -> Reply.html(502, page.render(call, 502, new JsonArray(), new JsonArray())));
  }

  private static JsonArray array(Future<Reply> reply) {
    return reply.result().succeeded() ? new JsonArray(reply.result().body()) : new JsonArray();
  }
}
