package dev.headwater.gateway.pipeline;

import dev.headwater.gateway.snapshot.Snapshot;
import dev.headwater.routes.ListenerPolicy;
import dev.headwater.routes.Route;
import dev.headwater.routes.SpanPolicy;
import dev.headwater.routes.match.RouteQuery;
import dev.headwater.sampling.Decision;
import dev.headwater.sampling.baggage.BaggageTag;
import dev.headwater.sampling.propagation.StartFacts;
import dev.headwater.sampling.propagation.TraceCandidate;
import dev.headwater.sampling.propagation.TraceStart;
import dev.headwater.sampling.propagation.TrustMode;
import dev.headwater.sampling.rule.SamplingRule;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One client request, from its first byte to its last.
 *
 * <p>Stages read and fill its fields in the order of the request path; nothing is looked up by
 * name. It keeps the snapshot it started with. Confined to the event loop that accepted it.
 */
public final class Exchange implements RouteQuery, StartFacts {
  /** Told about time: a coarse tick of the loop, about every 50 ms. */
  public interface Ticked {
    /** Ends whatever is overdue at {@code now}. */
    void tick(long now);

    /** The loop did not run for {@code nanos} up to {@code now}: they count for nothing. */
    void heldUp(long nanos, long now);
  }

  private final Loop loop;
  private final Snapshot snapshot;
  private final ListenerPolicy listener;
  private final ClientSession session;
  private final RequestHead request;
  private final RequestBody body;
  private final ClientStream client;
  private final Timeline timeline;
  private final ExchangeExits exits;

  private ClientAddress caller;
  private @Nullable TraceCandidate candidate;
  private @Nullable TraceStart trace;
  private @Nullable Route route;
  private @Nullable String requestId;
  private @Nullable String upgrade;
  private @Nullable Fields outgoing;
  private @Nullable String upstreamPath;
  private @Nullable String stickyValue;
  private @Nullable Fields responseFields;
  private @Nullable Ticked ticked;
  private List<Attempt> attempts = List.of();

  private int status;
  private @Nullable GrpcStatus grpcStatus;
  private long responseBytes;
  private long partialAt;
  private @Nullable Failure failure;
  private @Nullable Failure refusal;
  private @Nullable Place place;
  private TrustMode trust = TrustMode.RESTART;
  private double callerRate = Double.NaN;
  private @Nullable Decision forced;
  private List<BaggageTag> baggage = List.of();
  private boolean over;

  /** An exchange whose head was just read. */
  public Exchange(
      Loop loop,
      Snapshot snapshot,
      ListenerPolicy listener,
      ClientSession session,
      RequestHead request,
      RequestBody body,
      ClientStream client,
      Timeline timeline,
      ExchangeExits exits) {
    this.loop = loop;
    this.snapshot = snapshot;
    this.listener = listener;
    this.session = session;
    this.caller = session.client();
    this.request = request;
    this.body = body;
    this.client = client;
    this.timeline = timeline;
    this.exits = exits;
  }

  public Loop loop() {
    return loop;
  }

  public Snapshot snapshot() {
    return snapshot;
  }

  public ListenerPolicy listener() {
    return listener;
  }

  public RequestHead request() {
    return request;
  }

  public RequestBody body() {
    return body;
  }

  public Timeline timeline() {
    return timeline;
  }

  /** The connection that it came on. */
  public ClientSession session() {
    return session;
  }

  /** The TCP peer. */
  public ClientAddress peer() {
    return session.peer();
  }

  /** The client, after forwarded fields of trusted peers were believed. */
  public ClientAddress caller() {
    return caller;
  }

  public void caller(ClientAddress address) {
    caller = address;
  }

  @Override
  public @Nullable TraceCandidate candidate() {
    return candidate;
  }

  public void candidate(@Nullable TraceCandidate claimed) {
    candidate = claimed;
  }

  /** Our SERVER span and the decision; null with tracing off, or before it was made. */
  public @Nullable TraceStart trace() {
    return trace;
  }

  public void trace(TraceStart start) {
    trace = start;
    long after = spans().partialAfter().toNanos();
    partialAt = after != 0 && start.decision().sampled() ? timeline.arrived() + after : 0;
  }

  private SpanPolicy spans() {
    return snapshot.configuration().tracing().spans();
  }

  /** The matched route, or null. */
  public @Nullable Route matched() {
    return route;
  }

  /** The matched route; only behind the router. */
  public Route requireRoute() {
    if (route == null) {
      throw new IllegalStateException("route: not matched yet");
    }
    return route;
  }

  public void matched(@Nullable Route found) {
    route = found;
  }

  public @Nullable String requestId() {
    return requestId;
  }

  public void requestId(String id) {
    requestId = id;
  }

  /** Protocols that the client asks to switch to, as a list for the upstream; null for none. */
  public @Nullable String upgrade() {
    return upgrade;
  }

  public void upgrade(@Nullable String protocols) {
    upgrade = protocols;
  }

  /** What spans show of a trusted caller's baggage. */
  public List<BaggageTag> baggage() {
    return baggage;
  }

  public void baggage(List<BaggageTag> tags) {
    baggage = tags;
  }

  /** Fields that every attempt sends; filled by the request filters. */
  public Fields outgoing() {
    if (outgoing == null) {
      throw new IllegalStateException("outgoing: not prepared yet");
    }
    return outgoing;
  }

  public void outgoing(Fields fields) {
    outgoing = fields;
  }

  /** What a cookie that keeps the client at its endpoint has to say from now on; null for none. */
  public @Nullable String stickyValue() {
    return stickyValue;
  }

  /** The client's endpoint is to be known by this value. */
  public void stick(String value) {
    stickyValue = value;
  }

  /** The path that every attempt asks for: the client's, unless the route has it rewritten. */
  public String upstreamPath() {
    return upstreamPath == null ? request.path() : upstreamPath;
  }

  /** Sends on another path, in normal form, instead of the client's. */
  public void upstreamPath(String path) {
    upstreamPath = path;
  }

  /** What every attempt asks for: the path and the client's query. */
  public String upstreamTarget() {
    if (upstreamPath == null) {
      return request.upstreamTarget();
    }
    String query = request.query();
    return query == null ? upstreamPath : upstreamPath + '?' + query;
  }

  /** The tries so far, in order. */
  public List<Attempt> attempts() {
    return attempts;
  }

  public void add(Attempt attempt) {
    if (attempts.isEmpty()) {
      attempts = new ArrayList<>(2);
    }
    attempts.add(attempt);
  }

  /** Registers who is told about time, or null. */
  public void ticked(@Nullable Ticked who) {
    ticked = who;
  }

  /** Passes on that the loop did not run. */
  public void heldUp(long nanos, long now) {
    if (ticked != null) {
      ticked.heldUp(nanos, now);
    }
  }

  /** Passes a tick on. */
  public void tick(long now) {
    if (partialAt != 0 && now - partialAt >= 0) {
      partialAt = 0;
      exits.partial(this);
    }
    if (ticked != null) {
      ticked.tick(now);
    }
  }

  /** Relays a 1xx. */
  public void informational(ResponseHead head) {
    if (!over) {
      client.informational(head);
    }
  }

  /** Starts the final response: filters, then the client. */
  public void respond(ResponseHead head) {
    if (!over) {
      client.head(filtered(head));
    }
  }

  private ResponseHead filtered(ResponseHead head) {
    ResponseHead filtered = exits.filter(this, head);
    status = filtered.status();
    timeline.responseHead(loop.now());
    if (GrpcStatus.asked(request.fields())) {
      grpcStatus = GrpcStatus.of(filtered.fields());
    }
    if (!spans().responseHeaders().isEmpty()) {
      responseFields = filtered.fields();
    }
    return filtered;
  }

  /**
   * The protocol is another one from here on: the exchange ends with this head. Gives the client's
   * end of the tunnel, or null when the client has gone.
   */
  public @Nullable TunnelEnd switched(ResponseHead head) {
    if (over) {
      return null;
    }
    TunnelEnd end = client.switched(filtered(head));
    finish();
    return end;
  }

  /** It goes on as a tunnel: who is told of that. */
  public TunnelExit tunnel(TunnelFacts facts) {
    return exits.tunnel(this, facts);
  }

  /** Fields that the client was told, or null; kept only where the configuration asks for some. */
  public @Nullable Fields responseFields() {
    return responseFields;
  }

  /** Passes a piece of the response on. */
  public void data(Bytes piece) {
    if (over) {
      piece.release();
      return;
    }
    responseBytes += piece.length();
    client.data(piece);
  }

  /** Lets what was written leave. */
  public void flush() {
    if (!over) {
      client.flush();
    }
  }

  /** Completes the response. The exchange is over once its last byte has left. */
  public void end(@Nullable Fields trailers) {
    if (!over) {
      ticked = null;
      if (trailers != null && GrpcStatus.asked(request.fields())) {
        grpcStatus = GrpcStatus.of(trailers);
      }
      client.end(trailers);
    }
  }

  /** Whether the client's connection takes more. */
  public boolean writable() {
    return client.writable();
  }

  /** Whether the final response has started. */
  public boolean responding() {
    return client.started();
  }

  /** Answers with a failure, or breaks off a response that has started. */
  public void fail(Failure why) {
    if (!over) {
      failure = failure == null ? why : failure;
      exits.fail(this, why);
    }
  }

  /**
   * Will be answered with this failure once the trace is decided, so that it is traced like any
   * other answer.
   */
  public void refuse(Failure why) {
    refusal = refusal == null ? why : refusal;
  }

  /** It counts against a limit on requests in flight until it is over; perhaps against several. */
  public void admitted(Place taken) {
    Place before = place;
    place =
        before == null
            ? taken
            : () -> {
              taken.leave();
              before.leave();
            };
  }

  /** Why it will not be served, or null. */
  public @Nullable Failure refusal() {
    return refusal;
  }

  /** The client broke the protocol or ran out of time: lets go of the upstream and answers. */
  public void abandon(Failure why) {
    cancelAttempts(why);
    fail(why);
  }

  /** The client's connection takes more again. */
  public void drained() {
    if (!attempts.isEmpty()) {
      Attempt.Canceller canceller = attempts.get(attempts.size() - 1).canceller();
      if (canceller != null) {
        canceller.response().resume();
      }
    }
  }

  /** Breaks the response off. */
  public void abort() {
    client.abort();
  }

  /** The client has gone: lets go of the upstream and ends the exchange. */
  public void clientGone(Failure why) {
    if (over) {
      return;
    }
    failure = failure == null ? why : failure;
    loop.metrics().failure(why.phase(), why.reason());
    cancelAttempts(why);
    finish();
  }

  private void cancelAttempts(Failure why) {
    for (Attempt attempt : attempts) {
      Attempt.Canceller canceller = attempt.canceller();
      if (canceller != null) {
        attempt.canceller(null);
        attempt.broke(why, loop.now());
        canceller.cancel();
      }
    }
  }

  /** The last byte has left, or never will. Told once to the exits. */
  public void finish() {
    if (over) {
      return;
    }
    over = true;
    ticked = null;
    timeline.ended(loop.now());
    body.discard();
    if (place != null) {
      place.leave();
    }
    exits.exit(this);
  }

  /** Whether it is over. */
  public boolean over() {
    return over;
  }

  /** Status that the client was told, 0 for none. */
  public int status() {
    return status;
  }

  /** How a gRPC call ended, or null: no call, or nothing was said. */
  public @Nullable GrpcStatus grpcStatus() {
    return grpcStatus;
  }

  /** Bytes of the response body. */
  public long responseBytes() {
    return responseBytes;
  }

  /** Why it did not end as it should, or null. */
  public @Nullable Failure failure() {
    return failure;
  }

  @Override
  public @Nullable String route() {
    return route == null ? null : route.name();
  }

  @Override
  public String method() {
    return request.method();
  }

  @Override
  public String host() {
    return request.host();
  }

  @Override
  public String path() {
    return request.path();
  }

  @Override
  public @Nullable String query() {
    return request.query();
  }

  @Override
  public @Nullable String header(String name) {
    return request.fields().get(name);
  }

  @Override
  public byte[] client() {
    return caller.ip();
  }

  @Override
  public TrustMode trust() {
    return trust;
  }

  /** What listener or route say the caller's trace headers are worth. */
  public void trust(TrustMode mode) {
    trust = mode;
  }

  @Override
  public double callerRate() {
    return callerRate;
  }

  public void callerRate(double rate) {
    callerRate = rate;
  }

  @Override
  public @Nullable Decision forced() {
    return forced;
  }

  /** An authorised command decides for the whole trace. */
  public void forced(@Nullable Decision decision) {
    forced = decision;
  }

  @Override
  public @Nullable SamplingRule ownRule() {
    return route == null ? null : route.sampling();
  }
}
