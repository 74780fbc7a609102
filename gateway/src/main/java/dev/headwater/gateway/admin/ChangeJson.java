package dev.headwater.gateway.admin;

import dev.headwater.gateway.config.SamplingChange;
import dev.headwater.routes.document.Origin;
import dev.headwater.routes.document.Problem;
import dev.headwater.routes.schema.Masked;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;

/** Answers to changes of sampling, and what they share with the page about it. */
final class ChangeJson {
  /** How long sampling that was set by hand stays. */
  static final String LASTS =
      "until the next change of the configuration files, a reload (SIGHUP) or a restart";

  private ChangeJson() {}

  /** A change that is in force, or why it is not. */
  static JsonObject of(SamplingChange change, boolean temporary) {
    JsonObject json =
        new JsonObject().put("version", change.version()).put("since", change.since().toString());
    if (!change.accepted()) {
      JsonArray problems = new JsonArray();
      change.problems().forEach(problem -> problems.add(problem(problem)));
      return json.put("problems", problems);
    }
    json.put("temporary", temporary);
    if (temporary) {
      json.put("lasts", LASTS);
    }
    return json.put("masked", masked(change.masked()));
  }

  /** The same as text, a line each. */
  static String text(SamplingChange change, boolean temporary) {
    StringBuilder text = new StringBuilder();
    if (!change.accepted()) {
      change.problems().forEach(problem -> text.append(problem).append('\n'));
      return text.append("version ").append(change.version()).append(" stays in force").toString();
    }
    text.append("version ").append(change.version()).append(" in force since ");
    text.append(change.since()).append(temporary ? ", " + LASTS : ", as the files say");
    change.masked().forEach(masked -> text.append('\n').append(masked));
    return text.toString();
  }

  /** Written values without effect. */
  static JsonArray masked(List<Masked> all) {
    JsonArray json = new JsonArray();
    for (Masked masked : all) {
      json.add(
          new JsonObject()
              .put("key", masked.path())
              .put("maskedBy", masked.by().label())
              .put("written", masked.hidden().label()));
    }
    return json;
  }

  private static JsonObject problem(Problem problem) {
    JsonObject json =
        new JsonObject()
            .put("key", problem.path())
            .put("finding", problem.finding())
            .put("expected", problem.expectation())
            .put("text", problem.toString());
    return problem.origin() instanceof Origin.InFile place
        ? json.put("line", place.line()).put("column", place.column())
        : json.put("from", problem.origin().label());
  }
}
