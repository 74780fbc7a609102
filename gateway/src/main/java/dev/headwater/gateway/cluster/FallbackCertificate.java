package dev.headwater.gateway.cluster;

import dev.headwater.routes.ServerCertificate;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;

/**
 * The certificate of a TLS listener that was given none: made at start with a key of its own, so
 * that no two processes share one, and signed by itself, so that no client trusts it by accident.
 * The JDK reads certificates and has no public way to make one, hence the few lines of DER (X.690)
 * for a certificate of version 3 (RFC 5280).
 */
public final class FallbackCertificate {
  private static final String NAME = "fallback.headwater.invalid";
  private static final int YEARS = 10;

  private static final int SEQUENCE = 0x30;
  private static final int SET = 0x31;
  private static final int INTEGER = 0x02;
  private static final int BIT_STRING = 0x03;
  private static final int OCTET_STRING = 0x04;
  private static final int OID = 0x06;
  private static final int UTF8 = 0x0c;
  private static final int UTC_TIME = 0x17;
  private static final int VERSION = 0xa0;
  private static final int EXTENSIONS = 0xa3;
  private static final int DNS_NAME = 0x82;

  /** 1.2.840.10045.4.3.2, ecdsa-with-SHA256. */
  private static final byte[] ECDSA_SHA256 = {
    0x2a, (byte) 0x86, 0x48, (byte) 0xce, 0x3d, 0x04, 0x03, 0x02
  };

  /** 2.5.4.3. */
  private static final byte[] COMMON_NAME = {0x55, 0x04, 0x03};

  /** 2.5.29.17. */
  private static final byte[] SUBJECT_ALT_NAME = {0x55, 0x1d, 0x11};

  private static final DateTimeFormatter UTC =
      DateTimeFormatter.ofPattern("yyMMddHHmmss'Z'").withZone(ZoneOffset.UTC);

  private FallbackCertificate() {}

  /** A new one, valid from a day before {@code now} on. */
  public static ServerCertificate make(Instant now) {
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
      generator.initialize(new ECGenParameterSpec("secp256r1"));
      KeyPair pair = generator.generateKeyPair();
      byte[] algorithm = der(SEQUENCE, der(OID, ECDSA_SHA256));
      byte[] signed = toBeSigned(now, pair, algorithm);
      Signature signature = Signature.getInstance("SHA256withECDSA");
      signature.initSign(pair.getPrivate());
      signature.update(signed);
      byte[] whole =
          der(SEQUENCE, signed, algorithm, der(BIT_STRING, new byte[1], signature.sign()));
      X509Certificate certificate =
          (X509Certificate)
              CertificateFactory.getInstance("X.509")
                  .generateCertificate(new ByteArrayInputStream(whole));
      return new ServerCertificate(
          "the fallback", List.of(certificate), pair.getPrivate(), List.of(NAME));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every Java has ECDSA and X.509", e);
    }
  }

  private static byte[] toBeSigned(Instant now, KeyPair pair, byte[] algorithm) {
    byte[] name =
        der(
            SEQUENCE,
            der(
                SET,
                der(
                    SEQUENCE,
                    der(OID, COMMON_NAME),
                    der(UTF8, NAME.getBytes(StandardCharsets.US_ASCII)))));
    Instant end = now.atZone(ZoneOffset.UTC).plusYears(YEARS).toInstant();
    byte[] validity = der(SEQUENCE, time(now.minusSeconds(86_400)), time(end));
    byte[] names = der(SEQUENCE, der(DNS_NAME, NAME.getBytes(StandardCharsets.US_ASCII)));
    byte[] extensions =
        der(SEQUENCE, der(SEQUENCE, der(OID, SUBJECT_ALT_NAME), der(OCTET_STRING, names)));
    return der(
        SEQUENCE,
        der(VERSION, der(INTEGER, new byte[] {2})),
        der(INTEGER, BigInteger.valueOf(now.toEpochMilli()).toByteArray()),
        algorithm,
        name,
        validity,
        name,
        pair.getPublic().getEncoded(),
        der(EXTENSIONS, extensions));
  }

  private static byte[] time(Instant at) {
    return der(UTC_TIME, UTC.format(at).getBytes(StandardCharsets.US_ASCII));
  }

  /** Tag, length, content; a length of 128 and more takes bytes of its own. */
  private static byte[] der(int tag, byte[]... parts) {
    ByteArrayOutputStream content = new ByteArrayOutputStream();
    for (byte[] part : parts) {
      content.writeBytes(part);
    }
    ByteArrayOutputStream whole = new ByteArrayOutputStream();
    whole.write(tag);
    int length = content.size();
    if (length < 0x80) {
      whole.write(length);
    } else if (length < 0x100) {
      whole.write(0x81);
      whole.write(length);
    } else {
      whole.write(0x82);
      whole.write(length >> 8);
      whole.write(length);
    }
    whole.writeBytes(content.toByteArray());
    return whole.toByteArray();
  }
}
