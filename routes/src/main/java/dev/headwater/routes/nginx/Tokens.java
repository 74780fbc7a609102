package dev.headwater.routes.nginx;

import org.jspecify.annotations.Nullable;

/** Names of header fields and cookies: tokens (RFC 9110 5.6.2). */
final class Tokens {
  private static final String MARKS = "!#$%&'*+-.^_`|~";
  private static final int LONGEST = 128;

  private Tokens() {}

  /** The token, perhaps empty, or null for what is none. */
  static @Nullable String read(String text) {
    String token = text.strip();
    boolean isToken =
        token.length() <= LONGEST
            && token
                .chars()
                .allMatch(
                    c ->
                        (c >= 'a' && c <= 'z')
                            || (c >= 'A' && c <= 'Z')
                            || (c >= '0' && c <= '9')
                            || MARKS.indexOf(c) >= 0);
    return isToken ? token : null;
  }
}
