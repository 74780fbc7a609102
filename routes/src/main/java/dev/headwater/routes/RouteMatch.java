package dev.headwater.routes;

import java.util.List;
import java.util.Set;

/**
 * Which requests a route takes: all parts must agree, an empty part agrees with everything.
 *
 * @param hosts exact names, {@code *.example.com} for any names below one; empty for all
 * @param path on the normal form of the path
 * @param methods upper case; empty for all
 * @param headers all must hold
 * @param query all must hold
 */
public record RouteMatch(
    List<String> hosts,
    PathMatch path,
    Set<String> methods,
    List<FieldMatch> headers,
    List<FieldMatch> query) {
  /** Takes every request. */
  public static final RouteMatch ALL =
      new RouteMatch(List.of(), new PathMatch.Prefix("/"), Set.of(), List.of(), List.of());

  public RouteMatch {
    hosts = List.copyOf(hosts);
    methods = Set.copyOf(methods);
    headers = List.copyOf(headers);
    query = List.copyOf(query);
  }
}
