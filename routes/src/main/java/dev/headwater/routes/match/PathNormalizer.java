package dev.headwater.routes.match;

import dev.headwater.routes.match.NormalPath.Refusal;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * One pass over a path that writes its normal form, element by element. What is written always ends
 * at the start of the element at hand, so that {@code ..} only has to cut.
 */
final class PathNormalizer {
  private static final byte REFUSE = 0;
  private static final byte ESCAPE = 1;
  private static final byte LITERAL = 2;
  private static final byte UNRESERVED = 3;
  private static final byte[] KINDS = kinds();

  private final String path;
  private final EncodedSlash slashes;
  private final StringBuilder out;
  private int element = 1;
  private boolean dotDecoded;

  PathNormalizer(String path, EncodedSlash slashes) {
    this.path = path;
    this.slashes = slashes;
    this.out = new StringBuilder(path.length() + 16);
  }

  /** What each ASCII character is inside a path element (RFC 3986 3.3). */
  private static byte[] kinds() {
    byte[] kinds = new byte[128];
    Arrays.fill(kinds, 0x21, 0x7f, ESCAPE);
    for (char c : "#?\\%/".toCharArray()) {
      kinds[c] = REFUSE;
    }
    for (char c : "!$&'()*+,;=:@".toCharArray()) {
      kinds[c] = LITERAL;
    }
    for (char c : "-._~".toCharArray()) {
      kinds[c] = UNRESERVED;
    }
    Arrays.fill(kinds, '0', '9' + 1, UNRESERVED);
    Arrays.fill(kinds, 'A', 'Z' + 1, UNRESERVED);
    Arrays.fill(kinds, 'a', 'z' + 1, UNRESERVED);
    return kinds;
  }

  private static byte kind(int c) {
    return c < 128 ? KINDS[c] : c < 256 ? ESCAPE : REFUSE;
  }

  static boolean isNormal(String path, EncodedSlash slashes) {
    int end = path.length();
    if (end == 0 || path.charAt(0) != '/') {
      return false;
    }
    for (int i = 1; i < end; i++) {
      char c = path.charAt(i);
      if (kind(c) >= LITERAL) {
        if (c == '.' && path.charAt(i - 1) == '/' && isDots(path, i)) {
          return false;
        }
      } else if (c == '/') {
        if (path.charAt(i - 1) == '/') {
          return false;
        }
      } else if (c == '%' && isNormalEscape(path, i, slashes)) {
        i += 2;
      } else {
        return false;
      }
    }
    return true;
  }

  /** With a slash at the beginning, and one where there are several in a row. */
  static String merged(String path) {
    StringBuilder merged = new StringBuilder(path.length() + 1).append('/');
    for (int i = 0; i < path.length(); i++) {
      char c = path.charAt(i);
      if (c != '/' || merged.charAt(merged.length() - 1) != '/') {
        merged.append(c);
      }
    }
    return merged.toString();
  }

  private static boolean isNormalEscape(String path, int i, EncodedSlash slashes) {
    if (refusalOfEscape(path, i, slashes) != null) {
      return false;
    }
    int value = Escape.valueAt(path, i, path.length());
    return value == '/'
        ? !isDots(path, i + 3)
        : Escape.isUpperCaseAt(path, i) && kind(value) != UNRESERVED;
  }

  /**
   * Whether {@code .} or {@code ..} stands at {@code from}, up to the end of the element or to what
   * some server takes for it: a parameter, or an escape of a slash or semicolon.
   */
  private static boolean isDots(CharSequence text, int from) {
    int i = from;
    while (i < text.length() && i - from < 2 && text.charAt(i) == '.') {
      i++;
    }
    return i > from
        && (i == text.length()
            || text.charAt(i) == '/'
            || text.charAt(i) == ';'
            || isEscapeOf("2F", text, i)
            || isEscapeOf("3B", text, i));
  }

  private static boolean isEscapeOf(String upperHex, CharSequence text, int i) {
    return i + 2 < text.length()
        && text.charAt(i) == '%'
        && text.charAt(i + 1) == upperHex.charAt(0)
        && (text.charAt(i + 2) & ~0x20) == upperHex.charAt(1);
  }

  @Nullable Refusal run() {
    if (path.charAt(0) != '/') {
      return Refusal.NOT_ABSOLUTE;
    }
    Refusal refusal = rewrite();
    return refusal == null ? refusalOfResult(out.toString()) : refusal;
  }

  private @Nullable Refusal rewrite() {
    out.append('/');
    for (int i = 1; i < path.length(); i++) {
      char c = path.charAt(i);
      Refusal refusal = c == '/' ? close(true) : c == '%' ? escape(i) : plain(c);
      if (refusal != null) {
        return refusal;
      }
      i += c == '%' ? 2 : 0;
    }
    return close(false);
  }

  /** What was decoded or escaped may have become the rest of an escape. */
  private @Nullable Refusal refusalOfResult(String result) {
    Refusal refusal = null;
    for (int i = result.indexOf('%'); i >= 0 && refusal == null; i = result.indexOf('%', i + 1)) {
      refusal = refusalOfEscape(result, i, slashes);
      if (refusal == null && isEscapeOf("2F", result, i) && isDots(result, i + 3)) {
        refusal = Refusal.ENCODED_DOT_SEGMENT;
      }
    }
    return refusal;
  }

  String result() {
    return out.toString();
  }

  private @Nullable Refusal plain(char c) {
    byte kind = kind(c);
    if (kind == REFUSE) {
      return c == '\\' ? Refusal.BACKSLASH : Refusal.INVALID_CHARACTER;
    }
    if (kind == ESCAPE) {
      Escape.append(out, c);
    } else {
      out.append(c);
    }
    return null;
  }

  private @Nullable Refusal escape(int i) {
    Refusal refusal = refusalOfEscape(path, i, slashes);
    if (refusal != null) {
      return refusal;
    }
    int value = Escape.valueAt(path, i, path.length());
    if (kind(value) == UNRESERVED) {
      dotDecoded |= value == '.';
      out.append((char) value);
    } else if (value == '/') {
      out.append(path, i, i + 3);
    } else {
      Escape.append(out, value);
    }
    return null;
  }

  private @Nullable Refusal close(boolean slash) {
    if (isDots(out, element)) {
      Refusal refusal = resolve();
      if (refusal != null) {
        return refusal;
      }
    } else if (slash && out.length() > element) {
      out.append('/');
    }
    element = out.length();
    dotDecoded = false;
    return null;
  }

  /** Cuts what the dot segment at hand stands for. */
  private @Nullable Refusal resolve() {
    int dots = out.length() - element;
    if (dots > 2 || out.charAt(out.length() - 1) != '.') {
      return out.indexOf("%", element) < 0
          ? Refusal.DOT_SEGMENT_PARAMETER
          : Refusal.ENCODED_DOT_SEGMENT;
    }
    if (dotDecoded) {
      return Refusal.ENCODED_DOT_SEGMENT;
    }
    if (dots == 1) {
      out.setLength(element);
      return null;
    }
    if (element == 1) {
      return Refusal.ABOVE_ROOT;
    }
    int cut = out.lastIndexOf("/", element - 2) + 1;
    if (out.indexOf(";", cut) >= 0) {
      return Refusal.DOT_SEGMENT_PARAMETER;
    }
    for (int i = cut; i < element; i++) {
      if (isEscapeOf("2F", out, i)) {
        return Refusal.ENCODED_DOT_SEGMENT;
      }
    }
    out.setLength(cut);
    return null;
  }

  private static @Nullable Refusal refusalOfEscape(String path, int i, EncodedSlash slashes) {
    int value = Escape.valueAt(path, i, path.length());
    return switch (value) {
      case -1 -> Refusal.INVALID_ESCAPE;
      case 0x00 -> Refusal.ENCODED_NUL;
      case '/' -> slashes == EncodedSlash.KEEP ? null : Refusal.ENCODED_SLASH;
      case '\\' -> Refusal.ENCODED_BACKSLASH;
      case '%' -> isEscapedAgain(path, i) ? Refusal.DOUBLE_ENCODING : null;
      case 0xC0, 0xC1 -> isContinued(path, i + 3) ? Refusal.OVERLONG_ENCODING : null;
      default -> null;
    };
  }

  /** Whether an escape of a UTF-8 continuation byte stands at {@code i}. */
  private static boolean isContinued(String path, int i) {
    int value =
        i < path.length() && path.charAt(i) == '%' ? Escape.valueAt(path, i, path.length()) : -1;
    return value >= 0x80 && value <= 0xBF;
  }

  /**
   * Whether a percent sign written as {@code %25} would, decoded once or more, begin an escape of
   * what structures a path or of a character that names are made of. Other text behind it ({@code
   * 100%25ab}) means itself.
   */
  private static boolean isEscapedAgain(String path, int i) {
    int at = i + 2;
    int value = Escape.valueAt(path, at, path.length());
    while (value == '%') {
      at += 2;
      value = Escape.valueAt(path, at, path.length());
    }
    return value == '/'
        || value == '\\'
        || value == ';'
        || value == 0
        || (value > 0 && kind(value) == UNRESERVED);
  }
}
