package dev.headwater.routes;

import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * What pages of other origins may do with a route (CORS, Fetch standard 3.2).
 *
 * @param origins who may, as they are written in {@code Origin}; an asterisk in one stands for one
 *     label of the host; empty for everybody
 * @param credentials whether they may send cookies and the like
 * @param methods value of {@code Access-Control-Allow-Methods}
 * @param headers value of {@code Access-Control-Allow-Headers}
 * @param exposed value of {@code Access-Control-Expose-Headers}, or null for none
 * @param maxAge seconds for which a browser need not ask again
 */
public record CorsPolicy(
    List<String> origins,
    boolean credentials,
    String methods,
    String headers,
    @Nullable String exposed,
    int maxAge) {
  private static final String ANY = "*";

  public CorsPolicy {
    origins = List.copyOf(origins);
  }

  /**
   * What a page of this origin is told in {@code Access-Control-Allow-Origin}, or null where it may
   * do nothing.
   *
   * @param origin as the request names it, or null where it names none
   */
  public @Nullable String told(@Nullable String origin) {
    if (origins.isEmpty()) {
      return ANY;
    }
    if (origin == null) {
      return null;
    }
    String lower = origin.toLowerCase(Locale.ROOT);
    for (int i = 0; i < origins.size(); i++) {
      if (isOne(origins.get(i), lower)) {
        return origin;
      }
    }
    return null;
  }

  private static boolean isOne(String written, String origin) {
    int any = written.indexOf(ANY);
    if (any < 0) {
      return written.equals(origin);
    }
    int end = origin.length() - (written.length() - any - 1);
    if (end <= any
        || !origin.startsWith(written.substring(0, any))
        || !origin.endsWith(written.substring(any + 1))) {
      return false;
    }
    for (int i = any; i < end; i++) {
      char c = origin.charAt(i);
      if (c != '-' && (c < '0' || c > '9') && (c < 'a' || c > 'z')) {
        return false;
      }
    }
    return true;
  }
}
