package dev.headwater.gateway.admin;

import dev.headwater.gateway.report.ReportView;
import dev.headwater.gateway.report.SinkView;
import dev.headwater.gateway.report.SpoolView;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

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
        .put("spool", spool(sink.spool()))
        .put("fault", sink.fault());
  }

  private static @Nullable JsonObject spool(@Nullable SpoolView spool) {
    return spool == null
        ? null
        : new JsonObject()
            .put("spans", spool.spans())
            .put("bytes", spool.bytes())
            .put("maxBytes", spool.maxBytes())
            .put("fault", spool.fault());
  }
}
