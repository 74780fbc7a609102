package dev.headwater.gateway.metrics;

/**
 * Method and code class as one small index, so that a series is found without a map.
 *
 * <p>Methods are those of RFC 9110 and PATCH (RFC 5789); any other is {@code _OTHER}. Code classes
 * are {@code 1xx} to {@code 5xx}, and {@code none} where there was no answer.
 */
final class RequestClass {
  static final int CODE_CLASSES = 6;

  private static final String[] METHODS = {
    "GET", "HEAD", "POST", "PUT", "DELETE", "CONNECT", "OPTIONS", "TRACE", "PATCH", "_OTHER"
  };
  private static final String[] CODES = {"none", "1xx", "2xx", "3xx", "4xx", "5xx"};

  private RequestClass() {}

  static int count() {
    return METHODS.length * CODE_CLASSES;
  }

  static int indexOf(String method, int status) {
    return methodIndex(method) * CODE_CLASSES + codeIndex(status);
  }

  static int codeIndex(int status) {
    int index = status / 100;
    return index >= 1 && index <= 5 ? index : 0;
  }

  private static int methodIndex(String method) {
    return switch (method) {
      case "GET" -> 0;
      case "HEAD" -> 1;
      case "POST" -> 2;
      case "PUT" -> 3;
      case "DELETE" -> 4;
      case "CONNECT" -> 5;
      case "OPTIONS" -> 6;
      case "TRACE" -> 7;
      case "PATCH" -> 8;
      default -> 9;
    };
  }

  static String method(int index) {
    return METHODS[index / CODE_CLASSES];
  }

  static String code(int index) {
    return CODES[index % CODE_CLASSES];
  }

  /** Whether the service did its part: an answer below 500. */
  static boolean success(int index) {
    int code = index % CODE_CLASSES;
    return code >= 1 && code <= 4;
  }
}
