package dev.headwater.routes.nginx;

import dev.headwater.routes.StickyPolicy;
import dev.headwater.routes.StickyPolicy.Mode;
import dev.headwater.routes.match.HostName;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** The annotations about cookies that keep a client at one endpoint. */
final class StickyReading {
  private static final String AFFINITY = "affinity";
  private static final int LONGEST = 1024;

  private StickyReading() {}

  /**
   * The policy, or null for none; its path is empty where nobody wrote one.
   *
   * @param oneAddress whether requests go to an address that stands for all endpoints
   */
  static @Nullable StickyPolicy of(KeyReader keys, boolean oneAddress) {
    boolean sticks = keys.read(AFFINITY, "cookie", StickyReading::isCookie, false);
    StickyPolicy policy =
        new StickyPolicy(
            keys.read("session-cookie-name", "a token (RFC 9110 5.6.2)", Tokens::read, ""),
            keys.choice("affinity-mode", "balanced", "persistent").equals("balanced")
                ? Mode.BALANCED
                : Mode.PERSISTENT,
            keys.bool("session-cookie-change-on-failure"),
            keys.read("session-cookie-path", "a path without ;", StickyReading::path, ""),
            attributes(keys),
            keys.whole("session-cookie-expires", 0, Integer.MAX_VALUE, 0),
            keys.bool("session-cookie-secure"));
    if (sticks && oneAddress) {
      keys.refuse(
          AFFINITY, "none beside service-upstream: behind one address nobody can be told apart");
    }
    return sticks && !oneAddress ? named(policy, keys) : null;
  }

  private static @Nullable Boolean isCookie(String text) {
    return text.isBlank() ? Boolean.FALSE : text.strip().equals("cookie") ? Boolean.TRUE : null;
  }

  private static StickyPolicy named(StickyPolicy read, KeyReader keys) {
    return new StickyPolicy(
        read.name().isEmpty() ? keys.usual("session-cookie-name") : read.name(),
        read.mode(),
        read.changes(),
        read.path(),
        read.attributes(),
        read.expires(),
        read.secure());
  }

  private static @Nullable String path(String text) {
    String path = text.strip();
    return path.length() <= LONGEST
            && (path.isEmpty() || path.startsWith("/"))
            && path.chars().allMatch(c -> c > ' ' && c < 0x7f && c != ';')
        ? path
        : null;
  }

  private static String attributes(KeyReader keys) {
    String domain =
        keys.read(
            "session-cookie-domain", "a name such as shop.example", StickyReading::domain, "");
    int maxAge = keys.whole("session-cookie-max-age", 0, Integer.MAX_VALUE, 0);
    String sameSite =
        keys.read("session-cookie-samesite", "None, Lax or Strict", StickyReading::sameSite, "");
    return (domain.isEmpty() ? "" : "; Domain=" + domain)
        + (maxAge == 0 ? "" : "; Max-Age=" + maxAge)
        + (sameSite.isEmpty() ? "" : "; SameSite=" + sameSite);
  }

  private static @Nullable String domain(String text) {
    String domain = text.strip();
    String name = domain.startsWith(".") ? domain.substring(1) : domain;
    return domain.isEmpty()
            || (HostName.of(name) instanceof HostName.Name read
                && !read.host().isEmpty()
                && read.port() < 0
                && name.indexOf(':') < 0)
        ? domain
        : null;
  }

  private static @Nullable String sameSite(String text) {
    return switch (text.strip().toLowerCase(Locale.ROOT)) {
      case "" -> "";
      case "none" -> "None";
      case "lax" -> "Lax";
      case "strict" -> "Strict";
      default -> null;
    };
  }
}
