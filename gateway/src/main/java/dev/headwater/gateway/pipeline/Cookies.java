package dev.headwater.gateway.pipeline;

import org.jspecify.annotations.Nullable;

/**
 * Cookies of a request (RFC 6265 5.4), which HTTP/2 may send in several fields (RFC 9113 8.2.3).
 */
public final class Cookies {
  private static final String COOKIE = "cookie";

  private Cookies() {}

  /** The value of the first cookie of that name, or null. */
  public static @Nullable String find(Fields fields, String name) {
    for (int i = 0; i < fields.count(); i++) {
      if (fields.live(i) && fields.nameIs(i, COOKIE)) {
        String found = find(fields.value(i), name);
        if (found != null) {
          return found;
        }
      }
    }
    return null;
  }

  private static @Nullable String find(String cookies, String name) {
    int at = 0;
    while (at < cookies.length()) {
      int semicolon = cookies.indexOf(';', at);
      int end = semicolon < 0 ? cookies.length() : semicolon;
      while (at < end && cookies.charAt(at) == ' ') {
        at++;
      }
      if (cookies.startsWith(name, at) && cookies.startsWith("=", at + name.length())) {
        return cookies.substring(at + name.length() + 1, end).strip();
      }
      at = end + 1;
    }
    return null;
  }
}
