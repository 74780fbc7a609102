package dev.headwater.gateway.metrics;

/** Positions of the counters of a route's tunnels of one protocol. */
final class TunnelIndex {
  static final int OPENED = 0;
  static final int ENDED = 1;
  static final int BYTES_UP = 2;
  static final int BYTES_DOWN = 3;
  static final int COUNT = 4;

  private TunnelIndex() {}
}
