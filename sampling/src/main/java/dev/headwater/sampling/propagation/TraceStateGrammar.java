package dev.headwater.sampling.propagation;

import org.jspecify.annotations.Nullable;

/**
 * What of a {@code tracestate} may be passed on: the list grammar of W3C Trace Context, section
 * 3.3.1.
 *
 * <p>At most 32 members of {@code key=value}, separated by commas with optional blanks; a key
 * begins with a lower-case letter or a digit, goes on with these and {@code _-*}{@code /@}, and has
 * up to 256 characters; a value has up to 256 printable characters without comma and equals sign. A
 * list that breaks this is dropped as a whole. Keys are those of level 2, which allows what level 1
 * does and an {@code @} anywhere behind the first character. Repeated keys pass: the recommendation
 * leaves them to whoever reads.
 *
 * <p>Up to {@link #LIMIT} characters pass verbatim. A longer list is cut to that, whole members
 * only: first those of more than 128 characters, then the others, each from the end (section
 * 3.3.1.5). One pass over the value; only a list that is cut allocates, some 1.5 KB at most
 * whatever its length.
 */
final class TraceStateGrammar {
  /** Characters passed on at most, all members and their commas together. */
  static final int LIMIT = 512;

  private static final int MEMBERS = 32;
  private static final int KEY = 256;
  private static final int VALUE = 256;

  private TraceStateGrammar() {}

  /** {@code list} itself, what is left of a longer one, or null when nothing may be passed on. */
  static @Nullable String passable(String list) {
    TraceStateCut cut = list.length() <= LIMIT ? null : new TraceStateCut(list, MEMBERS);
    int members = 0;
    int from = 0;
    while (from <= list.length()) {
      int comma = list.indexOf(',', from);
      int end = comma < 0 ? list.length() : comma;
      int first = skipBlanks(list, from, end);
      int last = trimBlanks(list, first, end);
      // An empty member is legal and counts for nothing.
      if (first < last) {
        if (++members > MEMBERS || !isMember(list, first, last)) {
          return null;
        }
        if (cut != null) {
          cut.member(first, last);
        }
      }
      from = end + 1;
    }
    return members == 0 ? null : cut == null ? list : cut.within(LIMIT);
  }

  private static int skipBlanks(String list, int from, int end) {
    int at = from;
    while (at < end && isBlank(list.charAt(at))) {
      at++;
    }
    return at;
  }

  private static int trimBlanks(String list, int from, int end) {
    int at = end;
    while (at > from && isBlank(list.charAt(at - 1))) {
      at--;
    }
    return at;
  }

  private static boolean isBlank(char c) {
    return c == ' ' || c == '\t';
  }

  private static boolean isMember(String list, int from, int end) {
    int equals = list.indexOf('=', from);
    return equals > from
        && equals < end
        && isKey(list, from, equals)
        && isValue(list, equals + 1, end);
  }

  private static boolean isKey(String list, int from, int end) {
    if (end - from > KEY) {
      return false;
    }
    for (int i = from; i < end; i++) {
      char c = list.charAt(i);
      boolean anywhere = isLetter(c) || isDigit(c);
      boolean inside = i > from && (c == '_' || c == '-' || c == '*' || c == '/' || c == '@');
      if (!anywhere && !inside) {
        return false;
      }
    }
    return true;
  }

  private static boolean isLetter(char c) {
    return c >= 'a' && c <= 'z';
  }

  private static boolean isDigit(char c) {
    return c >= '0' && c <= '9';
  }

  private static boolean isValue(String list, int from, int end) {
    if (from == end || end - from > VALUE) {
      return false;
    }
    for (int i = from; i < end; i++) {
      char c = list.charAt(i);
      if (c < ' ' || c > '~' || c == '=') {
        return false;
      }
    }
    return true;
  }
}
