package dev.headwater.gateway.cluster;

/**
 * The only things that are written to a cluster. Each blocks, and throws {@link WriteException}
 * when the API server is away or says no.
 */
interface ClusterWriter {
  /** Writes a status; a change of an Ingress that is gone or was created anew is dropped. */
  void status(StatusChange change) throws WriteException;

  /** Tells; what was told already is left alone. */
  void event(EventNote note) throws WriteException;

  /** Something could not be written; it may work later. */
  final class WriteException extends Exception {
    private static final long serialVersionUID = 1;

    WriteException(String message, Throwable cause) {
      super(message, cause);
    }
  }
}
