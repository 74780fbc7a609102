package dev.headwater.routes.nginx;

/**
 * How paths of an Ingress are matched, and what its backends get of them.
 *
 * @param target the path that backends get, with {@code $1} to {@code $9} for groups; empty for the
 *     client's own
 * @param regex whether it asks for its paths to be regular expressions
 * @param unreadable whether a target is written that cannot be used; then its paths are not served,
 *     since backends would get paths that were never meant for them
 */
public record RewriteTerms(String target, boolean regex, boolean unreadable) {
  /** The client's own path, matched by elements. */
  public static final RewriteTerms NONE = new RewriteTerms("", false, false);

  /**
   * Whether requests of a path go on under another. As there, a target that is the path itself
   * rewrites nothing.
   */
  public boolean rewrites(String path) {
    return !target.isEmpty() && !target.equals(path);
  }

  /** Whether a path makes all paths of its host regular expressions. */
  public boolean asksForRegex(String path) {
    return regex || rewrites(path);
  }
}
