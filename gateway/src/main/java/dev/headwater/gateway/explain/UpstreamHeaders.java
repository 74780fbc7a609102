package dev.headwater.gateway.explain;

import dev.headwater.routes.HeaderFilter;
import dev.headwater.routes.Route;
import dev.headwater.routes.Upstream;
import dev.headwater.sampling.propagation.KnownTraceHeaders;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** The headers that one upstream would get, in the order of their making. */
final class UpstreamHeaders {
  private static final Set<String> HOP_BY_HOP =
      Set.of(
          "connection",
          "keep-alive",
          "proxy-connection",
          "transfer-encoding",
          "upgrade",
          "te",
          "trailer");

  private final Map<String, String> headers = new LinkedHashMap<>();

  /** The caller's own fields that travel on, then the route's edits of them. */
  static UpstreamHeaders of(
      ExplainQuery query, Route route, @Nullable Upstream to, boolean tracing) {
    UpstreamHeaders result = new UpstreamHeaders();
    String host = to == null ? null : to.host();
    result.put("host", host == null ? query.url().getRawAuthority() : host);
    Set<String> named = namedByConnection(query);
    for (ExplainQuery.Header header : query.headers()) {
      String name = header.name().toLowerCase(Locale.ROOT);
      boolean trace = tracing && KnownTraceHeaders.contains(name);
      if (!trace && !HOP_BY_HOP.contains(name) && !named.contains(name) && !name.equals("host")) {
        result.add(name, header.value());
      }
    }
    route.filters().forEach(result::filter);
    return result;
  }

  Map<String, String> and(Map<String, String> trace) {
    headers.putAll(trace);
    return headers;
  }

  private void filter(HeaderFilter filter) {
    if (filter.direction() == HeaderFilter.Direction.REQUEST) {
      filter.remove().forEach(headers::remove);
      filter.set().forEach(this::put);
      filter.add().forEach(this::add);
    }
  }

  private void put(String name, String value) {
    headers.put(name, value);
  }

  private void add(String name, String value) {
    headers.merge(name, value, (one, other) -> one + ", " + other);
  }

  private static Set<String> namedByConnection(ExplainQuery query) {
    Set<String> named = new TreeSet<>();
    String connection = query.joined("connection");
    if (connection != null) {
      for (String name : connection.split(",", -1)) {
        named.add(name.strip().toLowerCase(Locale.ROOT));
      }
    }
    return named;
  }
}
