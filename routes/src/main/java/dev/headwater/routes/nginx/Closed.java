package dev.headwater.routes.nginx;

import dev.headwater.routes.DirectResponse;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What becomes of requests behind a guard that this version does not have, or cannot read: nobody
 * is let in, since an operator who wrote the guard meant to keep strangers out.
 */
final class Closed {
  private static final DirectResponse ANSWER =
      new DirectResponse(
          503,
          Map.of("content-type", "text/plain; charset=utf-8"),
          "Access to this place is guarded by a rule that the gateway does not have.\n");
  private static final Set<String> OPEN_CERTIFICATES = Set.of("off", "optional", "optional_no_ca");

  private Closed() {}

  /** The answer where a ConfigMap guards everything, or null. */
  static @Nullable DirectResponse ofConfigMap(KeyReader keys) {
    return isGuarded(keys, "global-auth-url") || isUnreadable(keys) ? ANSWER : null;
  }

  /** The answer where an Ingress guards itself, or null. */
  static @Nullable DirectResponse ofIngress(KeyReader keys) {
    boolean guarded = isGuarded(keys, "auth-type", "auth-url") || isUnreadable(keys);
    boolean certificates =
        isGuarded(keys, "auth-tls-secret")
            && !OPEN_CERTIFICATES.contains(keys.text("auth-tls-verify-client").strip());
    return guarded || certificates ? ANSWER : null;
  }

  /** As there: a list that nobody can read lets nobody in. */
  private static boolean isUnreadable(KeyReader keys) {
    return keys.isRefused("whitelist-source-range")
        || keys.isRefused("allowlist-source-range")
        || keys.isRefused("denylist-source-range");
  }

  private static boolean isGuarded(KeyReader keys, String... names) {
    for (String name : names) {
      if (keys.isSaid(name)) {
        return true;
      }
    }
    return false;
  }
}
