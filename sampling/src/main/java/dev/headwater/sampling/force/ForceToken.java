package dev.headwater.sampling.force;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/**
 * The right to have a request traced, for a time, given by whoever holds the key.
 *
 * <p>As text it has six fields and stands in a header or URL as it is: {@code
 * hw1.EXPIRES.ID.COUNT.PATH.SIGNATURE}. {@code hw1} is the version, the numbers are decimal, id and
 * path base64url (RFC 4648 5, no padding), the signature covers all before its dot. What is in it
 * can be read by everybody and changed by nobody.
 *
 * @param expires epoch seconds from which on it is worth nothing
 * @param id tells tokens apart, so that each has a count of its own
 * @param count most requests it forces on one replica; 0 for no limit
 * @param path normal path that the request has to be at or below, element by element; {@code /} for
 *     every path
 */
public record ForceToken(long expires, long id, int count, String path) {
  /** Every path is at or below it. */
  public static final String ANY_PATH = "/";

  /** Most characters of a path, so that a token fits a header with room to spare. */
  public static final int MAX_PATH = 512;

  /** Most characters of a token; a longer value is refused unread. */
  static final int MAX_LENGTH = 1024;

  private static final String VERSION = "hw1.";
  private static final int FIELDS = 6;
  private static final int ID_LENGTH = 11;
  private static final int MAX_EXPIRY_DIGITS = 12;
  private static final int MAX_COUNT_DIGITS = 9;

  public ForceToken {
    if (!path.startsWith("/") || path.length() > MAX_PATH) {
      throw new IllegalArgumentException(
          "path: %s (expected / and at most %d characters)".formatted(path, MAX_PATH));
    }
    if (count < 0 || Integer.toString(count).length() > MAX_COUNT_DIGITS) {
      throw new IllegalArgumentException("count: " + count + " (expected 0 to 999999999)");
    }
    if (expires < 0 || Long.toString(expires).length() > MAX_EXPIRY_DIGITS) {
      throw new IllegalArgumentException("expires: " + expires + " (expected 0 to 999999999999)");
    }
  }

  /** The text form, signed. */
  public String signedBy(ForceKey key) {
    String content = VERSION + expires + "." + base64(bytes(id)) + "." + count + "." + encoded();
    return content + "." + key.sign(content);
  }

  /**
   * What a text says, signed by whomever; null when it is no token. Strict: nothing but the form
   * that {@link #signedBy} writes. Costs no more than reading {@link #MAX_LENGTH} characters.
   */
  static @Nullable ForceToken parse(String text) {
    if (text.length() > MAX_LENGTH || !text.startsWith(VERSION)) {
      return null;
    }
    String[] fields = text.split("\\.", FIELDS + 1);
    if (fields.length != FIELDS || fields[FIELDS - 1].length() != ForceKey.SIGNATURE_LENGTH) {
      return null;
    }
    long expires = number(fields[1], MAX_EXPIRY_DIGITS);
    byte[] id = fields[2].length() == ID_LENGTH ? bytes(fields[2]) : null;
    long count = number(fields[3], MAX_COUNT_DIGITS);
    byte[] path = bytes(fields[4]);
    if (expires < 0 || id == null || count < 0 || path == null) {
      return null;
    }
    String below = new String(path, StandardCharsets.UTF_8);
    return below.startsWith("/") && below.length() <= MAX_PATH
        ? new ForceToken(expires, number(id), (int) count, below)
        : null;
  }

  /** Whether a text that could be parsed bears the signature of a key. */
  static boolean isSignedBy(ForceKey key, String text) {
    int dot = text.lastIndexOf('.');
    return key.signed(text.substring(0, dot), text.substring(dot + 1));
  }

  /** Whether it is good for a normal path. */
  boolean covers(String requested) {
    boolean ends = path.endsWith("/");
    return requested.startsWith(path)
        && (ends || requested.length() == path.length() || requested.charAt(path.length()) == '/');
  }

  private String encoded() {
    return base64(path.getBytes(StandardCharsets.UTF_8));
  }

  private static String base64(byte[] bytes) {
    return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
  }

  /** Bytes of base64url without padding, or null. The JDK's decoder would throw for each. */
  private static byte @Nullable [] bytes(String base64) {
    if (base64.length() % 4 == 1) {
      return null;
    }
    for (int i = 0; i < base64.length(); i++) {
      char c = base64.charAt(i);
      boolean digit =
          (c >= 'A' && c <= 'Z')
              || (c >= 'a' && c <= 'z')
              || (c >= '0' && c <= '9')
              || c == '-'
              || c == '_';
      if (!digit) {
        return null;
      }
    }
    return Base64.getUrlDecoder().decode(base64);
  }

  /** The value of a decimal number without leading zeros, or -1. */
  private static long number(String digits, int most) {
    int length = digits.length();
    if (length == 0 || length > most || (length > 1 && digits.charAt(0) == '0')) {
      return -1;
    }
    long value = 0;
    for (int i = 0; i < length; i++) {
      char c = digits.charAt(i);
      if (c < '0' || c > '9') {
        return -1;
      }
      value = value * 10 + c - '0';
    }
    return value;
  }

  private static byte[] bytes(long number) {
    byte[] bytes = new byte[Long.BYTES];
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] = (byte) (number >>> (56 - 8 * i));
    }
    return bytes;
  }

  private static long number(byte[] bytes) {
    long number = 0;
    for (byte each : bytes) {
      number = number << 8 | each & 0xff;
    }
    return number;
  }
}
