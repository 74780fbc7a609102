package dev.headwater.routes.nginx;

import dev.headwater.routes.DirectResponse;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Annotations that send every request of an Ingress elsewhere. */
final class Redirects {
  /** Longest target; nginx has no limit of its own. */
  private static final int LONGEST = 2048;

  private Redirects() {}

  /** The answer of the annotations, of which the temporal one goes first, or null. */
  static @Nullable DirectResponse of(KeyReader keys) {
    DirectResponse permanent = of(keys, "permanent-redirect", "permanent-redirect-code");
    DirectResponse temporal = of(keys, "temporal-redirect", "temporal-redirect-code");
    if (permanent != null && temporal != null) {
      keys.tell("permanent-redirect", Verdict.INERT, "temporal-redirect goes first");
    }
    return temporal == null ? permanent : temporal;
  }

  private static @Nullable DirectResponse of(KeyReader keys, String target, String code) {
    int status = keys.whole(code, 300, 308);
    String location =
        keys.read(
            target,
            "an http or https URL without variables, up to " + LONGEST + " characters",
            text -> text.isBlank() || isUrl(text.strip()) ? text.strip() : null,
            "");
    return location.isEmpty() ? null : new DirectResponse(status, Map.of("location", location), "");
  }

  private static boolean isUrl(String text) {
    return text.length() <= LONGEST && text.matches("https?://[!#-~&&[^$<>\\\\^`{|}]]+");
  }
}
