package dev.headwater.gateway.pipeline;

/**
 * Told how a tunnel goes on; made when it opens, from what is known of its exchange then. Holds
 * neither the exchange nor its snapshot, because a tunnel may outlive many configurations.
 */
public interface TunnelExit {
  /** It lasts: shows what is known of it. Called at most once. */
  void partial(TunnelFacts facts);

  /** Both its connections are gone. Called once. */
  void ended(TunnelFacts facts);
}
