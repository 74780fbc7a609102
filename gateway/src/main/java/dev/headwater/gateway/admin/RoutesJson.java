package dev.headwater.gateway.admin;

import dev.headwater.routes.FieldMatch;
import dev.headwater.routes.PathMatch;
import dev.headwater.routes.PathRewrite;
import dev.headwater.routes.Route;
import dev.headwater.routes.RouteAnswer;
import dev.headwater.routes.RouteMatch;
import dev.headwater.routes.Steering;
import dev.headwater.routes.ValueMatch;
import dev.headwater.routes.kubernetes.ObjectReport;
import dev.headwater.routes.match.RouteTable;
import dev.headwater.sampling.rule.SamplingRule;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.TreeSet;

/** The route table in matching order, then the objects it comes from where there is more to say. */
final class RoutesJson {
  private RoutesJson() {}

  static JsonArray of(RouteTable table, List<ObjectReport> reports) {
    JsonArray routes = new JsonArray();
    table.routes().forEach(route -> routes.add(of(route)));
    reports.stream()
        .filter(report -> !report.accepted() || !report.findings().isEmpty())
        .forEach(report -> routes.add(of(report)));
    return routes;
  }

  private static JsonObject of(ObjectReport report) {
    JsonArray findings = new JsonArray();
    report.findings().forEach(finding -> findings.add(finding.toString()));
    return new JsonObject()
        .put("object", report.object().toString())
        .put("status", report.accepted() ? "accepted" : "refused")
        .put("findings", findings);
  }

  private static JsonObject of(Route route) {
    JsonObject json =
        new JsonObject()
            .put("name", route.name())
            .put("match", matchOf(route.match()))
            .put("status", "accepted");
    RouteAnswer respond = route.respond();
    if (respond == null) {
      JsonArray to = new JsonArray();
      for (Route.WeightedUpstream u : route.to()) {
        to.add(new JsonObject().put("upstream", u.upstream()).put("weight", u.weight()));
      }
      json.put("to", to);
      if (!route.steering().rules().isEmpty()) {
        json.put("steering", steering(route.steering()));
      }
      PathRewrite rewrite = route.rewrite();
      if (rewrite != null) {
        json.put("rewrite", rewrite.target());
      }
    } else {
      json.put("respond", respond.status());
    }
    SamplingRule sampling = route.sampling();
    if (sampling != null) {
      json.put("samplingRate", sampling.verdict().rate().rate());
    }
    return json;
  }

  private static JsonArray steering(Steering steering) {
    JsonArray json = new JsonArray();
    for (Steering.Rule rule : steering.rules()) {
      json.add(field(rule.source().label(), rule.field()).put("upstream", rule.upstream()));
    }
    return json;
  }

  private static JsonObject matchOf(RouteMatch match) {
    JsonObject json = new JsonObject().put("hosts", new JsonArray(match.hosts()));
    json.put("path", new JsonObject().put(kindOf(match.path()), match.path().template()));
    if (!match.methods().isEmpty()) {
      json.put("methods", new JsonArray(List.copyOf(new TreeSet<>(match.methods()))));
    }
    if (!match.headers().isEmpty()) {
      json.put("headers", fields(match.headers()));
    }
    if (!match.query().isEmpty()) {
      json.put("query", fields(match.query()));
    }
    return json;
  }

  private static String kindOf(PathMatch path) {
    if (path instanceof PathMatch.Exact) {
      return "exact";
    }
    return path instanceof PathMatch.Regex ? "regex" : "prefix";
  }

  private static JsonArray fields(List<FieldMatch> fields) {
    JsonArray json = new JsonArray();
    fields.forEach(each -> json.add(field("name", each)));
    return json;
  }

  private static JsonObject field(String what, FieldMatch field) {
    JsonObject one = new JsonObject().put(what, field.name());
    if (field.value() instanceof ValueMatch.Exact exact) {
      return one.put("exact", exact.text());
    }
    return field.value() instanceof ValueMatch.Regex regex
        ? one.put("regex", regex.pattern().pattern())
        : one.put("present", true);
  }

  /** A match in one line, for the dashboard. */
  static String line(RouteMatch match) {
    StringBuilder line = new StringBuilder();
    if (!match.methods().isEmpty()) {
      line.append(String.join(",", new TreeSet<>(match.methods()))).append(' ');
    }
    line.append(match.hosts().isEmpty() ? "*" : String.join(",", match.hosts()));
    line.append(' ').append(match.path().template());
    line.append(
        switch (kindOf(match.path())) {
          case "exact" -> "";
          case "regex" -> " (regex)";
          default -> match.path().template().endsWith("/") ? "*" : "/*";
        });
    int conditions = match.headers().size() + match.query().size();
    if (conditions > 0) {
      line.append(" +").append(conditions).append(conditions == 1 ? " condition" : " conditions");
    }
    return line.toString();
  }
}
