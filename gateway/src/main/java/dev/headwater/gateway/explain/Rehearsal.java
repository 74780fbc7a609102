package dev.headwater.gateway.explain;

import dev.headwater.gateway.listen.CallerAddress;
import dev.headwater.gateway.listen.CheckedRequest;
import dev.headwater.gateway.listen.RequestCheck;
import dev.headwater.gateway.metrics.LoopMetrics;
import dev.headwater.gateway.pipeline.Attempt;
import dev.headwater.gateway.pipeline.BodySource;
import dev.headwater.gateway.pipeline.Bytes;
import dev.headwater.gateway.pipeline.ClientAddress;
import dev.headwater.gateway.pipeline.ClientIdentity;
import dev.headwater.gateway.pipeline.ClientSession;
import dev.headwater.gateway.pipeline.ClientStream;
import dev.headwater.gateway.pipeline.Exchange;
import dev.headwater.gateway.pipeline.ExchangeExits;
import dev.headwater.gateway.pipeline.Failure;
import dev.headwater.gateway.pipeline.Fields;
import dev.headwater.gateway.pipeline.Loop;
import dev.headwater.gateway.pipeline.RequestBody;
import dev.headwater.gateway.pipeline.RequestHead;
import dev.headwater.gateway.pipeline.ResponseHead;
import dev.headwater.gateway.pipeline.ResponseSink;
import dev.headwater.gateway.pipeline.Timeline;
import dev.headwater.gateway.pipeline.TlsFacts;
import dev.headwater.gateway.pipeline.TunnelEnd;
import dev.headwater.gateway.pipeline.TunnelExit;
import dev.headwater.gateway.pipeline.TunnelFacts;
import dev.headwater.gateway.snapshot.Snapshot;
import dev.headwater.gateway.wire.StartLines;
import dev.headwater.routes.ListenerPolicy;
import java.util.List;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/**
 * Makes exchanges that are shown to the stages of the request path and never served: no client, no
 * body, no clock.
 */
final class Rehearsal {
  private static final BodySource NO_SOURCE =
      new BodySource() {
        @Override
        public void pause() {}

        @Override
        public void resume() {}
      };

  private Rehearsal() {}

  /** The request as the listener would read it. */
  static CheckedRequest read(ExplainQuery query, ListenerPolicy listener) {
    Fields fields = new Fields();
    query.headers().forEach(header -> fields.add(header.name(), header.value()));
    if (query.first("host") == null) {
      fields.add("Host", query.url().getRawAuthority());
    }
    String path = query.url().getRawPath();
    String queryString = query.url().getRawQuery();
    String target = (path.isEmpty() ? "/" : path) + (queryString == null ? "" : "?" + queryString);
    return RequestCheck.http1(
        new StartLines.Request(query.method(), target, true, 0), fields, listener);
  }

  /** An exchange as the listener would open it for this query, which it does not refuse. */
  static Exchange exchange(
      ExplainQuery query, Snapshot snapshot, ListenerPolicy listener, LoopMetrics metrics) {
    RequestHead head = read(query, listener).head();
    Loop loop =
        new Loop(0, () -> 1, () -> 0, new SplittableRandom(0), metrics, (delay, task) -> {});
    Exchange exchange =
        new Exchange(
            loop,
            snapshot,
            listener,
            session(query),
            head,
            new RequestBody(NO_SOURCE, true),
            new NoClient(),
            new Timeline(),
            new NoExits());
    CallerAddress.believe(exchange);
    return exchange;
  }

  /** A certificate comes with TLS, whose other facts are not asked about. */
  private static ClientSession session(ExplainQuery query) {
    ClientAddress peer = peer(query);
    String name = query.identity();
    if (name == null) {
      return ClientSession.clear(peer, 0);
    }
    ClientIdentity identity = new ClientIdentity("", List.of(name), "0".repeat(64));
    return new ClientSession(peer, peer, new TlsFacts("TLSv1.3", "", null, identity, null), 0, 0);
  }

  /** Nobody in particular has an address that only a network of everybody contains. */
  private static ClientAddress peer(ExplainQuery query) {
    byte[] from = query.fromBytes();
    return from == null || query.from() == null
        ? new ClientAddress(new byte[4], "<client address>", 0)
        : new ClientAddress(from, query.from(), 0);
  }

  private static final class NoClient implements ClientStream {
    @Override
    public void informational(ResponseHead head) {}

    @Override
    public void head(ResponseHead head) {}

    @Override
    public void abort() {}

    @Override
    public boolean started() {
      return false;
    }

    @Override
    public void data(Bytes piece) {
      piece.release();
    }

    @Override
    public void end(@Nullable Fields trailers) {}

    @Override
    public void flush() {}

    @Override
    public boolean writable() {
      return true;
    }
  }

  /** Nobody waits for a response. */
  static final class NoResponse implements ResponseSink {
    @Override
    public void informational(Attempt attempt, ResponseHead head) {}

    @Override
    public @Nullable TunnelEnd switched(Attempt attempt, ResponseHead head) {
      return null;
    }

    @Override
    public void head(Attempt attempt, ResponseHead head) {}

    @Override
    public void data(Attempt attempt, Bytes piece) {
      piece.release();
    }

    @Override
    public void flush(Attempt attempt) {}

    @Override
    public void end(Attempt attempt, @Nullable Fields trailers) {}

    @Override
    public void failed(Attempt attempt, Failure failure) {}
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
      throw new IllegalStateException("tunnel: nothing is sent, so nothing switches");
    }
  }
}
