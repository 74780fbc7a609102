package dev.headwater.gateway;

import dev.headwater.gateway.admission.Admission;
import dev.headwater.gateway.admission.ClientGate;
import dev.headwater.gateway.balance.Balancer;
import dev.headwater.gateway.fail.FailureResponder;
import dev.headwater.gateway.filter.AddressGate;
import dev.headwater.gateway.filter.CorsAnswer;
import dev.headwater.gateway.filter.DirectAnswer;
import dev.headwater.gateway.filter.FilterChain;
import dev.headwater.gateway.filter.HttpsRedirect;
import dev.headwater.gateway.filter.MeshDestination;
import dev.headwater.gateway.filter.PathRewriting;
import dev.headwater.gateway.filter.ProxyFields;
import dev.headwater.gateway.forward.Forwarder;
import dev.headwater.gateway.forward.Pools;
import dev.headwater.gateway.pipeline.AttemptStage;
import dev.headwater.gateway.pipeline.Exchange;
import dev.headwater.gateway.pipeline.ExchangeExits;
import dev.headwater.gateway.pipeline.Failure;
import dev.headwater.gateway.pipeline.Loop;
import dev.headwater.gateway.pipeline.ResponseHead;
import dev.headwater.gateway.pipeline.Stage;
import dev.headwater.gateway.pipeline.TunnelExit;
import dev.headwater.gateway.pipeline.TunnelFacts;
import dev.headwater.gateway.retry.RetryLoop;
import dev.headwater.gateway.route.Router;
import dev.headwater.gateway.trace.AttemptSpan;
import dev.headwater.gateway.trace.SamplingGate;
import dev.headwater.gateway.trace.SpanExit;
import dev.headwater.gateway.trace.TraceEntry;
import dev.headwater.gateway.wire.Octets;
import dev.headwater.sampling.propagation.TraceStarter;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The request path of one loop: its stages in order, and the ways out of it. */
final class RequestPath implements ExchangeExits {
  private static final Logger LOG = LoggerFactory.getLogger(RequestPath.class);

  private final FailureResponder responder = new FailureResponder(Octets::wrap);
  private final FilterChain filters;
  private final SpanExit exit;
  private final Stage first;
  private boolean defectTold;

  RequestPath(Loop loop, int loops, Pools pools, GatewayParts parts) {
    TraceStarter starter =
        new TraceStarter(loop.random()::nextLong, () -> loop.epochMicros(loop.now()) / 1_000_000);
    exit = new SpanExit(parts.spans(), parts.accessLog());

    // Read from the last line to the first: each stage is given the one behind it.
    AttemptStage forward = new Forwarder(pools);
    AttemptStage mesh = new MeshDestination(forward);
    AttemptStage span = new AttemptSpan(starter, mesh); // below retry: no two tries share an id
    AttemptStage balance = new Balancer(loop.metrics(), span); // below retry: each try picks again
    Stage retry = new RetryLoop(balance, loops);
    Stage path = new PathRewriting(retry);
    Stage direct = new DirectAnswer(Octets::wrap, path);
    Stage address = new AddressGate(direct);
    Stage share = new ClientGate(parts.use(), address);
    Stage cors = new CorsAnswer(share); // browsers ask without what lets a client in
    Stage https = new HttpsRedirect(cors); // behind the fields that say how the client came
    filters = new FilterChain(new ProxyFields(), https);
    Stage gate = new SamplingGate(starter, filters); // behind the router: rules may name a route
    Stage admission =
        new Admission(parts.inFlight(), parts.pressure(), gate); // traced as any other refusal
    Stage route = new Router(admission);
    first = new TraceEntry(route);
  }

  Stage first() {
    return first;
  }

  @Override
  public void fail(Exchange exchange, Failure failure) {
    filters.identify(exchange);
    responder.fail(exchange, failure);
  }

  @Override
  public ResponseHead filter(Exchange exchange, ResponseHead head) {
    return filters.response(exchange, head);
  }

  @Override
  public void partial(Exchange exchange) {
    guarded(exchange, exit::partial);
  }

  @Override
  public void exit(Exchange exchange) {
    guarded(exchange, exit);
  }

  @Override
  public TunnelExit tunnel(Exchange exchange, TunnelFacts facts) {
    return exit.tunnel(exchange, facts);
  }

  /** Telemetry never hurts: the connection goes on, the defect is counted, and told once. */
  private void guarded(Exchange exchange, Consumer<Exchange> telemetry) {
    try {
      telemetry.accept(exchange);
    } catch (RuntimeException defect) {
      exchange.loop().metrics().failure("exit", "defect");
      if (!defectTold) {
        defectTold = true;
        LOG.error("The end of an exchange could not be recorded", defect);
      }
    }
  }
}
