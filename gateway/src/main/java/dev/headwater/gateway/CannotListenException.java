package dev.headwater.gateway;

import dev.headwater.routes.BindAddress;

/** An address cannot be served: taken, not ours, or not allowed. */
public final class CannotListenException extends Exception {
  private static final long serialVersionUID = 1L;

  /** Names the listener, the address and the reason. */
  public CannotListenException(String listener, BindAddress address, Throwable cause) {
    super(
        "listener '" + listener + "' cannot listen at " + address + ": " + cause.getMessage(),
        cause);
  }
}
