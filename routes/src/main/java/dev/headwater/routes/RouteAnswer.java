package dev.headwater.routes;

/** An answer that the gateway gives itself, in place of an upstream's. */
public sealed interface RouteAnswer permits DirectResponse, Redirect {
  /** The status, 200 to 599. */
  int status();
}
