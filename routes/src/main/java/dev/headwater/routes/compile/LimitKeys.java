package dev.headwater.routes.compile;

import dev.headwater.routes.ProcessLimits;
import dev.headwater.routes.RouteLimits;
import dev.headwater.routes.schema.Key;
import dev.headwater.routes.schema.ObjectShape;
import dev.headwater.routes.schema.Scalars;
import dev.headwater.routes.schema.Section;

/** {@code limits} and {@code routes[].limits}: what the process and a route take on. */
final class LimitKeys {
  private static final Key<Integer> CONNECTIONS =
      Key.defaulted(
          "connections",
          Scalars.integer(1, 10_000_000),
          "50000",
          "Open client connections of all listeners; new ones beyond it are closed at once");
  private static final Key<Integer> IN_FLIGHT =
      Key.defaulted(
          "inFlight",
          Scalars.integer(1, 10_000_000),
          "20000",
          "Requests in progress; beyond it 503");
  private static final Key<Double> HEAP_CLOSE =
      Key.defaulted(
          "heapClose",
          Scalars.number(0, 1),
          "0.90",
          "Share of the heap that is in use after a collection from which on responses ask clients"
              + " to close");
  private static final Key<Double> HEAP_REFUSE =
      Key.defaulted(
          "heapRefuse",
          Scalars.number(0, 1),
          "0.95",
          "The same from which on new requests are refused with 503");
  private static final ObjectShape<ProcessLimits> PROCESS =
      ObjectShape.of(LimitKeys::process, CONNECTIONS, IN_FLIGHT, HEAP_CLOSE, HEAP_REFUSE);

  /** What the process takes on. */
  static final Key<ProcessLimits> KEY =
      Key.defaulted("limits", PROCESS, "{}", "What the whole process takes on");

  private static final Key<Integer> ROUTE_IN_FLIGHT =
      Key.optional(
          "inFlight",
          Scalars.integer(1, 10_000_000),
          "Requests in progress; beyond it 503; absent for no limit but that of the process");
  private static final ObjectShape<RouteLimits> ROUTE =
      ObjectShape.of(LimitKeys::route, ROUTE_IN_FLIGHT);

  /** What one route may take of it. */
  static final Key<RouteLimits> OF_ROUTE =
      Key.defaulted("limits", ROUTE, "{}", "What this route may take of the process");

  private LimitKeys() {}

  private static ProcessLimits process(Section section) {
    if (section.get(HEAP_CLOSE) > section.get(HEAP_REFUSE)) {
      section.refuse(
          HEAP_CLOSE,
          Double.toString(section.get(HEAP_CLOSE)),
          "expected at most heapRefuse, " + section.get(HEAP_REFUSE));
    }
    return new ProcessLimits(
        section.get(CONNECTIONS),
        section.get(IN_FLIGHT),
        section.get(HEAP_CLOSE),
        section.get(HEAP_REFUSE));
  }

  private static RouteLimits route(Section section) {
    Integer inFlight = section.find(ROUTE_IN_FLIGHT);
    return inFlight == null ? RouteLimits.NONE : new RouteLimits(inFlight);
  }
}
