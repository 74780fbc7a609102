package dev.headwater.gateway.explain;

import dev.headwater.sampling.network.IpLiteral;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A request to explain.
 *
 * @param method as it would be sent
 * @param url absolute, scheme http or https
 * @param headers in order, names as given
 * @param from the caller's address as text, or null for somebody in no trusted network
 * @param traceId 16 or 32 lower-case hex digits, or null
 * @param identity a DNS name or URI that the caller's verified certificate holds, or null
 */
public record ExplainQuery(
    String method,
    URI url,
    List<Header> headers,
    @Nullable String from,
    @Nullable String traceId,
    @Nullable String identity) {
  private static final Pattern TOKEN = Pattern.compile("[!#$%&'*+.^_`|~0-9A-Za-z-]+");
  private static final Pattern TRACE_ID = Pattern.compile("[0-9a-f]{16}|[0-9a-f]{32}");

  public ExplainQuery {
    headers = List.copyOf(headers);
  }

  /** A header field as given. */
  public record Header(String name, String value) {}

  /**
   * Reads what a user typed.
   *
   * @param headers each {@code Name: value}
   * @throws IllegalArgumentException with the offending value and what was expected
   */
  public static ExplainQuery parse(
      String method,
      String url,
      List<String> headers,
      @Nullable String from,
      @Nullable String traceId) {
    if (!TOKEN.matcher(method).matches()) {
      throw new IllegalArgumentException(
          "method: '" + method + "' (expected an HTTP method such as GET)");
    }
    if (from != null && IpLiteral.parse(from) == null) {
      throw new IllegalArgumentException(
          "from: '" + from + "' (expected an IP address such as 192.0.2.7)");
    }
    if (traceId != null && !isTraceId(traceId)) {
      throw new IllegalArgumentException(
          "trace-id: '"
              + traceId
              + "' (expected 16 or 32 lower-case hex digits, the last 16 not all 0)");
    }
    List<Header> parsed = new ArrayList<>(headers.size());
    for (String header : headers) {
      parsed.add(header(header));
    }
    return new ExplainQuery(method, url(url), parsed, from, traceId, null);
  }

  /** The same from a caller that proved to be somebody; null for nobody. */
  public ExplainQuery as(@Nullable String name) {
    return new ExplainQuery(method, url, headers, from, traceId, name);
  }

  /** The address of the caller, 4 or 16 bytes, or null for nobody in particular. */
  byte @Nullable [] fromBytes() {
    return from == null ? null : IpLiteral.parse(from);
  }

  /** All values of a header joined by commas, as extraction wants them, or null. */
  @Nullable String joined(String lowerCaseName) {
    StringBuilder joined = null;
    for (Header header : headers) {
      if (header.name().equalsIgnoreCase(lowerCaseName)) {
        joined = joined == null ? new StringBuilder() : joined.append(',');
        joined.append(header.value());
      }
    }
    return joined == null ? null : joined.toString();
  }

  /** First value of a header, or null. */
  @Nullable String first(String lowerCaseName) {
    for (Header header : headers) {
      if (header.name().equalsIgnoreCase(lowerCaseName)) {
        return header.value();
      }
    }
    return null;
  }

  private static boolean isTraceId(String text) {
    return TRACE_ID.matcher(text).matches()
        && Long.parseUnsignedLong(text.substring(text.length() - 16), 16) != 0;
  }

  private static Header header(String text) {
    int colon = text.indexOf(':');
    String name = colon < 0 ? "" : text.substring(0, colon).strip();
    if (!TOKEN.matcher(name).matches()) {
      throw new IllegalArgumentException("header: '" + text + "' (expected 'Name: value')");
    }
    return new Header(name, text.substring(colon + 1).strip());
  }

  private static URI url(String text) {
    String expected = "' (expected an absolute URL such as http://vote.example.com/api/list";
    try {
      URI url = new URI(text);
      String scheme = url.getScheme() == null ? "" : url.getScheme().toLowerCase(Locale.ROOT);
      if (url.getHost() == null || !(scheme.equals("http") || scheme.equals("https"))) {
        throw new IllegalArgumentException("url: '" + text + expected + ")");
      }
      return url;
    } catch (URISyntaxException malformed) {
      throw new IllegalArgumentException(
          "url: '" + text + expected + "; " + malformed.getReason() + ")", malformed);
    }
  }
}
