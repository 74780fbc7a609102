package dev.headwater.gateway.pipeline;

import dev.headwater.routes.Upstream;
import java.time.Duration;

/** Hands connections on that are not decrypted here. Called on their event loop. */
public interface Passthrough {
  /**
   * Joins a client with an endpoint of an upstream; closes it when there is none to be had.
   *
   * @param idle longest silence of both sides together
   */
  void open(Upstream upstream, Duration idle, TunnelEnd client);
}
