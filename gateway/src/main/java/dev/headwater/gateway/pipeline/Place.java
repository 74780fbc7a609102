package dev.headwater.gateway.pipeline;

/** What an exchange holds of a limit on requests in flight. Confined to the exchange's loop. */
public interface Place {
  /** Gives it back; once. */
  void leave();
}
