package dev.headwater.gateway.explain;

import dev.headwater.gateway.filter.FilterChain;
import dev.headwater.gateway.filter.MeshDestination;
import dev.headwater.gateway.filter.ProxyFields;
import dev.headwater.gateway.pipeline.Attempt;
import dev.headwater.gateway.pipeline.AttemptStage;
import dev.headwater.gateway.pipeline.Exchange;
import dev.headwater.gateway.pipeline.Stage;
import dev.headwater.gateway.route.Router;
import dev.headwater.gateway.trace.AttemptSpan;
import dev.headwater.gateway.trace.SamplingGate;
import dev.headwater.gateway.trace.TraceEntry;
import dev.headwater.routes.Route;
import dev.headwater.routes.Upstream;
import dev.headwater.sampling.propagation.TraceFormat;
import dev.headwater.sampling.propagation.TraceStart;
import dev.headwater.sampling.propagation.TraceStarter;
import java.util.EnumSet;
import java.util.Set;
import java.util.function.Function;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * A request taken through the stages of the request path, from its trace headers to the head of its
 * first attempt, on scripted numbers. The stages are those that serve; caps are asked and not taken
 * from.
 */
final class Trial {
  private static final long EPOCH_SECONDS = 0x5c5c_5c5cL;
  private static final AttemptStage NOWHERE = attempt -> {};

  private final Exchange exchange;
  private final Set<TraceFormat> malformed = EnumSet.noneOf(TraceFormat.class);
  private @Nullable Upstream upstream;
  private @Nullable Attempt attempt;

  private Trial(Exchange exchange) {
    this.exchange = exchange;
  }

  /**
   * Takes an exchange that was just opened as far as it goes.
   *
   * @param numbers stand for chance
   * @param chooser the upstream of a request whose route has some
   */
  static Trial of(
      Exchange opened, LongSupplier numbers, Function<Exchange, @Nullable Upstream> chooser) {
    Trial trial = new Trial(opened);
    TraceStarter starter = new TraceStarter(numbers, () -> EPOCH_SECONDS);

    // The order of RequestPath, up to where chance or a socket would come in.
    Stage end = filtered -> trial.attempt(starter, chooser);
    Stage filters = new FilterChain(new ProxyFields(), end);
    Stage gate = SamplingGate.rehearsal(starter, filters);
    Stage route = new Router(gate);
    new TraceEntry(route, (exchange, format) -> trial.malformed.add(format)).handle(opened);
    return trial;
  }

  private void attempt(TraceStarter starter, Function<Exchange, @Nullable Upstream> chooser) {
    Route route = exchange.requireRoute();
    upstream = route.respond() == null ? chooser.apply(exchange) : null;
    if (upstream != null) {
      attempt = new Attempt(exchange, 1, upstream, new Rehearsal.NoResponse(), null, 1);
      new AttemptSpan(starter, new MeshDestination(NOWHERE)).handle(attempt);
    }
  }

  /** The request behind the last stage. */
  Exchange exchange() {
    return exchange;
  }

  /** Where the trace stands; null with tracing off. */
  @Nullable TraceStart start() {
    return exchange.trace();
  }

  /** Formats whose headers were there and wrong. */
  Set<TraceFormat> malformed() {
    return malformed;
  }

  /** Where it would be sent, or null when the gateway answers itself. */
  @Nullable Upstream upstream() {
    return upstream;
  }

  /** What would be sent, or null when nothing is. */
  @Nullable Attempt attempt() {
    return attempt;
  }

  /** Whether the trace goes on under its caller's ids. */
  boolean isContinued() {
    TraceStart start = exchange.trace();
    return start != null && start.context().parentIdAsLong() != 0;
  }
}
