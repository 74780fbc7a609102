package dev.headwater.gateway.forward;

import dev.headwater.gateway.pipeline.Failure;
import dev.headwater.routes.Endpoint;
import java.time.Duration;

/** Opens connections for one loop. */
interface Connector {
  /** Told once, on the loop. */
  interface Outcome {
    /** The endpoint's name was looked up; not told for an address. */
    void resolved();

    /** TCP is connected, and TLS begins; not told in clear. */
    void reached();

    /** Connected; {@code connection} takes calls. */
    void connected(UpstreamConnection connection);

    /** Not connected. */
    void failed(Failure why);
  }

  /**
   * Looks the name up, which gives up after {@code timeout}; then connects for a pool, which gives
   * up after as long again, handshakes included.
   */
  void connect(Endpoint endpoint, Duration timeout, EndpointPool pool, Outcome outcome);
}
