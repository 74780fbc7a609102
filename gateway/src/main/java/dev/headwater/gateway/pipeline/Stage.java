package dev.headwater.gateway.pipeline;

/** One step of the request path: acts, then hands the exchange on, answers it, or fails it. */
public interface Stage {
  /** Takes the exchange over. Called once, on its event loop; never blocks. */
  void handle(Exchange exchange);
}
