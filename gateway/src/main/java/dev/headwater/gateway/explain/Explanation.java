package dev.headwater.gateway.explain;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What would be done with one request, and why. A value: nothing was sent.
 *
 * @param request method and URL
 * @param listener the listener that would take it, with its address
 * @param route name of the route, or null when none takes it
 * @param template path of the route as written, or null
 * @param answer where it goes: upstreams with their weights, or the gateway's own answer
 * @param trust what the caller's trace headers are worth, and by which setting
 * @param sampling the decision
 * @param traceHeaders each trace header of the request, and what becomes of it
 * @param upstream the headers that would be sent upstream, empty when nothing is
 * @param notes what else matters
 */
public record Explanation(
    String request,
    String listener,
    @Nullable String route,
    @Nullable String template,
    String answer,
    String trust,
    Sampling sampling,
    List<TraceHeader> traceHeaders,
    Map<String, String> upstream,
    List<String> notes) {

  /**
   * The decision for the whole trace.
   *
   * @param sampled null while it depends on an id that does not exist yet
   * @param rule name of the rule that decides
   * @param reason why
   * @param rate probability asked, NaN where none was
   */
  public record Sampling(@Nullable Boolean sampled, String rule, String reason, double rate) {}

  /**
   * A trace header of the request.
   *
   * @param name as given
   * @param value as given
   * @param verdict what becomes of it
   */
  public record TraceHeader(String name, String value, String verdict) {}

  /** The same as a JSON object; absent values are left out. */
  public JsonObject toJson() {
    JsonObject json = new JsonObject().put("request", request).put("listener", listener);
    if (route != null) {
      json.put("route", route).put("template", template);
    }
    json.put("answer", answer).put("trust", trust).put("sampling", samplingJson());
    JsonArray trace = new JsonArray();
    for (TraceHeader header : traceHeaders) {
      trace.add(
          new JsonObject()
              .put("name", header.name())
              .put("value", header.value())
              .put("verdict", header.verdict()));
    }
    JsonObject sent = new JsonObject();
    upstream.forEach(sent::put);
    return json.put("traceHeaders", trace)
        .put("upstreamHeaders", sent)
        .put("notes", new JsonArray(notes));
  }

  private JsonObject samplingJson() {
    JsonObject json = new JsonObject();
    if (sampling.sampled() != null) {
      json.put("sampled", sampling.sampled());
    } else {
      json.put("probability", sampling.rate());
    }
    json.put("rule", sampling.rule()).put("reason", sampling.reason());
    if (!Double.isNaN(sampling.rate())) {
      json.put("rate", sampling.rate());
    }
    return json;
  }
}
