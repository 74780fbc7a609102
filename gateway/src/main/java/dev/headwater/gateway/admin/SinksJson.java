package dev.headwater.gateway.admin;

import dev.headwater.gateway.report.ReportView;
import dev.headwater.gateway.report.SinkView;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.TreeMap;

/** What became of spans, by sink. */
final class SinksJson {
  private SinksJson() {}

  static JsonArray of(ReportView report) {
    JsonArray json = new JsonArray();
    report.sinks().forEach(sink -> json.add(sink(sink)));
    return json;
  }

  private static JsonObject sink(SinkView sink) {
    JsonObject outcomes = new JsonObject();
    new TreeMap<>(sink.outcomes())
        .forEach(
            (outcome, spans) -> {
              if (spans > 0) {
                outcomes.put(outcome.label(), spans);
              }
            });
    return new JsonObject()
        .put("name", sink.sink())
        .put("reported", sink.reported())
        .put("dropped", sink.dropped())
        .put("outcomes", outcomes)
        .put("queued", sink.queuedSpans())
        .put("oldestAgeSeconds", sink.oldestAgeSeconds())
        .put("fault", sink.fault());
  }
}
