package dev.headwater.sampling.rule;

import org.jspecify.annotations.Nullable;

/**
 * What a sampling rule may ask of a request. A view: nothing is copied for a rule that never asks.
 */
public interface SamplingFacts {
  /** Name of the matched route, or null when none matched. */
  @Nullable String route();

  /** Method as sent, upper case by convention. */
  String method();

  /** Host without port, lower case; empty when the request named none. */
  String host();

  /** Normal form of the path, without query. */
  String path();

  /** First value of a header, or null; the name is given in lower case. */
  @Nullable String header(String name);

  /**
   * Address of the client, 4 or 16 bytes in network order: the TCP peer, or whom a trusted proxy
   * names.
   */
  byte[] client();

  /** Whether the caller is trusted with trace context, by listener or route. */
  boolean trusted();
}
