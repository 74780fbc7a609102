package dev.headwater.routes.match;

import java.util.Locale;

/** What an encoded slash in a path ({@code %2F}, {@code %2f}) is worth. */
public enum EncodedSlash {
  /** The path is refused: some servers read one element there, some read two. */
  REJECT,
  /**
   * It stays as it was written, separates nothing when a route is looked for, and is sent on
   * unchanged. Dot segments beside it are refused, since a server that decodes it would resolve
   * them.
   */
  KEEP;

  /** As the configuration spells it. */
  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }
}
