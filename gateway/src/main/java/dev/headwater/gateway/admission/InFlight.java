package dev.headwater.gateway.admission;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** Requests in flight, of the process and of routes that limit them. Shared by the loops. */
public final class InFlight {
  private final Places process = new Places();
  private final ConcurrentHashMap<String, Places> routes = new ConcurrentHashMap<>();
  private final int loops;

  /** Counts for that many loops. */
  public InFlight(int loops) {
    this.loops = loops;
  }

  int loops() {
    return loops;
  }

  Places process() {
    return process;
  }

  Places route(String name) {
    return routes.computeIfAbsent(name, ignored -> new Places());
  }

  /** Forgets routes that are no more. */
  public void retain(Set<String> names) {
    routes.keySet().retainAll(names);
  }
}
