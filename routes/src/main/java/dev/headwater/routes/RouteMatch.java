package dev.headwater.routes;

import java.util.List;
import java.util.Set;

/**
 * Which requests a route takes: all parts must agree, an empty part agrees with everything.
 *
 * @param hosts exact names, {@code *.example.com} for names below one; empty for all
 * @param path on the normal form of the path
 * @param methods upper case; empty for all
 * @param headers all must hold
 * @param query all must hold
 * @param wildcard how many labels the asterisks of hosts stand for
 */
public record RouteMatch(
    List<String> hosts,
    PathMatch path,
    Set<String> methods,
    List<FieldMatch> headers,
    List<FieldMatch> query,
    Wildcard wildcard) {
  /** Takes every request. */
  public static final RouteMatch ALL =
      new RouteMatch(List.of(), new PathMatch.Prefix("/"), Set.of(), List.of(), List.of());

  public RouteMatch {
    hosts = List.copyOf(hosts);
    methods = Set.copyOf(methods);
    headers = List.copyOf(headers);
    query = List.copyOf(query);
  }

  /** One whose wildcards stand for any names below. */
  public RouteMatch(
      List<String> hosts,
      PathMatch path,
      Set<String> methods,
      List<FieldMatch> headers,
      List<FieldMatch> query) {
    this(hosts, path, methods, headers, query, Wildcard.ANY_DEPTH);
  }

  /** What the asterisk of a host pattern stands for. */
  public enum Wildcard {
    /** One label or more, as in our files and in Gateway API. */
    ANY_DEPTH,
    /** Exactly one label, as in an Ingress. */
    ONE_LABEL
  }
}
