package dev.headwater.sampling.rate;

/** Gives routes that had no trace for some time one whatever its id. Safe for any thread. */
public sealed interface Floor permits QuietRoutes, QuietRoutes.Preview {
  /**
   * Notes that a trace of the route was kept.
   *
   * @param perMinute traces per minute that the route gets at least, above 0
   */
  void kept(String route, double perMinute, long nowNanos);

  /** Whether a trace of the route is due; the caller that is told so keeps it. */
  boolean takeIfQuiet(String route, double perMinute, long nowNanos);
}
