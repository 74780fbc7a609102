package dev.headwater.routes.nginx;

import dev.headwater.routes.CorsPolicy;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Annotations about pages of other origins. */
final class CorsReading {
  static final String METHODS = "GET, PUT, POST, DELETE, PATCH, OPTIONS";
  static final String HEADERS =
      "DNT,Keep-Alive,User-Agent,X-Requested-With,If-Modified-Since,Cache-Control,Content-Type,"
          + "Range,Authorization";

  private static final String ORIGIN = "https?://(\\*\\.)?[a-z0-9._-]+(:[0-9]{1,5})?";
  private static final String TOKENS =
      "[A-Za-z0-9!#%&'*+.^_`|~-]+(\\s*,\\s*[A-Za-z0-9!#%&'*+.^_`|~-]+)*";
  private static final int LONGEST = 2048;

  private CorsReading() {}

  /** The policy, or null where it is off. */
  static @Nullable CorsPolicy of(KeyReader keys) {
    boolean on = keys.bool("enable-cors");
    CorsPolicy policy =
        new CorsPolicy(
            keys.read(
                "cors-allow-origin",
                "* or origins such as https://*.example.com, separated by commas",
                CorsReading::origins,
                List.of()),
            keys.bool("cors-allow-credentials"),
            tokens(keys, "cors-allow-methods"),
            tokens(keys, "cors-allow-headers"),
            keys.isSaid("cors-expose-headers") ? tokens(keys, "cors-expose-headers") : null,
            keys.whole("cors-max-age", 0, Integer.MAX_VALUE));
    // A list of origins that nobody can read must not become everybody.
    return on && !keys.isRefused("cors-allow-origin") ? policy : null;
  }

  private static @Nullable List<String> origins(String text) {
    List<String> origins = KeyReader.list(text.toLowerCase(Locale.ROOT));
    if (origins.isEmpty() || origins.contains("*")) {
      return List.of();
    }
    return origins.stream().allMatch(each -> each.length() < 300 && each.matches(ORIGIN))
        ? origins
        : null;
  }

  private static String tokens(KeyReader keys, String name) {
    return keys.read(
        name,
        "names separated by commas, up to " + LONGEST + " characters",
        text -> text.length() <= LONGEST && text.strip().matches(TOKENS) ? text.strip() : null,
        keys.usual(name));
  }
}
