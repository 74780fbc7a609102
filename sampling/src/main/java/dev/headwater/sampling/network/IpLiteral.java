package dev.headwater.sampling.network;

import org.jspecify.annotations.Nullable;

/**
 * IP addresses as text (RFC 4291 2.2, dotted quads without leading zeros). No name is looked up.
 */
public final class IpLiteral {
  private IpLiteral() {}

  /** The 4 or 16 bytes of an address, or null when the text is none. Zone ids are refused. */
  public static byte @Nullable [] parse(String text) {
    return text.indexOf(':') >= 0 ? parseV6(text) : parseV4(text, 0);
  }

  private static byte @Nullable [] parseV4(String text, int from) {
    byte[] address = new byte[4];
    int at = from;
    for (int part = 0; part < 4; part++) {
      int end = part == 3 ? text.length() : text.indexOf('.', at);
      int value = end < 0 ? -1 : decimalByte(text, at, end);
      if (value < 0) {
        return null;
      }
      address[part] = (byte) value;
      at = end + 1;
    }
    return address;
  }

  private static int decimalByte(String text, int from, int to) {
    int length = to - from;
    if (length < 1 || length > 3 || (length > 1 && text.charAt(from) == '0')) {
      return -1;
    }
    int value = 0;
    for (int i = from; i < to; i++) {
      int digit = text.charAt(i) - '0';
      if (digit < 0 || digit > 9) {
        return -1;
      }
      value = value * 10 + digit;
    }
    return value <= 255 ? value : -1;
  }

  private static byte @Nullable [] parseV6(String text) {
    byte[] address = new byte[16];
    int filled = 0;
    int gap = -1;
    int at = 0;
    if (text.startsWith("::")) {
      gap = 0;
      at = 2;
    }
    while (at < text.length()) {
      int colon = text.indexOf(':', at);
      int end = colon < 0 ? text.length() : colon;
      if (colon < 0 && text.indexOf('.', at) >= 0) {
        byte[] v4 = filled <= 12 ? parseV4(text, at) : null;
        if (v4 == null) {
          return null;
        }
        System.arraycopy(v4, 0, address, filled, 4);
        filled += 4;
        break;
      }
      int group = filled <= 14 ? hexGroup(text, at, end) : -1;
      if (group < 0) {
        return null;
      }
      address[filled++] = (byte) (group >> 8);
      address[filled++] = (byte) group;
      at = end + 1;
      if (colon >= 0 && at == text.length()) {
        return null;
      }
      if (at < text.length() && text.charAt(at) == ':') {
        if (gap >= 0) {
          return null;
        }
        gap = filled;
        at++;
      }
    }
    if (gap < 0) {
      return filled == 16 ? address : null;
    }
    if (filled > 14) {
      return null;
    }
    int tail = filled - gap;
    System.arraycopy(address, gap, address, 16 - tail, tail);
    java.util.Arrays.fill(address, gap, 16 - tail, (byte) 0);
    return address;
  }

  private static int hexGroup(String text, int from, int to) {
    if (to - from < 1 || to - from > 4) {
      return -1;
    }
    int value = 0;
    for (int i = from; i < to; i++) {
      int digit = Character.digit(text.charAt(i), 16);
      if (digit < 0 || text.charAt(i) > 'f') {
        return -1;
      }
      value = value << 4 | digit;
    }
    return value;
  }

  /**
   * An address as text: dotted quad, or the spelling of RFC 5952 4 (lower case, no leading zeros,
   * the first longest run of two or more zero groups shortened).
   *
   * @param address 4 or 16 bytes in network order
   */
  public static String format(byte[] address) {
    StringBuilder text = new StringBuilder(39);
    if (address.length == 4) {
      for (int i = 0; i < 4; i++) {
        text.append(i == 0 ? "" : ".").append(address[i] & 0xff);
      }
      return text.toString();
    }
    if (address.length != 16) {
      throw new IllegalArgumentException(
          "address: " + address.length + " bytes (expected 4 or 16)");
    }
    int gap = -1;
    int gapLength = 1;
    for (int i = 0; i < 8; i++) {
      int end = i;
      while (end < 8 && group(address, end) == 0) {
        end++;
      }
      if (end - i > gapLength) {
        gap = i;
        gapLength = end - i;
      }
      i = Math.max(i, end - 1);
    }
    for (int i = 0; i < 8; i++) {
      if (i == gap) {
        text.append("::");
        i += gapLength - 1;
      } else {
        boolean first = text.length() == 0 || text.charAt(text.length() - 1) == ':';
        text.append(first ? "" : ":").append(Integer.toHexString(group(address, i)));
      }
    }
    return text.toString();
  }

  private static int group(byte[] address, int i) {
    return ((address[2 * i] & 0xff) << 8) | (address[2 * i + 1] & 0xff);
  }
}
