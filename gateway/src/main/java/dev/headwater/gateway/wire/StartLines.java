package dev.headwater.gateway.wire;

import java.nio.charset.StandardCharsets;

/** Request and status lines (RFC 9112 3 and 4), read strictly: one space, known versions. */
public final class StartLines {
  private static final String[] METHODS = {
    "GET", "POST", "PUT", "HEAD", "DELETE", "PATCH", "OPTIONS", "CONNECT", "TRACE"
  };

  private StartLines() {}

  /**
   * A request line.
   *
   * @param end where the first field line begins
   */
  public record Request(String method, String target, boolean http11, int end) {}

  /**
   * A status line.
   *
   * @param end where the first field line begins
   */
  public record Status(int status, boolean http11, int end) {}

  /** Refuses a line that is no request of HTTP/1.0 or HTTP/1.1. */
  public static void checkRequest(String line) throws ProtocolError {
    int space = line.lastIndexOf(' ');
    String version = space < 0 ? "" : line.substring(space + 1);
    if (version.equals("HTTP/1.1") || version.equals("HTTP/1.0")) {
      return;
    }
    if (version.startsWith("HTTP/") && version.length() == 8) {
      throw new ProtocolError(505, "version", "this address speaks HTTP/1.1 and HTTP/1.0");
    }
    throw ProtocolError.malformed("request_line", "the request line has no HTTP version");
  }

  /** Reads the request line at the start of a head that was scanned. */
  public static Request request(byte[] data) throws ProtocolError {
    int to = lineEnd(data);
    int methodEnd = Syntax.tokenEnd(data, 0, to);
    if (methodEnd == 0 || data[methodEnd] != ' ') {
      throw ProtocolError.malformed("request_line", "the method is not a token");
    }
    int targetFrom = methodEnd + 1;
    int targetEnd = Syntax.targetEnd(data, targetFrom, to);
    if (targetEnd == targetFrom || data[targetEnd] != ' ' || to - targetEnd != 9) {
      throw ProtocolError.malformed("request_line", "the request line is not three parts");
    }
    String target =
        new String(data, targetFrom, targetEnd - targetFrom, StandardCharsets.ISO_8859_1);
    return new Request(method(data, methodEnd), target, data[to - 1] == '1', to + 2);
  }

  /** Reads the status line at the start of a head that was scanned. */
  public static Status status(byte[] data) throws ProtocolError {
    int to = lineEnd(data);
    boolean shaped =
        to >= 12
            && startsWith(data, "HTTP/1.")
            && (data[7] == '1' || data[7] == '0')
            && data[8] == ' '
            && (to == 12 || data[12] == ' ')
            && Syntax.value(data, 12, to);
    int status = 0;
    for (int i = 9; shaped && i < 12; i++) {
      int digit = data[i] - '0';
      shaped = digit >= 0 && digit <= 9;
      status = status * 10 + digit;
    }
    if (!shaped || status < 100 || status > 599) {
      throw ProtocolError.malformed("status_line", "the status line is malformed");
    }
    return new Status(status, data[7] == '1', to + 2);
  }

  private static int lineEnd(byte[] data) {
    int at = 0;
    while (data[at] != '\n') {
      at++;
    }
    return at - 1;
  }

  private static String method(byte[] data, int length) {
    for (String known : METHODS) {
      if (known.length() == length && startsWith(data, known)) {
        return known;
      }
    }
    return new String(data, 0, length, StandardCharsets.ISO_8859_1);
  }

  private static boolean startsWith(byte[] data, String text) {
    for (int i = 0; i < text.length(); i++) {
      if (data[i] != text.charAt(i)) {
        return false;
      }
    }
    return true;
  }
}
