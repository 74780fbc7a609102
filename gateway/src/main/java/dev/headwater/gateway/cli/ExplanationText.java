package dev.headwater.gateway.cli;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;

/** An explanation for a terminal, from its JSON form, so that a remote one reads the same. */
final class ExplanationText {
  private final StringBuilder text = new StringBuilder();

  static String of(JsonObject explanation) {
    ExplanationText rendered = new ExplanationText();
    rendered.render(explanation);
    return rendered.text.toString();
  }

  private void render(JsonObject explanation) {
    line("request", explanation.getString("request"));
    line("listener", explanation.getString("listener"));
    String route = explanation.getString("route");
    line("route", route == null ? "none" : route + " (" + explanation.getString("template") + ")");
    line("answer", explanation.getString("answer"));
    line("trust", explanation.getString("trust"));
    decision(explanation.getJsonObject("sampling"));
    JsonArray trace = explanation.getJsonArray("traceHeaders", new JsonArray());
    if (!trace.isEmpty()) {
      text.append("trace headers received\n");
    }
    for (int i = 0; i < trace.size(); i++) {
      JsonObject header = trace.getJsonObject(i);
      text.append("  ").append(header.getString("name")).append(": ");
      text.append(header.getString("value")).append("\n    ");
      text.append(header.getString("verdict")).append('\n');
    }
    JsonObject sent = explanation.getJsonObject("upstreamHeaders", new JsonObject());
    if (!sent.isEmpty()) {
      text.append("headers sent upstream\n");
    }
    sent.forEach(
        header ->
            text.append("  ")
                .append(header.getKey())
                .append(": ")
                .append(header.getValue())
                .append('\n'));
    explanation.getJsonArray("notes", new JsonArray()).forEach(note -> line("note", "" + note));
  }

  private void decision(JsonObject sampling) {
    Boolean sampled = sampling.getBoolean("sampled");
    String verdict =
        sampled == null
            ? "sampled with probability " + sampling.getDouble("probability")
            : sampled ? "sampled" : "not sampled";
    line("decision", verdict);
    line("rule", sampling.getString("rule"));
    line("reason", sampling.getString("reason"));
    Double rate = sampling.getDouble("rate");
    if (rate != null) {
      line("rate", rate.toString());
    }
  }

  private void line(String name, String value) {
    text.append(String.format("%-10s %s%n", name, value));
  }
}
