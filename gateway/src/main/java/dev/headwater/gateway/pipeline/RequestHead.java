package dev.headwater.gateway.pipeline;

import org.jspecify.annotations.Nullable;

/**
 * The head of a request that passed every check of framing and syntax.
 *
 * @param method as sent, token characters only
 * @param target request target as sent
 * @param upstreamTarget what is sent on unless a route rewrites it: the normal path and the query
 * @param path normal form of the path; {@code *} for OPTIONS of the server itself
 * @param query without the question mark, or null
 * @param host without port, lower case; empty when HTTP/1.0 named none
 * @param authority host and port as the client named them
 * @param version which HTTP the client speaks
 * @param keepAlive whether the client wants the connection kept
 * @param bodyLength bytes of the body, 0 for none, {@link #CHUNKED} when unknown
 * @param expectContinue whether the client waits for a 100
 * @param fields header fields
 */
public record RequestHead(
    String method,
    String target,
    String upstreamTarget,
    String path,
    @Nullable String query,
    String host,
    String authority,
    HttpVersion version,
    boolean keepAlive,
    long bodyLength,
    boolean expectContinue,
    Fields fields) {
  /** Body length of a message whose end is only known when it comes. */
  public static final long CHUNKED = -1;

  /** Whether the method may be sent twice without harm (RFC 9110 9.2.2). */
  public boolean idempotent() {
    return switch (method) {
      case "GET", "HEAD", "PUT", "DELETE", "OPTIONS", "TRACE" -> true;
      default -> false;
    };
  }
}
