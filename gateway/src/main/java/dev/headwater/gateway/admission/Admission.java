package dev.headwater.gateway.admission;

import dev.headwater.gateway.fail.GatewayFailure;
import dev.headwater.gateway.overload.Pressure;
import dev.headwater.gateway.pipeline.Exchange;
import dev.headwater.gateway.pipeline.Stage;
import dev.headwater.gateway.snapshot.Snapshot;
import dev.headwater.routes.Route;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Refuses what the process, or a route, does not take on; behind the router, since a route may have
 * a limit of its own, and in front of the sampling gate, so that a refusal is traced. Nothing waits
 * here. Confined to one loop.
 */
public final class Admission implements Stage {
  private final InFlight counts;
  private final Pressure pressure;
  private final LoopPlaces process;
  private final Stage next;
  private Map<String, LoopPlaces> routes = new HashMap<>();
  private @Nullable Snapshot indexed;

  /** One loop's admission, in front of {@code next}. */
  public Admission(InFlight counts, Pressure pressure, Stage next) {
    this.counts = counts;
    this.pressure = pressure;
    this.process = new LoopPlaces(counts.process(), counts.loops(), null);
    this.next = next;
  }

  @Override
  public void handle(Exchange exchange) {
    if (exchange.refusal() == null) {
      String refused = refused(exchange);
      if (refused != null) {
        exchange.refuse(new GatewayFailure.Overloaded(refused));
      }
    }
    next.handle(exchange);
  }

  private @Nullable String refused(Exchange exchange) {
    if (pressure.refuses()) {
      return "heap";
    }
    if (!process.enter(exchange.snapshot().configuration().limits().inFlight())) {
      return "in_flight";
    }
    Route route = exchange.requireRoute();
    int limit = route.limits().inFlight();
    if (limit == 0) {
      exchange.admitted(process);
      return null;
    }
    LoopPlaces own = places(exchange.snapshot(), route);
    if (!own.enter(limit)) {
      process.leave();
      return "route_in_flight";
    }
    exchange.admitted(own);
    return null;
  }

  private LoopPlaces places(Snapshot snapshot, Route route) {
    if (snapshot != indexed) {
      index(snapshot);
    }
    LoopPlaces found = routes.get(route.name());
    if (found == null) {
      throw new IllegalStateException("route: " + route.name() + " is not in its snapshot");
    }
    return found;
  }

  private void index(Snapshot snapshot) {
    Map<String, LoopPlaces> kept = new HashMap<>();
    for (Route route : snapshot.configuration().routes()) {
      if (route.limits().inFlight() != 0) {
        LoopPlaces known = routes.remove(route.name());
        kept.put(
            route.name(),
            known == null
                ? new LoopPlaces(counts.route(route.name()), counts.loops(), process)
                : known);
      }
    }
    routes.values().forEach(LoopPlaces::retire);
    routes = kept;
    indexed = snapshot;
  }
}
