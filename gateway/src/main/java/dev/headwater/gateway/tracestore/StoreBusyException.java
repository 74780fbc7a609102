package dev.headwater.gateway.tracestore;

/** Too many questions wait for the store. Expected, so it carries no stack trace. */
final class StoreBusyException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  StoreBusyException() {
    super("the trace store is busy with earlier questions", null, false, false);
  }
}
