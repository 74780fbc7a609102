package dev.headwater.gateway.explain;

import dev.headwater.routes.Route;
import dev.headwater.routes.match.RouteQuery;
import dev.headwater.sampling.SamplingFacts;
import org.jspecify.annotations.Nullable;

/** A query seen the way routes and sampling rules see a request. */
record Asked(ExplainQuery asked, String host, String path, @Nullable Route matched)
    implements RouteQuery, SamplingFacts {
  Asked taking(@Nullable Route route) {
    return new Asked(asked, host, path, route);
  }

  @Override
  public @Nullable String route() {
    return matched == null ? null : matched.name();
  }

  @Override
  public String method() {
    return asked.method();
  }

  @Override
  public @Nullable String header(String name) {
    return asked.first(name);
  }

  @Override
  public @Nullable String query() {
    return asked.url().getRawQuery();
  }
}
