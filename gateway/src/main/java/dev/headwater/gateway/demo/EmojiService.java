package dev.headwater.gateway.demo;

import io.vertx.core.Future;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;

/** Knows which emoji there are: {@code GET /emojis} and {@code GET /emojis/CODE}. */
final class EmojiService implements Service {
  private static final String ONE = "/emojis/";

  @Override
  public Future<Reply> answer(Call call) {
    if (call.path().equals("/emojis")) {
      JsonArray all = new JsonArray();
      Emoji.ALL.forEach(emoji -> all.add(json(emoji)));
      return Future.succeededFuture(Reply.json(all));
    }
    if (call.path().startsWith(ONE)) {
      String code = call.path().substring(ONE.length());
      for (Emoji emoji : Emoji.ALL) {
        if (emoji.code().equals(code)) {
          return Future.succeededFuture(Reply.json(json(emoji)));
        }
      }
      return Future.succeededFuture(Reply.error(404, "no such emoji"));
    }
    return Future.succeededFuture(Reply.error(404, "no such page"));
  }

  private static JsonObject json(Emoji emoji) {
    return new JsonObject().put("code", emoji.code()).put("glyph", emoji.glyph());
  }
}
