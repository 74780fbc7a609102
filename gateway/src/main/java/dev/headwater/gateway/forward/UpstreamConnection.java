package dev.headwater.gateway.forward;

/**
 * A connection to an endpoint as its pool sees it, whichever HTTP is spoken there. Tells the pool
 * when it has room again ({@link EndpointPool#free}) and when it is gone. Confined to its loop.
 */
interface UpstreamConnection {
  /** How many calls it would take now; 0 for one that is gone, or takes no new ones. */
  int room();

  /** Whether it can serve several calls at once. */
  boolean shared();

  /** Whether the pool has it among those with room; kept here to save the pool a search. */
  boolean listed();

  void listed(boolean now);

  /**
   * Serves a call; only with room.
   *
   * @param pooled whether the call found the connection made
   */
  void start(Call call, boolean pooled);

  /** It has room and nobody waits for it: unused, it grows old from now on. */
  void rest();

  /** Gives its place in the pool back, once, though it may never have been in use. */
  void left();

  /** Closes it. */
  void close();
}
