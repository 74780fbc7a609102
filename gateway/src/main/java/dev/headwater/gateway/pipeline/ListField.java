package dev.headwater.gateway.pipeline;

/** Comma-separated field values (RFC 9110 5.6.1) whose members are tokens. */
public final class ListField {
  /** Sees each member. */
  public interface Visitor {
    /** One member, without white space around it. */
    void member(String token);
  }

  private ListField() {}

  /** Whether a member is that token, in any case. */
  public static boolean contains(String value, String token) {
    int at = 0;
    while (at <= value.length()) {
      int end = end(value, at);
      int from = skipSpace(value, at, end);
      int to = trimSpace(value, from, end);
      if (to - from == token.length()
          && value.regionMatches(true, from, token, 0, token.length())) {
        return true;
      }
      at = end + 1;
    }
    return false;
  }

  /** Shows each member that is not empty. */
  public static void each(String value, Visitor visitor) {
    int at = 0;
    while (at <= value.length()) {
      int end = end(value, at);
      int from = skipSpace(value, at, end);
      int to = trimSpace(value, from, end);
      if (to > from) {
        visitor.member(value.substring(from, to));
      }
      at = end + 1;
    }
  }

  private static int end(String value, int from) {
    int comma = value.indexOf(',', from);
    return comma < 0 ? value.length() : comma;
  }

  private static int skipSpace(String value, int from, int to) {
    int at = from;
    while (at < to && (value.charAt(at) == ' ' || value.charAt(at) == '\t')) {
      at++;
    }
    return at;
  }

  private static int trimSpace(String value, int from, int to) {
    int at = to;
    while (at > from && (value.charAt(at - 1) == ' ' || value.charAt(at - 1) == '\t')) {
      at--;
    }
    return at;
  }
}
