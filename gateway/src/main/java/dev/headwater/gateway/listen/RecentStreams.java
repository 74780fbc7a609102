package dev.headwater.gateway.listen;

/** The last few streams that were closed while their client was still sending. */
final class RecentStreams {
  private static final int KEPT = 128;

  private final int[] ids = new int[KEPT];
  private int next;

  void add(int id) {
    ids[next] = id;
    next = (next + 1) % KEPT;
  }

  boolean contains(int id) {
    for (int each : ids) {
      if (each == id) {
        return true;
      }
    }
    return false;
  }
}
