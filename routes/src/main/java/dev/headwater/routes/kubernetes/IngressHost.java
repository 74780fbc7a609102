package dev.headwater.routes.kubernetes;

import dev.headwater.routes.match.HostName;
import org.jspecify.annotations.Nullable;

/** Hosts of Ingress rules. */
final class IngressHost {
  /** The host of a rule without one. */
  static final String ANY = "";

  static final String EXPECTED = "a DNS name without port, or *. and one";
  private static final String WILDCARD = "*.";

  private IngressHost() {}

  /** The normal form, {@link #ANY} for an absent host, or null for what is none. */
  static @Nullable String read(@Nullable String written) {
    if (written == null || written.isEmpty()) {
      return ANY;
    }
    String prefix = written.startsWith(WILDCARD) ? WILDCARD : "";
    String name = written.substring(prefix.length());
    return HostName.of(name) instanceof HostName.Name host
            && !host.host().isEmpty()
            && name.indexOf(':') < 0
        ? prefix + host.host()
        : null;
  }

  static boolean isWildcard(String host) {
    return host.startsWith(WILDCARD);
  }

  /** The wildcard that covers a name, or null for a wildcard and a name of one label. */
  static @Nullable String wildcardOver(String host) {
    int dot = host.indexOf('.');
    return dot < 0 || isWildcard(host) ? null : "*" + host.substring(dot);
  }
}
