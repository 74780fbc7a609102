package dev.headwater.routes.match;

import org.jspecify.annotations.Nullable;

/**
 * The one form of a request path that is used for matching and for forwarding, so that both sides
 * of the gateway always talk about the same resource.
 *
 * <p>Ask {@link #isNormal} first: nearly every path is, and then nothing is allocated. Otherwise
 * {@link #of} rewrites (RFC 3986 6.2.2) or refuses: escapes of unreserved characters are decoded,
 * other escapes get upper-case digits, characters that a path may not carry are escaped, slashes in
 * a row become one, dot segments written as such are resolved, an empty path is {@code /}. Path
 * parameters ({@code ;x=y}) stay as they are. A normal path is its own normal form.
 *
 * <p>Refused is what servers are known to read in two ways. The asterisk of {@code OPTIONS *} is
 * not a path and refused here; whoever reads the request line knows it.
 */
public sealed interface NormalPath {
  /** The path to match and forward. */
  record Normal(String path) implements NormalPath {}

  /** No path to serve. */
  record Refused(Refusal reason) implements NormalPath {}

  /** Whether a path, without its query, is in normal form already. Allocates nothing. */
  static boolean isNormal(String path, EncodedSlash slashes) {
    return PathNormalizer.isNormal(path, slashes);
  }

  /** The normal form of a path that has no encoded slash. */
  static NormalPath of(String path) {
    return of(path, EncodedSlash.REJECT);
  }

  /**
   * The normal form of a path, without its query, whose characters are bytes (0 to 255). A path
   * that is normal already comes back as the same instance.
   */
  static NormalPath of(String path, EncodedSlash slashes) {
    if (PathNormalizer.isNormal(path, slashes)) {
      return new Normal(path);
    }
    if (path.isEmpty()) {
      return new Normal("/");
    }
    PathNormalizer normalizer = new PathNormalizer(path, slashes);
    @Nullable Refusal reason = normalizer.run();
    return reason == null ? new Normal(normalizer.result()) : new Refused(reason);
  }

  /**
   * The normal form of a path that was put together of parts of a normal one. Slashes in a row
   * become one, and one is put in front where there is none. Everything else must be as a normal
   * path is: a dot segment or an escape that nobody wrote is refused, and not resolved.
   */
  static NormalPath assembled(String path, EncodedSlash slashes) {
    String merged = PathNormalizer.merged(path);
    if (PathNormalizer.isNormal(merged, slashes)) {
      return new Normal(merged);
    }
    return of(merged, slashes) instanceof Refused refused
        ? refused
        : new Refused(Refusal.ASSEMBLED);
  }

  /** Why a path is not served. */
  enum Refusal {
    /** It does not begin with a slash. */
    NOT_ABSOLUTE("path does not begin with a slash"),
    /** {@code %2F}: one element for some servers, two for others. */
    ENCODED_SLASH("encoded slash in path"),
    /** {@code %5C}: a separator for some servers. */
    ENCODED_BACKSLASH("encoded backslash in path"),
    /** {@code %00}: the end of the path for some servers. */
    ENCODED_NUL("encoded NUL in path"),
    /** An escape of an escape: harmless until something behind us decodes twice. */
    DOUBLE_ENCODING("double encoding in path"),
    /** An ASCII character in two bytes, which no valid UTF-8 contains. */
    OVERLONG_ENCODING("overlong encoding in path"),
    /** A percent sign without two hexadecimal digits. */
    INVALID_ESCAPE("invalid percent escape in path"),
    /** A backslash as it is. */
    BACKSLASH("backslash in path"),
    /** A control character, space, fragment or query mark, or something that is not a byte. */
    INVALID_CHARACTER("invalid character in path"),
    /**
     * A dot segment with a parameter or behind one, {@code ..;x} and {@code a;x/..}: some servers
     * cut the parameter, then climb, others the rest of the path.
     */
    DOT_SEGMENT_PARAMETER("dot segment beside a parameter in path"),
    /**
     * A dot segment whose dots are escaped, or which stands beside an encoded slash: whether it is
     * one depends on when a server decodes.
     */
    ENCODED_DOT_SEGMENT("encoded dot segment in path"),
    /** More {@code ..} than elements. */
    ABOVE_ROOT("path leads above the root"),
    /** Parts of a normal path that make a dot segment or an escape where they were put together. */
    ASSEMBLED("rewriting makes a dot segment or an escape of the path");

    private final String text;

    Refusal(String text) {
      this.text = text;
    }

    /** For logs and error bodies; holds nothing of the request. */
    public String text() {
      return text;
    }
  }
}
