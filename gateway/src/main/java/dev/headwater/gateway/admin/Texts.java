package dev.headwater.gateway.admin;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.RoutingContext;

/** Ends answers. A client that has left in the meantime is no failure. */
final class Texts {
  private Texts() {}

  static void end(RoutingContext context, int status, String line) {
    context.response().setStatusCode(status);
    end(context, "text/plain; charset=utf-8", Buffer.buffer(line + "\n"));
  }

  static void json(RoutingContext context, Buffer json) {
    end(context, "application/json", json);
  }

  static void json(RoutingContext context, JsonObject json) {
    json(context, json.toBuffer());
  }

  static void end(RoutingContext context, String type, Buffer body) {
    if (context.response().ended() || context.response().closed()) {
      return;
    }
    if (!context.response().headers().contains("cache-control")) {
      context.response().putHeader("cache-control", "no-store");
    }
    var unused =
        context
            .response()
            .putHeader("content-type", type)
            .putHeader("x-content-type-options", "nosniff")
            .end(body);
  }
}
