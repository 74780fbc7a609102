package dev.headwater.sampling.propagation;

/**
 * Whether a {@code tracestate} value may be passed on: the list grammar of W3C Trace Context level
 * 1, section 3.3.1.
 *
 * <p>At most 32 members of {@code key=value}, separated by commas with optional blanks; a key is up
 * to 256 characters, or up to 241, {@code @} and up to 14; a value is up to 256 printable
 * characters without comma and equals sign. A value of more than {@link #LONGEST} characters is
 * refused before it is looked at (the recommendation asks for at least 512). Repeated keys pass:
 * the recommendation leaves them to whoever reads. One pass, no allocation.
 */
final class TraceStateGrammar {
  /** Characters passed on at most, all members together. */
  static final int LONGEST = 2048;

  private static final int MEMBERS = 32;
  private static final int SIMPLE_KEY = 256;
  private static final int TENANT = 241;
  private static final int SYSTEM = 14;
  private static final int VALUE = 256;

  private TraceStateGrammar() {}

  /** Whether {@code list} is a list with at least one member that keeps every limit. */
  static boolean accepts(String list) {
    if (list.length() > LONGEST) {
      return false;
    }
    int members = 0;
    int from = 0;
    while (from <= list.length()) {
      int comma = list.indexOf(',', from);
      int end = comma < 0 ? list.length() : comma;
      int first = skipBlanks(list, from, end);
      int last = trimBlanks(list, first, end);
      // An empty member is legal and counts for nothing.
      if (first < last && (++members > MEMBERS || !isMember(list, first, last))) {
        return false;
      }
      from = end + 1;
    }
    return members > 0;
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
    int at = list.indexOf('@', from);
    if (at < 0 || at >= end) {
      return end - from <= SIMPLE_KEY
          && isLetter(list.charAt(from))
          && areKeyCharacters(list, from + 1, end);
    }
    return at > from
        && at - from <= TENANT
        && end - at - 1 <= SYSTEM
        && at + 1 < end
        && isLetter(list.charAt(at + 1))
        && (isLetter(list.charAt(from)) || isDigit(list.charAt(from)))
        && areKeyCharacters(list, from + 1, at)
        && areKeyCharacters(list, at + 2, end);
  }

  private static boolean areKeyCharacters(String list, int from, int end) {
    for (int i = from; i < end; i++) {
      char c = list.charAt(i);
      if (!isLetter(c) && !isDigit(c) && c != '_' && c != '-' && c != '*' && c != '/') {
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
