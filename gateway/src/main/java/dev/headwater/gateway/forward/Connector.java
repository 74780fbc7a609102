package dev.headwater.gateway.forward;

import dev.headwater.gateway.pipeline.Failure;
import dev.headwater.routes.Endpoint;
import java.time.Duration;

/** Opens TCP connections for one loop. */
interface Connector {
  /** Told once, on the loop. */
  interface Outcome {
    /** The endpoint's name was looked up; not told for an address. */
    void resolved();

    /** Connected; {@code connection} is in its pipeline. */
    void connected(UpstreamConnection connection);

    /** Not connected. */
    void failed(Failure why);
  }

  /** Looks the name up and connects for a pool; each gives up after {@code timeout}. */
  void connect(Endpoint endpoint, Duration timeout, EndpointPool pool, Outcome outcome);
}
