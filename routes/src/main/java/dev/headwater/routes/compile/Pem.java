package dev.headwater.routes.compile;

import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.interfaces.ECKey;
import java.security.interfaces.RSAKey;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;

/**
 * Certificates and private keys as PEM (RFC 7468). What is refused is said without a byte of a key.
 */
final class Pem {
  private static final String BEGIN = "-----BEGIN ";
  private static final String DASHES = "-----";
  private static final String CERTIFICATE = "CERTIFICATE";
  private static final String KEY = "PRIVATE KEY";

  /** More are not believed to be meant. */
  private static final int MAX_CERTIFICATES = 1000;

  private static final int MIN_RSA_BITS = 2048;

  private Pem() {}

  /** What cannot be used; the message says what would be right. */
  static final class Unusable extends Exception {
    private static final long serialVersionUID = 1;

    Unusable(String expectation) {
      super(expectation, null, false, false);
    }
  }

  private record Block(String label, byte[] der) {}

  /** All certificates of a text, in its order; at least one. */
  static List<X509Certificate> certificates(String text) throws Unusable {
    List<X509Certificate> certificates = new ArrayList<>();
    for (Block block : blocks(text)) {
      if (block.label.equals(CERTIFICATE)) {
        certificates.add(certificate(block.der));
      }
    }
    if (certificates.isEmpty() || certificates.size() > MAX_CERTIFICATES) {
      throw new Unusable(
          "expected PEM with 1 to " + MAX_CERTIFICATES + " blocks BEGIN " + CERTIFICATE);
    }
    return certificates;
  }

  private static X509Certificate certificate(byte[] der) throws Unusable {
    try {
      return (X509Certificate)
          CertificateFactory.getInstance("X.509")
              .generateCertificate(new ByteArrayInputStream(der));
    } catch (GeneralSecurityException e) {
      throw new Unusable("expected X.509 certificates: one of them cannot be read");
    }
  }

  /** The one private key of a text: PKCS#8, or as older tools write RSA and EC keys. */
  static PrivateKey key(String text) throws Unusable {
    List<Block> keys = blocks(text).stream().filter(each -> each.label.endsWith(KEY)).toList();
    if (keys.size() != 1) {
      throw new Unusable("expected PEM with one block BEGIN " + KEY);
    }
    Block block = keys.get(0);
    return checked(
        switch (block.label) {
          case KEY -> parse(block.der);
          case "RSA " + KEY -> parse(KeyWrap.rsa(block.der));
          case "EC " + KEY -> parse(KeyWrap.ec(block.der));
          default -> throw new Unusable("expected an RSA or EC key without a passphrase");
        });
  }

  private static PrivateKey parse(byte[] der) throws Unusable {
    for (String algorithm : List.of("EC", "RSA")) {
      try {
        return KeyFactory.getInstance(algorithm).generatePrivate(new PKCS8EncodedKeySpec(der));
      } catch (GeneralSecurityException e) {
        // The other kind, or none.
      }
    }
    throw new Unusable("expected an RSA or EC key that can be read");
  }

  private static PrivateKey checked(PrivateKey key) throws Unusable {
    if (key instanceof RSAKey rsa && rsa.getModulus().bitLength() < MIN_RSA_BITS) {
      throw new Unusable("expected an RSA key of " + MIN_RSA_BITS + " bits or more");
    }
    if (key instanceof ECKey ec) {
      int bits = ec.getParams().getOrder().bitLength();
      if (bits != 256 && bits != 384 && bits != 521) {
        throw new Unusable("expected an EC key on the curve P-256, P-384 or P-521");
      }
    }
    return key;
  }

  /** Whether a key is the one that a certificate vouches for: it signs what that verifies. */
  static boolean fits(PrivateKey key, PublicKey certified) {
    byte[] probe = "headwater".getBytes(StandardCharsets.US_ASCII);
    String algorithm = key instanceof RSAKey ? "SHA256withRSA" : "SHA256withECDSA";
    try {
      Signature signing = Signature.getInstance(algorithm);
      signing.initSign(key);
      signing.update(probe);
      Signature verifying = Signature.getInstance(algorithm);
      verifying.initVerify(certified);
      verifying.update(probe);
      return verifying.verify(signing.sign());
    } catch (GeneralSecurityException e) {
      return false;
    }
  }

  private static List<Block> blocks(String text) throws Unusable {
    List<Block> blocks = new ArrayList<>();
    for (int from = text.indexOf(BEGIN); from >= 0; from = text.indexOf(BEGIN, from + 1)) {
      int labelEnd = text.indexOf(DASHES, from + BEGIN.length());
      String label = labelEnd < 0 ? "" : text.substring(from + BEGIN.length(), labelEnd);
      int end = text.indexOf("-----END " + label + DASHES, from);
      if (end < 0) {
        throw new Unusable("expected PEM: a block is not closed");
      }
      try {
        String body = text.substring(labelEnd + DASHES.length(), end);
        if (!label.contains("PARAMETERS") && body.indexOf(':') < 0) {
          blocks.add(new Block(label, Base64.getMimeDecoder().decode(body)));
        } else if (label.endsWith(KEY)) {
          throw new Unusable("expected a key without a passphrase");
        }
      } catch (IllegalArgumentException e) {
        throw new Unusable("expected PEM: a block is not base64");
      }
      from = end;
    }
    return blocks;
  }
}
