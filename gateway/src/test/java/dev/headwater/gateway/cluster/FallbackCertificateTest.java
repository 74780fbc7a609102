package dev.headwater.gateway.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import dev.headwater.routes.ServerCertificate;
import java.security.Signature;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.Date;
import org.junit.jupiter.api.Test;

class FallbackCertificateTest {
  private static final Instant NOW = Instant.parse("2026-11-29T06:00:00Z");

  @Test
  void certificate_isSignedByItsOwnKey_andValidNow() {
    ServerCertificate made = FallbackCertificate.make(NOW);
    X509Certificate certificate = made.chain().get(0);

    assertThatCode(
            () -> {
              certificate.verify(certificate.getPublicKey());
              certificate.checkValidity(Date.from(NOW));
            })
        .doesNotThrowAnyException();
    assertThat(certificate.getVersion()).isEqualTo(3);
    assertThat(certificate.getBasicConstraints()).as("no authority").isEqualTo(-1);
  }

  @Test
  void certificate_namesAHostThatNobodyHas() throws Exception {
    X509Certificate certificate = FallbackCertificate.make(NOW).chain().get(0);

    assertThat(certificate.getSubjectAlternativeNames())
        .singleElement()
        .satisfies(name -> assertThat(name.get(1)).isEqualTo("fallback.headwater.invalid"));
  }

  @Test
  void key_fitsTheCertificate() throws Exception {
    ServerCertificate made = FallbackCertificate.make(NOW);
    byte[] text = {1, 2, 3};
    Signature signing = Signature.getInstance("SHA256withECDSA");
    signing.initSign(made.key());
    signing.update(text);
    Signature verifying = Signature.getInstance("SHA256withECDSA");
    verifying.initVerify(made.chain().get(0).getPublicKey());
    verifying.update(text);

    assertThat(verifying.verify(signing.sign())).isTrue();
  }
}
