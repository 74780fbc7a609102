package dev.headwater.routes.nginx;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What an Ingress says of its hosts as a whole.
 *
 * @param appRoot where the root of each host leads, a path with a query or without; or null for
 *     nowhere
 * @param www whether the name with {@code www.}, or without, leads to the host
 * @param aliases other names for each host: names, or {@code *.} and one
 */
public record HostTerms(@Nullable String appRoot, boolean www, List<String> aliases) {
  /** Nothing. */
  static final HostTerms NONE = new HostTerms(null, false, List.of());

  public HostTerms {
    aliases = List.copyOf(aliases);
  }
}
