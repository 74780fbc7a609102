package dev.headwater.routes.compile;

import java.io.ByteArrayOutputStream;

/**
 * Puts RSA keys of PKCS#1 (RFC 8017 A.1.2) and EC keys of SEC 1 (RFC 5915) into PKCS#8 (RFC 5208),
 * the form that the JDK reads. DER by hand, since it is one sequence around the bytes as they are.
 */
final class KeyWrap {
  private static final byte SEQUENCE = 0x30;
  private static final byte OCTETS = 0x04;
  private static final byte OBJECT = 0x06;
  private static final byte[] ZERO = {0x02, 0x01, 0x00};

  /** 1.2.840.113549.1.1.1 rsaEncryption, NULL. */
  private static final byte[] RSA = {
    0x06, 0x09, 0x2a, (byte) 0x86, 0x48, (byte) 0x86, (byte) 0xf7, 0x0d, 0x01, 0x01, 0x01, 0x05, 0
  };

  /** 1.2.840.10045.2.1 id-ecPublicKey. */
  private static final byte[] EC = {
    0x06, 0x07, 0x2a, (byte) 0x86, 0x48, (byte) 0xce, 0x3d, 0x02, 0x01
  };

  private KeyWrap() {}

  static byte[] rsa(byte[] key) {
    return tagged(SEQUENCE, joined(ZERO, tagged(SEQUENCE, RSA), tagged(OCTETS, key)));
  }

  static byte[] ec(byte[] key) throws Pem.Unusable {
    byte[] algorithm = tagged(SEQUENCE, joined(EC, curve(key)));
    return tagged(SEQUENCE, joined(ZERO, algorithm, tagged(OCTETS, key)));
  }

  /** The object identifier of the curve: element [0] of the sequence, behind number and secret. */
  private static byte[] curve(byte[] key) throws Pem.Unusable {
    int at = content(key, 0);
    at = next(key, next(key, at));
    if (at + 2 < key.length && (key[at] & 0xff) == 0xa0) {
      int object = content(key, at);
      int end = next(key, object);
      if (object < key.length && key[object] == OBJECT && end <= key.length) {
        return java.util.Arrays.copyOfRange(key, object, end);
      }
    }
    throw new Pem.Unusable("expected an EC key that names its curve, or PKCS#8");
  }

  /** Where the content of the element at a place begins; the end of the data for nonsense. */
  private static int content(byte[] der, int at) {
    if (at + 1 >= der.length) {
      return der.length;
    }
    int length = der[at + 1] & 0xff;
    return at + 2 + (length < 0x80 ? 0 : length - 0x80);
  }

  /** Where the element behind the one at a place begins. */
  private static int next(byte[] der, int at) {
    int from = content(der, at);
    if (from >= der.length) {
      return der.length;
    }
    int length = 0;
    int first = der[at + 1] & 0xff;
    for (int i = at + 2; i < from; i++) {
      length = Math.min(length << 8 | (der[i] & 0xff), der.length);
    }
    return Math.min(from + (first < 0x80 ? first : length), der.length);
  }

  private static byte[] tagged(byte tag, byte[] content) {
    ByteArrayOutputStream out = new ByteArrayOutputStream(content.length + 5);
    out.write(tag);
    int length = content.length;
    if (length >= 0x80) {
      int bytes = length < 0x100 ? 1 : length < 0x10000 ? 2 : 3;
      out.write(0x80 | bytes);
      for (int shift = (bytes - 1) * 8; shift > 0; shift -= 8) {
        out.write(length >> shift);
      }
    }
    out.write(length);
    out.writeBytes(content);
    return out.toByteArray();
  }

  private static byte[] joined(byte[]... parts) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    for (byte[] part : parts) {
      out.writeBytes(part);
    }
    return out.toByteArray();
  }
}
