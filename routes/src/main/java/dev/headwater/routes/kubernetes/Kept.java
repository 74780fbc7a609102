package dev.headwater.routes.kubernetes;

import dev.headwater.routes.compile.CertificateReading;
import dev.headwater.sampling.SamplingPolicy;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What one compilation leaves to the next: the last sampling document that was good, which holds
 * while there is a bad one, and certificates, which cost milliseconds each to read. Everything else
 * is a matter of the objects alone.
 */
public final class Kept {
  /** Nothing: the start of a program. */
  public static final Kept NOTHING = new Kept(null, Map.of());

  private final @Nullable SamplingPolicy sampling;
  private final Map<CertificateText, CertificateReading> certificates;

  Kept(@Nullable SamplingPolicy sampling, Map<CertificateText, CertificateReading> certificates) {
    this.sampling = sampling;
    this.certificates = Map.copyOf(certificates);
  }

  /** The last good sampling document, or null when there is none. */
  @Nullable SamplingPolicy sampling() {
    return sampling;
  }

  /** A certificate that was read before, or null. */
  @Nullable CertificateReading certificate(CertificateText text) {
    return certificates.get(text);
  }

  /** A certificate with its key as a Secret has them, in base64. Shows neither. */
  record CertificateText(String chain, String key) {
    @Override
    public String toString() {
      return "a certificate of " + chain.length() + " characters";
    }
  }
}
