package dev.headwater.gateway.forward;

import java.security.cert.CertPathBuilderException;
import java.security.cert.CertPathValidatorException;
import java.security.cert.CertPathValidatorException.BasicReason;
import java.security.cert.CertificateException;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateNotYetValidException;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Says in one word why a handshake came to nothing, as far as JDK and OpenSSL let it be told apart.
 */
final class TlsFault {
  private static final int MAX_CAUSES = 16;

  private TlsFault() {}

  /** A reason of {@code headwater_failures_total}. */
  static String reason(Throwable failed) {
    Throwable cause = failed;
    for (int i = 0; cause != null && i < MAX_CAUSES; i++) {
      String reason = ofCertificate(cause);
      if (reason != null) {
        return reason;
      }
      cause = cause.getCause();
    }
    return ofAlert(texts(failed));
  }

  private static @Nullable String ofCertificate(Throwable cause) {
    if (cause instanceof CertificateExpiredException) {
      return "tls_expired";
    }
    if (cause instanceof CertificateNotYetValidException) {
      return "tls_not_yet_valid";
    }
    if (cause instanceof CertPathBuilderException) {
      return "tls_unknown_ca";
    }
    if (cause instanceof CertPathValidatorException path
        && path.getReason() instanceof BasicReason reason) {
      return ofPath(reason);
    }
    // Raised for names alone: others of the kind have a cause that was told above, or say more.
    return cause instanceof CertificateException && cause.getCause() == null
        ? ofName(String.valueOf(cause.getMessage()))
        : null;
  }

  private static @Nullable String ofPath(BasicReason reason) {
    return switch (reason) {
      case EXPIRED -> "tls_expired";
      case NOT_YET_VALID -> "tls_not_yet_valid";
      case INVALID_SIGNATURE -> "tls_unknown_ca"; // One of the same name as ours.
      default -> null;
    };
  }

  private static @Nullable String ofName(String message) {
    if (message.contains("names present")) {
      return "tls_no_san";
    }
    return message.contains(" matching ") ? "tls_wrong_name" : null;
  }

  private static String texts(Throwable failed) {
    StringBuilder texts = new StringBuilder();
    Throwable cause = failed;
    for (int i = 0; cause != null && i < MAX_CAUSES; i++) {
      texts.append(cause.getClass().getSimpleName()).append(' ').append(cause.getMessage());
      texts.append('\n');
      cause = cause.getCause();
    }
    return texts.toString().toLowerCase(Locale.ROOT).replace('_', ' ');
  }

  private static String ofAlert(String texts) {
    if (texts.contains("protocol version")
        || texts.contains("unsupported protocol")
        || texts.contains("not accepted by client preferences")) {
      return "tls_version";
    }
    if (texts.contains("certificate required") || texts.contains("bad certificate")) {
      return "tls_certificate_required";
    }
    if (texts.contains("no application protocol")) {
      return "tls_no_h2";
    }
    if (texts.contains("notsslrecord")
        || texts.contains("wrong version number")
        || texts.contains("unrecognized ssl message")) {
      return "not_tls";
    }
    return "tls_failed";
  }
}
