package dev.headwater.routes;

/**
 * What the whole process takes on, over all listeners and event loops.
 *
 * @param connections open client connections; beyond it new ones are closed at once
 * @param inFlight requests in progress; beyond it 503
 * @param heapClose share of the heap in use after a collection from which on responses ask their
 *     clients to close
 * @param heapRefuse the same from which on new requests are refused with 503
 */
public record ProcessLimits(int connections, int inFlight, double heapClose, double heapRefuse) {
  /** 50,000 connections, 20,000 requests, 90 % and 95 % of the heap. */
  public static final ProcessLimits DEFAULT = new ProcessLimits(50_000, 20_000, 0.90, 0.95);
}
