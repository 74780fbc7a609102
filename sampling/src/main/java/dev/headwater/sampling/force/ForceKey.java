package dev.headwater.sampling.force;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Base64;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/**
 * The secret that force tokens are signed with, by HMAC-SHA256 (RFC 2104, FIPS 180-4).
 *
 * <p>A value that shows itself nowhere: {@link #toString} tells its length only. Safe from any
 * thread; a signature costs a few microseconds.
 */
public final class ForceKey {
  /** Fewest bytes of a key: 128 bits, below which it could be guessed. */
  public static final int MIN_BYTES = 16;

  /** Most bytes of a key; a longer file is a mistake, not a better key. */
  public static final int MAX_BYTES = 4096;

  /** Characters of a signature: 32 bytes in base64url without padding. */
  static final int SIGNATURE_LENGTH = 43;

  private static final String ALGORITHM = "HmacSHA256";

  private final byte[] bytes;

  private ForceKey(byte[] bytes) {
    this.bytes = bytes;
  }

  /**
   * The key in a file's text: its UTF-8 bytes without line ends at the end, which editors add.
   *
   * @throws IllegalArgumentException when it is too short or too long; the message holds its length
   *     and nothing of it
   */
  public static ForceKey of(String text) {
    int end = text.length();
    while (end > 0 && (text.charAt(end - 1) == '\n' || text.charAt(end - 1) == '\r')) {
      end--;
    }
    byte[] bytes = text.substring(0, end).getBytes(StandardCharsets.UTF_8);
    if (bytes.length < MIN_BYTES || bytes.length > MAX_BYTES) {
      throw new IllegalArgumentException(
          "expected a key of %d to %d bytes without the line end, not %d"
              .formatted(MIN_BYTES, MAX_BYTES, bytes.length));
    }
    return new ForceKey(bytes);
  }

  /** The signature of a text, base64url. */
  String sign(String text) {
    try {
      Mac mac = Mac.getInstance(ALGORITHM);
      mac.init(new SecretKeySpec(bytes, ALGORITHM));
      byte[] signature = mac.doFinal(text.getBytes(StandardCharsets.UTF_8));
      return Base64.getUrlEncoder().withoutPadding().encodeToString(signature);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("HmacSHA256: every Java platform has it", e);
    }
  }

  /** Whether a text bears this key's signature; takes as long for a near miss as for any other. */
  boolean signed(String text, String signature) {
    return MessageDigest.isEqual(
        sign(text).getBytes(StandardCharsets.US_ASCII),
        signature.getBytes(StandardCharsets.ISO_8859_1));
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof ForceKey that && MessageDigest.isEqual(bytes, that.bytes);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(bytes);
  }

  /** The length alone. */
  @Override
  public String toString() {
    return "(" + bytes.length + " secret bytes)";
  }
}
