package dev.headwater.routes;

/** Who we are to a collector. Secrets stay in files: they change while we run. */
public sealed interface SinkCredentials {
  /** The file with the secret. */
  String file();

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
    public Bearer in(String otherFile) {
      return new Bearer(otherFile);
    }
  }
}
