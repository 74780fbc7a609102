package dev.headwater.gateway.explain;

import dev.headwater.gateway.listen.CallerAddress;
import dev.headwater.gateway.metrics.LoopMetrics;
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
import dev.headwater.routes.ListenerPolicy;
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

  /** An exchange as the listener would open it for this query. */
  static Exchange exchange(
      ExplainQuery query,
      RequestLine line,
      Snapshot snapshot,
      ListenerPolicy listener,
      LoopMetrics metrics) {
    Fields fields = new Fields();
    query.headers().forEach(header -> fields.add(header.name(), header.value()));
    String rawQuery = query.url().getRawQuery();
    String target = rawQuery == null ? line.path() : line.path() + "?" + rawQuery;
    RequestHead head =
        new RequestHead(
            query.method(),
            target,
            target,
            line.path(),
            rawQuery,
            line.host(),
            line.authority(),
            HttpVersion.HTTP_1_1,
            true,
            0,
            false,
            fields);
    Loop loop =
        new Loop(0, () -> 1, () -> 0, new SplittableRandom(0), metrics, (delay, task) -> {});
    Exchange exchange =
        new Exchange(
            loop,
            snapshot,
            listener,
            ClientSession.clear(peer(query), 0),
            head,
            new RequestBody(NO_SOURCE, true),
            new NoClient(),
            new Timeline(),
            new NoExits());
    CallerAddress.believe(exchange);
    return exchange;
  }

  /**
   * What a request line and Host come to.
   *
   * @param authority as named
   * @param host normal form, without port
   * @param path normal form
   */
  record RequestLine(String authority, String host, String path) {}

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
