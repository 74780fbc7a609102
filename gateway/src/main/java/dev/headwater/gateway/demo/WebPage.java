package dev.headwater.gateway.demo;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.net.URI;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The voting page as one self-contained HTML text. Only codes and numbers of ours get into it. */
final class WebPage {
  private static final Pattern WORD = Pattern.compile("[a-z]{1,32}");
  private static final Pattern TRACE_ID = Pattern.compile("[0-9a-f]{16,32}");
  private static final String STYLE =
      "body{font:16px/1.5 system-ui,sans-serif;max-width:46rem;margin:2rem auto;padding:0 1rem;"
          + "color:#17313b}h1{margin-bottom:0}form{display:inline}.emoji{display:flex;"
          + "flex-wrap:wrap;gap:.5rem;margin:1rem 0}button{font:inherit;border:1px solid #b9cfd6;"
          + "border-radius:.6rem;background:#f4f9fb;padding:.5rem .8rem;cursor:pointer}"
          + "button:hover{background:#dff0f6}button span{font-size:1.6rem;display:block}"
          + "table{border-collapse:collapse}td{padding:.15rem 1rem .15rem 0}.note{background:#f4f9fb;"
          + "border-left:4px solid #2a7f9e;padding:.5rem 1rem}.failed{border-color:#b3261e}";

  private final Supplier<@Nullable URI> traceUi;

  WebPage(Supplier<@Nullable URI> traceUi) {
    this.traceUi = traceUi;
  }

  String render(Call call, int status, JsonArray emojis, JsonArray results) {
    StringBuilder html = new StringBuilder(4096);
    html.append("<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\">")
        .append("<meta name=\"viewport\" content=\"width=device-width\">")
        .append("<title>Headwater demo: vote</title><style>")
        .append(STYLE)
        .append("</style></head><body><h1>Vote for an emoji</h1><p>This page came through the ")
        .append("gateway. Behind it are three services, each with a mesh proxy in front.</p>");
    news(html, call, status);
    ballot(html, emojis);
    html.append("<h2>Leader board</h2>");
    board(html, emojis, results);
    footer(html, call);
    return html.append("</body></html>").toString();
  }

  private void news(StringBuilder html, Call call, int status) {
    if (status >= 400) {
      html.append("<p class=\"note failed\">That failed with status ").append(status).append(". ");
      html.append("The services here are made to fail now and then. ");
      link(html, call.sampled() ? call.traceId() : null, "See where in its trace");
      html.append("</p>");
      return;
    }
    @Nullable String voted = call.parameter("voted");
    if (voted != null && WORD.matcher(voted).matches()) {
      html.append("<p class=\"note\">You voted for ").append(voted).append(". ");
      @Nullable String trace = call.parameter("trace");
      boolean known = trace != null && TRACE_ID.matcher(trace).matches();
      link(html, known ? trace : null, "See the trace of your vote");
      html.append("</p>");
    }
  }

  private void link(StringBuilder html, @Nullable String traceId, String text) {
    @Nullable URI ui = traceUi.get();
    if (traceId == null) {
      html.append("(This request was not sampled.)");
    } else if (ui != null) {
      html.append("<a href=\"").append(ui.resolve("traces/" + traceId)).append("\">");
      html.append(text).append("</a>");
    }
  }

  private static void ballot(StringBuilder html, JsonArray emojis) {
    html.append("<div class=\"emoji\">");
    for (int i = 0; i < emojis.size(); i++) {
      JsonObject emoji = emojis.getJsonObject(i);
      String code = emoji.getString("code");
      html.append("<form method=\"post\" action=\"/vote?choice=").append(code);
      html.append("\"><button><span>").append(emoji.getString("glyph")).append("</span>");
      html.append(code).append("</button></form>");
    }
    html.append("</div>");
  }

  private static void board(StringBuilder html, JsonArray emojis, JsonArray results) {
    Map<String, String> glyphs = new HashMap<>();
    for (int i = 0; i < emojis.size(); i++) {
      JsonObject emoji = emojis.getJsonObject(i);
      glyphs.put(emoji.getString("code"), emoji.getString("glyph"));
    }
    html.append("<table>");
    for (int i = 0; i < results.size(); i++) {
      JsonObject row = results.getJsonObject(i);
      String code = row.getString("code");
      html.append("<tr><td>").append(glyphs.getOrDefault(code, "")).append("</td><td>");
      html.append(code).append("</td><td>").append(row.getInteger("votes")).append("</td></tr>");
    }
    html.append("</table>");
  }

  private void footer(StringBuilder html, Call call) {
    html.append("<p>This view is trace <code>").append(call.traceId()).append("</code>. ");
    link(html, call.sampled() ? call.traceId() : null, "See it");
    @Nullable URI ui = traceUi.get();
    if (ui != null) {
      html.append(" &middot; <a href=\"").append(ui).append("\">All traces</a>");
    }
    html.append("</p>");
  }
}
