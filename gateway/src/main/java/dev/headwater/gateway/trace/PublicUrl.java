package dev.headwater.gateway.trace;

/**
 * What of the URLs in a header value may be shown: no userinfo (RFC 3986 3.2.1), no query and no
 * fragment, which is where passwords, session ids and tokens travel.
 */
final class PublicUrl {
  private PublicUrl() {}

  /** The value of a header, its name in lower case; the same instance when nothing is hidden. */
  static String of(String header, String value) {
    return ofUrls(isReference(header) ? value.substring(0, queryFrom(value, 0)) : value);
  }

  /** Headers whose whole value is a URL, or one that is relative to the request's. */
  private static boolean isReference(String header) {
    return switch (header) {
      case "referer",
          "location",
          "content-location",
          "x-forwarded-uri",
          "x-original-uri",
          "x-original-url",
          "x-rewrite-url" ->
          true;
      default -> false;
    };
  }

  private static int queryFrom(String value, int from) {
    int at = from;
    while (at < value.length() && value.charAt(at) != '?' && value.charAt(at) != '#') {
      at++;
    }
    return at;
  }

  private static String ofUrls(String value) {
    int authority = authorityFrom(value, 0);
    if (authority < 0) {
      return value;
    }
    StringBuilder shown = new StringBuilder(value.length());
    int from = 0;
    while (authority >= 0) {
      shown.append(value, from, authority);
      int end = urlEnd(value, authority);
      int host = hostFrom(value, authority, end);
      shown.append(value, host, Math.min(end, queryFrom(value, host)));
      from = end;
      authority = authorityFrom(value, from);
    }
    return shown.append(value, from, value.length()).toString();
  }

  /** Behind the next {@code //} that begins an authority, or -1. */
  private static int authorityFrom(String value, int from) {
    int slashes = value.indexOf("//", from);
    while (slashes > 0 && value.charAt(slashes - 1) != ':') {
      slashes = value.indexOf("//", slashes + 1);
    }
    return slashes < 0 ? -1 : slashes + 2;
  }

  /** Behind the last @ of an authority: what stands before it is userinfo. */
  private static int hostFrom(String value, int authority, int end) {
    int host = authority;
    for (int i = authority; i < end && "/?#".indexOf(value.charAt(i)) < 0; i++) {
      if (value.charAt(i) == '@') {
        host = i + 1;
      }
    }
    return host;
  }

  /** A URL ends before what none holds, and before what parts a list of them. */
  private static int urlEnd(String value, int from) {
    int at = from;
    while (at < value.length() && value.charAt(at) > ' ' && ",\"<>".indexOf(value.charAt(at)) < 0) {
      at++;
    }
    return at;
  }
}
