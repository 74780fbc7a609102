package dev.headwater.gateway.forward;

import dev.headwater.gateway.pipeline.Attempt;
import dev.headwater.gateway.pipeline.AttemptStage;
import dev.headwater.routes.Endpoint;

/**
 * Sends an attempt to its endpoint over a pooled connection and streams both ways. The end of the
 * request path: what comes back goes to the attempt's sink.
 */
public final class Forwarder implements AttemptStage {
  private final Pools pools;

  /** A forwarder over one loop's pools. */
  public Forwarder(Pools pools) {
    this.pools = pools;
  }

  @Override
  public void handle(Attempt attempt) {
    Endpoint endpoint = attempt.requireEndpoint();
    Call call = new Call(attempt);
    attempt.canceller(call);
    pools.pool(endpoint, attempt.upstream(), call.wantsNew()).acquire(call);
  }
}
