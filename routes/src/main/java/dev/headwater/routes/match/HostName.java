package dev.headwater.routes.match;

import dev.headwater.sampling.network.IpLiteral;

/**
 * The one form of a host: lower case, without port and closing dot; an IPv6 address in brackets and
 * in the spelling of RFC 5952. Used for what requests name ({@code Host}, {@code :authority}) and
 * for what routes are written for, so that both meet.
 *
 * <p>Only names that DNS and URLs agree on pass: letters, digits, {@code -}, {@code _} and dots,
 * labels of 1 to 63, 253 in all (RFC 1035 2.3.4, RFC 3986 3.2.2). An empty host is normal: it names
 * nobody and meets only routes for any host. A host that is normal and has no port comes back as
 * the same instance.
 */
public sealed interface HostName {
  /** Most characters of a name. */
  int MAX_LENGTH = 253;

  /**
   * A host that can be looked up.
   *
   * @param host normal form; empty when none was named
   * @param port 0 to 65535, or -1 when none was given
   */
  record Name(String host, int port) implements HostName {}

  /** Not a host and port. */
  record Refused(Refusal reason) implements HostName {}

  /** The normal form of {@code host}, {@code host:port} or {@code [v6]:port}. */
  static HostName of(String authority) {
    if (!authority.isEmpty() && authority.charAt(0) == '[') {
      return bracketed(authority);
    }
    int colon = authority.indexOf(':');
    int port = colon < 0 ? -1 : port(authority, colon + 1);
    if (port < -1) {
      return new Refused(Refusal.INVALID_PORT);
    }
    int end = colon < 0 ? authority.length() : colon;
    if (end == 0) {
      return colon < 0 ? new Name("", -1) : new Refused(Refusal.INVALID_NAME);
    }
    if (authority.charAt(end - 1) == '.') {
      end--;
    }
    if (end > MAX_LENGTH) {
      return new Refused(Refusal.TOO_LONG);
    }
    int upperCase = scan(authority, end);
    if (upperCase < 0) {
      return new Refused(Refusal.INVALID_NAME);
    }
    String host = authority.substring(0, end);
    return new Name(upperCase == 0 ? host : lowerCase(host), port);
  }

  private static HostName bracketed(String authority) {
    int close = authority.indexOf(']');
    byte[] address = close < 0 ? null : IpLiteral.parse(authority.substring(1, close));
    if (address == null || address.length != 16) {
      return new Refused(Refusal.INVALID_NAME);
    }
    String host = "[" + IpLiteral.format(address) + "]";
    if (close == authority.length() - 1) {
      return new Name(authority.equals(host) ? authority : host, -1);
    }
    int port = authority.charAt(close + 1) == ':' ? port(authority, close + 2) : -2;
    return port < -1 ? new Refused(Refusal.INVALID_PORT) : new Name(host, port);
  }

  /** -1 for no digits, which RFC 3986 3.2.3 allows; -2 when it is no port. */
  private static int port(String text, int from) {
    if (text.length() - from > 5) {
      return -2;
    }
    int port = from == text.length() ? -1 : 0;
    for (int i = from; i < text.length(); i++) {
      int digit = text.charAt(i) - '0';
      if (digit < 0 || digit > 9) {
        return -2;
      }
      port = port * 10 + digit;
    }
    return port <= 65535 ? port : -2;
  }

  /** The number of upper-case letters in a well-formed name, or -1. */
  private static int scan(String text, int end) {
    int upperCase = 0;
    int label = 0;
    for (int i = 0; i < end; i++) {
      char c = text.charAt(i);
      if (c == '.') {
        if (i == label) {
          return -1;
        }
        label = i + 1;
      } else if (c >= 'A' && c <= 'Z') {
        upperCase++;
      } else if (!isLowerCaseOrDigit(c) && c != '-' && c != '_') {
        return -1;
      }
      if (i - label >= 63) {
        return -1;
      }
    }
    return label == end ? -1 : upperCase;
  }

  private static boolean isLowerCaseOrDigit(char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
  }

  private static String lowerCase(String host) {
    char[] chars = host.toCharArray();
    for (int i = 0; i < chars.length; i++) {
      if (chars[i] >= 'A' && chars[i] <= 'Z') {
        chars[i] = (char) (chars[i] | 0x20);
      }
    }
    return new String(chars);
  }

  /** Why a host is not served. */
  enum Refusal {
    /** A character, label or address that cannot be one. */
    INVALID_NAME("invalid host name"),
    /** Digits beyond 65535, or something else. */
    INVALID_PORT("invalid port"),
    /** More than {@value HostName#MAX_LENGTH} characters. */
    TOO_LONG("host name too long");

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
