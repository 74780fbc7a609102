package dev.headwater.routes.schema;

import dev.headwater.routes.document.Origin;

/**
 * A value laid over what a file says.
 *
 * @param path the key as messages write it: {@code tracing.sampling.rate}, {@code
 *     upstreams[0].endpoints[1]}
 * @param value a scalar as it is; lists and objects as YAML, a list of scalars also with commas
 * @param origin who says so
 */
public record Setting(String path, String value, Origin origin) {
  /** A setting by a command-line option, given with its dashes. */
  public static Setting byFlag(String flag, String path, String value) {
    return new Setting(path, value, new Origin.Flag(flag));
  }
}
