package dev.headwater.routes.match;

import org.jspecify.annotations.Nullable;

/** What a route table may ask of a request. A view: nothing is copied. */
public interface RouteQuery {
  /** Host without port, lower case; empty when the request named none. */
  String host();

  /** Normal form of the path, without query. */
  String path();

  /** Query string without the question mark, or null. */
  @Nullable String query();

  /** Method as sent. */
  String method();

  /** First value of a header, or null; the name is given in lower case. */
  @Nullable String header(String name);
}
