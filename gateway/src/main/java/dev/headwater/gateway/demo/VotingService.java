package dev.headwater.gateway.demo;

import io.vertx.core.Future;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;

/** Counts: {@code POST /votes/CODE} and {@code GET /results}. Votes live as long as the process. */
final class VotingService implements Service {
  private static final String VOTE = "/votes/";

  private final Map<String, Integer> votes = new HashMap<>();

  @Override
  public Future<Reply> answer(Call call) {
    if (call.path().equals("/results")) {
      return Future.succeededFuture(Reply.json(results()));
    }
    if (call.path().startsWith(VOTE) && call.method().equals("POST")) {
      String code = call.path().substring(VOTE.length());
      if (Emoji.ALL.stream().noneMatch(emoji -> emoji.code().equals(code))) {
        return Future.succeededFuture(Reply.error(404, "not on the ballot"));
      }
      int count = votes.merge(code, 1, Integer::sum);
      return Future.succeededFuture(
          Reply.json(new JsonObject().put("code", code).put("votes", count)));
    }
    return Future.succeededFuture(Reply.error(404, "no such page"));
  }

  private JsonArray results() {
    JsonArray results = new JsonArray();
    votes.entrySet().stream()
        .sorted(
            Map.Entry.<String, Integer>comparingByValue(Comparator.reverseOrder())
                .thenComparing(Map.Entry.comparingByKey()))
        .forEach(
            entry ->
                results.add(
                    new JsonObject().put("code", entry.getKey()).put("votes", entry.getValue())));
    return results;
  }
}
