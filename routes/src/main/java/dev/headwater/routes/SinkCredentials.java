package dev.headwater.routes;

import java.nio.charset.StandardCharsets;
import java.util.Base64;

/** Who we are to a collector. Secrets stay in files: they change while we run. */
public sealed interface SinkCredentials {
  /** The file with the secret. */
  String file();

  /** The value of the {@code authorization} field. */
  String authorization(String secret);

  /** The same with its file elsewhere. */
  SinkCredentials in(String otherFile);

  /**
   * HTTP Basic (RFC 7617).
   *
   * @param user without a colon
   * @param file holds the password
   */
  record Basic(String user, String file) implements SinkCredentials {
    @Override
    public String authorization(String secret) {
      byte[] pair = (user + ":" + secret).getBytes(StandardCharsets.UTF_8);
      return "Basic " + Base64.getEncoder().encodeToString(pair);
    }

    @Override
    public Basic in(String otherFile) {
      return new Basic(user, otherFile);
    }
  }

  /**
   * A bearer token (RFC 6750).
   *
   * @param file holds the token
   */
  record Bearer(String file) implements SinkCredentials {
    @Override
    public String authorization(String secret) {
      return "Bearer " + secret;
    }

    @Override
    public Bearer in(String otherFile) {
      return new Bearer(otherFile);
    }
  }
}
