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
  private final StringBuilder out;
  private int element = 1;

  PathNormalizer(String path) {
    this.path = path;
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

  static boolean isNormal(String path) {
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
      } else if (c == '%' && isNormalEscape(path, i)) {
        i += 2;
      } else {
        return false;
      }
    }
    return true;
  }

  private static boolean isNormalEscape(String path, int i) {
    return refusalOfEscape(path, i) == null
        && Escape.isUpperCaseAt(path, i)
        && kind(Escape.valueAt(path, i, path.length())) != UNRESERVED;
  }

  /** Whether the element at {@code from} is {@code .} or {@code ..}, with a parameter or not. */
  private static boolean isDots(CharSequence text, int from) {
    int i = from;
    while (i < text.length() && i - from < 2 && text.charAt(i) == '.') {
      i++;
    }
    return i > from && (i == text.length() || text.charAt(i) == '/' || text.charAt(i) == ';');
  }

  @Nullable Refusal run() {
    if (path.charAt(0) != '/') {
      return Refusal.NOT_ABSOLUTE;
    }
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
    Refusal refusal = refusalOfEscape(path, i);
    if (refusal != null) {
      return refusal;
    }
    int value = Escape.valueAt(path, i, path.length());
    if (kind(value) == UNRESERVED) {
      out.append((char) value);
    } else {
      Escape.append(out, value);
    }
    return null;
  }

  private @Nullable Refusal close(boolean slash) {
    if (isDots(out, element)) {
      int dots = out.length() - element;
      if (dots > 2 || out.charAt(out.length() - 1) != '.') {
        return Refusal.DOT_SEGMENT_PARAMETER;
      }
      if (dots == 2 && element == 1) {
        return Refusal.ABOVE_ROOT;
      }
      out.setLength(dots == 1 ? element : out.lastIndexOf("/", element - 2) + 1);
    } else if (slash && out.length() > element) {
      out.append('/');
    }
    element = out.length();
    return null;
  }

  private static @Nullable Refusal refusalOfEscape(String path, int i) {
    int value = Escape.valueAt(path, i, path.length());
    return switch (value) {
      case -1 -> Refusal.INVALID_ESCAPE;
      case 0x00 -> Refusal.ENCODED_NUL;
      case '/' -> Refusal.ENCODED_SLASH;
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
   * Whether a percent sign written as {@code %25} would, decoded once or more, begin an escape of a
   * slash, backslash, dot or NUL. Other text behind it ({@code 100%25ab}) means itself.
   */
  private static boolean isEscapedAgain(String path, int i) {
    int at = i + 2;
    int value = Escape.valueAt(path, at, path.length());
    while (value == '%') {
      at += 2;
      value = Escape.valueAt(path, at, path.length());
    }
    return value == '/' || value == '\\' || value == '.' || value == 0;
  }
}
