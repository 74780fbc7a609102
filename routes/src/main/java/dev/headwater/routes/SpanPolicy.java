package dev.headwater.routes;

import java.time.Duration;
import java.util.List;
import java.util.Locale;

/**
 * What a span may hold beside what it always says, and when one is sent unfinished.
 *
 * @param maxTags tags of one span; captured ones that no longer fit are left out
 * @param maxTagLength characters of a tag's value; longer ones are cut
 * @param query query parameters that become tags; no other part of a query is ever recorded
 * @param requestHeaders headers of the client's request that become tags
 * @param responseHeaders headers of the client's response that become tags
 * @param partialAfter how long an exchange lasts before its unfinished spans are sent; zero for
 *     never
 */
public record SpanPolicy(
    int maxTags,
    int maxTagLength,
    List<Capture> query,
    List<Capture> requestHeaders,
    List<Capture> responseHeaders,
    Duration partialAfter) {
  /** Nothing captured; values cut as Envoy cuts them, to 256 characters. */
  public static final SpanPolicy DEFAULT =
      new SpanPolicy(64, 256, List.of(), List.of(), List.of(), Duration.ofSeconds(60));

  public SpanPolicy {
    query = List.copyOf(query);
    requestHeaders = List.copyOf(requestHeaders);
    responseHeaders = List.copyOf(responseHeaders);
  }

  /**
   * A part of a message that becomes a tag.
   *
   * @param name of the parameter or header
   * @param tag its tag, made once
   */
  public record Capture(String name, String tag) {
    /** A query parameter; names are case-sensitive. */
    public static Capture query(String name) {
      return new Capture(name, "http.query." + name);
    }

    /** A request header. */
    public static Capture requestHeader(String name) {
      return new Capture(name, "http.request.header." + name.toLowerCase(Locale.ROOT));
    }

    /** A response header. */
    public static Capture responseHeader(String name) {
      return new Capture(name, "http.response.header." + name.toLowerCase(Locale.ROOT));
    }
  }
}
