package dev.headwater.gateway.overload;

/** Tells how full the heap is. Safe for use from any thread. */
public interface HeapGauge {
  /** Share of the heap that is in use and that a collection did not free, 0 to 1. */
  double inUse();

  /** Has the heap collected, so that {@link #inUse} tells of now. */
  void collect();
}
