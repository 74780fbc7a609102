package dev.headwater.routes.match;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A request as a route table sees it, for tests. */
record ScriptedRequest(
    String method, String host, String path, @Nullable String query, Map<String, String> headers)
    implements RouteQuery {
  static ScriptedRequest get(String host, String path) {
    return new ScriptedRequest("GET", host, path, null, Map.of());
  }

  ScriptedRequest withMethod(String other) {
    return new ScriptedRequest(other, host, path, query, headers);
  }

  ScriptedRequest withQuery(String other) {
    return new ScriptedRequest(method, host, path, other, headers);
  }

  ScriptedRequest withHeader(String name, String value) {
    return new ScriptedRequest(method, host, path, query, Map.of(name, value));
  }

  @Override
  public @Nullable String header(String name) {
    return headers.get(name);
  }
}
