package dev.headwater.sampling.rate;

import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The floor: knows which routes had no trace for so long that the next request is kept whatever its
 * id.
 *
 * <p>One number per route, the time from which on it counts as quiet; {@code floor} traces a minute
 * are one per 60 s / {@code floor}. Names come from the configuration; should more than 10,000 be
 * seen, those beyond share one number. Safe for any thread; allocates at a route's first request
 * only.
 */
public final class QuietRoutes implements Floor {
  private static final double NANOS_PER_MINUTE = 60e9;
  private static final int MOST_ROUTES = 10_000;

  private final ConcurrentMap<String, AtomicLong> quietFrom = new ConcurrentHashMap<>();
  private final AtomicLong others = new AtomicLong();
  private final long sinceNanos;

  /** No route has had a trace. */
  public QuietRoutes(long nowNanos) {
    this.sinceNanos = nowNanos;
    this.others.set(nowNanos);
  }

  @Override
  public void kept(String route, double perMinute, long nowNanos) {
    at(route).set(nowNanos + spacing(perMinute));
  }

  /** The same answers, without taking anything. */
  public Floor preview() {
    return new Preview(this);
  }

  @Override
  public boolean takeIfQuiet(String route, double perMinute, long nowNanos) {
    AtomicLong from = at(route);
    long due = from.get();
    return nowNanos - due >= 0 && from.compareAndSet(due, nowNanos + spacing(perMinute));
  }

  private AtomicLong at(String route) {
    AtomicLong known = quietFrom.get(route);
    if (known != null) {
      return known;
    }
    return quietFrom.size() >= MOST_ROUTES
        ? others
        : quietFrom.computeIfAbsent(route, name -> new AtomicLong(sinceNanos));
  }

  private static long spacing(double perMinute) {
    return Math.round(NANOS_PER_MINUTE / perMinute);
  }

  /** Looks, and leaves everything as it is. */
  record Preview(QuietRoutes routes) implements Floor {
    @Override
    public void kept(String route, double perMinute, long nowNanos) {}

    @Override
    public boolean takeIfQuiet(String route, double perMinute, long nowNanos) {
      AtomicLong known = routes.quietFrom.get(route);
      return nowNanos - (known == null ? routes.sinceNanos : known.get()) >= 0;
    }
  }
}
