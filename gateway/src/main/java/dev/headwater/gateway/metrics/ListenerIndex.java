package dev.headwater.gateway.metrics;

/** Positions of a listener's counters. */
final class ListenerIndex {
  static final int OPENED = 0;
  static final int CLOSED = 1;
  static final int REFUSED = 2;
  static final int COUNT = 3;

  private ListenerIndex() {}
}
