package dev.headwater.load.benchmark;

import dev.headwater.gateway.metrics.Metrics;
import dev.headwater.gateway.pipeline.Attempt;
import dev.headwater.gateway.pipeline.BodySource;
import dev.headwater.gateway.pipeline.Bytes;
import dev.headwater.gateway.pipeline.ClientAddress;
import dev.headwater.gateway.pipeline.ClientSession;
import dev.headwater.gateway.pipeline.ClientStream;
import dev.headwater.gateway.pipeline.Exchange;
import dev.headwater.gateway.pipeline.ExchangeExits;
import dev.headwater.gateway.pipeline.Failure;
import dev.headwater.gateway.pipeline.Fields;
import dev.headwater.gateway.pipeline.HttpVersion;
import dev.headwater.gateway.pipeline.Loop;
import dev.headwater.gateway.pipeline.RequestBody;
import dev.headwater.gateway.pipeline.RequestHead;
import dev.headwater.gateway.pipeline.ResponseHead;
import dev.headwater.gateway.pipeline.ResponseSink;
import dev.headwater.gateway.pipeline.Timeline;
import dev.headwater.gateway.pipeline.TunnelEnd;
import dev.headwater.gateway.pipeline.TunnelExit;
import dev.headwater.gateway.pipeline.TunnelFacts;
import dev.headwater.gateway.snapshot.Snapshot;
import dev.headwater.routes.Configuration;
import dev.headwater.routes.Endpoint;
import dev.headwater.routes.Route;
import dev.headwater.routes.Upstream;
import dev.headwater.routes.compile.ConfigurationInput;
import dev.headwater.routes.compile.ConfigurationLoader;
import dev.headwater.sampling.SamplingPolicy;
import dev.headwater.sampling.propagation.TraceStart;
import dev.headwater.sampling.propagation.TraceStarter;
import java.time.Instant;
import java.util.List;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/** One request of the reference application as it is at its end: routed, forwarded once, over. */
final class EndedRequest {
  private static final String FILE =
      """
      listeners: [{name: web, address: "127.0.0.1:8080"}]
      upstreams: [{name: voting, endpoints: ["http://127.0.0.1:9001"]}]
      routes: [{name: votes, match: {path: {prefix: /api}}, to: [{upstream: voting}]}]
      """;

  private static final byte[] LOOPBACK = {127, 0, 0, 1};
  private static final long MILLI = 1_000_000;

  private EndedRequest() {}

  /** It, under this policy, answered with this status. */
  static Exchange of(Metrics metrics, SamplingPolicy policy, int status) {
    Configuration file = file("");
    Configuration configuration =
        new Configuration(
            file.listeners(),
            file.upstreams(),
            file.routes(),
            file.tracing().with(policy, List.of(), null),
            file.accessLog(),
            file.log(),
            file.drain(),
            file.limits(),
            file.admin());
    return of(metrics, configuration, status);
  }

  /** It, answered with 200, with this section {@code tracing}. */
  static Exchange of(Metrics metrics, String tracing) {
    return of(metrics, file("tracing: " + tracing + "\n"), 200);
  }

  /** One more attempt of it, about to be sent. */
  static Attempt another(Exchange exchange) {
    Upstream upstream = exchange.snapshot().configuration().upstreams().get(0);
    return new Attempt(exchange, 2, upstream, new NoSink(), null, exchange.loop().now());
  }

  private static Exchange of(Metrics metrics, Configuration configuration, int status) {
    Clock clock = new Clock();
    SplittableRandom random = new SplittableRandom(1);
    Loop loop =
        new Loop(
            0,
            clock,
            () -> 1_700_000_000_000_000L,
            random,
            metrics.newLoop(task -> {}),
            (millis, task) -> {});
    Snapshot snapshot = Snapshot.of(configuration, 1, Instant.EPOCH, "benchmark");
    Timeline line = new Timeline();
    Exchange exchange =
        new Exchange(
            loop,
            snapshot,
            snapshot.configuration().listeners().get(0),
            ClientSession.clear(new ClientAddress(LOOPBACK, "127.0.0.1", 50_000), 1),
            head(),
            new RequestBody(new NoSource(), true),
            new NoClient(),
            line,
            new NoExits());
    Route route = snapshot.configuration().routes().get(0);
    line.arrived(loop.now());
    line.headRead(loop.now());
    exchange.matched(route);
    line.routed(loop.now());
    TraceStarter starter = new TraceStarter(random::nextLong, () -> 1_700_000_000L);
    exchange.requestId("1b4e28ba-2fa1-41d2-883f-0016d3cca427");
    line.filtered(loop.now());
    Attempt attempt = attempt(exchange, loop);
    if (configuration.tracing().enabled()) {
      TraceStart start = starter.start(exchange, snapshot.sampler());
      exchange.trace(start);
      attempt.spanId(starter.child(start.context()).spanId());
    }
    ResponseHead answer = new ResponseHead(status, 2, new Fields());
    attempt.answered(answer);
    attempt.complete(loop.now());
    exchange.respond(answer);
    exchange.end(null);
    exchange.finish();
    return exchange;
  }

  private static Attempt attempt(Exchange exchange, Loop loop) {
    Upstream upstream = exchange.snapshot().configuration().upstreams().get(0);
    Endpoint endpoint = upstream.endpoints().get(0);
    Attempt attempt = new Attempt(exchange, 1, upstream, new NoSink(), null, loop.now());
    exchange.add(attempt);
    attempt.endpoint(endpoint, loop.metrics().endpoint(upstream.name(), endpoint.toString()));
    attempt.remote("127.0.0.1", 9001);
    attempt.poolWaited(loop.now());
    attempt.connected(loop.now(), true);
    attempt.firstByteOut(loop.now());
    attempt.firstByteIn(loop.now());
    return attempt;
  }

  private static Configuration file(String tracing) {
    return ConfigurationLoader.load(ConfigurationInput.of(FILE + tracing, "benchmark"))
        .configuration()
        .orElseThrow();
  }

  private static RequestHead head() {
    Fields fields = new Fields();
    fields.add("Host", "vote.example.com");
    fields.add("User-Agent", "Mozilla/5.0 (X11; Linux x86_64)");
    fields.add("Accept", "*/*");
    return new RequestHead(
        "GET",
        "/api/vote?choice=pizza",
        "/api/vote?choice=pizza",
        "/api/vote",
        "choice=pizza",
        "vote.example.com",
        "vote.example.com",
        HttpVersion.HTTP_1_1,
        true,
        0,
        false,
        fields);
  }

  /** Each reading is a millisecond after the one before. */
  private static final class Clock implements java.util.function.LongSupplier {
    private long now;

    @Override
    public long getAsLong() {
      now += MILLI;
      return now;
    }
  }

  private static final class NoSource implements BodySource {
    @Override
    public void pause() {}

    @Override
    public void resume() {}
  }

  private static final class NoExits implements ExchangeExits {
    @Override
    public void fail(Exchange exchange, Failure failure) {}

    @Override
    public ResponseHead filter(Exchange exchange, ResponseHead head) {
      return head;
    }

    @Override
    public void partial(Exchange exchange) {}

    @Override
    public void exit(Exchange exchange) {}

    @Override
    public TunnelExit tunnel(Exchange exchange, TunnelFacts facts) {
      throw new IllegalStateException("tunnel: no benchmark has one");
    }
  }

  private static final class NoClient implements ClientStream {
    @Override
    public void informational(ResponseHead head) {}

    @Override
    public void head(ResponseHead head) {}

    @Override
    public void data(Bytes piece) {}

    @Override
    public void flush() {}

    @Override
    public void end(@Nullable Fields trailers) {}

    @Override
    public boolean writable() {
      return true;
    }

    @Override
    public void abort() {}

    @Override
    public boolean started() {
      return true;
    }
  }

  private static final class NoSink implements ResponseSink {
    @Override
    public void informational(Attempt attempt, ResponseHead head) {}

    @Override
    public void head(Attempt attempt, ResponseHead head) {}

    @Override
    public void data(Attempt attempt, Bytes piece) {}

    @Override
    public void flush(Attempt attempt) {}

    @Override
    public @Nullable TunnelEnd switched(Attempt attempt, ResponseHead head) {
      return null;
    }

    @Override
    public void end(Attempt attempt, @Nullable Fields trailers) {}

    @Override
    public void failed(Attempt attempt, Failure failure) {}
  }
}
