package dev.headwater.gateway.pipeline;

import dev.headwater.gateway.metrics.EndpointRecorder;
import dev.headwater.routes.Endpoint;
import dev.headwater.routes.Upstream;
import org.jspecify.annotations.Nullable;

/**
 * One try of an exchange at one endpoint. Carries its own times and outcome, from which its CLIENT
 * span is made. Confined to the exchange's event loop.
 */
public final class Attempt {
  /** Ends the attempt early; a connection in use is closed. */
  public interface Canceller {
    /** Lets go of everything; nothing is told to the sink any more. */
    void cancel();

    /** Pauses or resumes the response body. */
    BodySource response();
  }

  private static final String MESH_ERROR = "l5d-proxy-error";

  private final Exchange exchange;
  private final int number;
  private final Upstream upstream;
  private final ResponseSink sink;
  private final @Nullable String retryReason;

  private @Nullable Endpoint endpoint;
  private @Nullable EndpointRecorder recorder;
  private @Nullable String remoteAddress;
  private int remotePort;
  private long spanId;
  private final Fields injected = new Fields();
  private @Nullable Canceller canceller;

  private long started;
  private long poolWaited;
  private long connectStarted;
  private long resolved;
  private long tlsStarted;
  private long connected;
  private long firstByteOut;
  private long firstByteIn;
  private long ended;
  private boolean reused;
  private int status;
  private @Nullable Failure failure;
  private @Nullable String meshError;

  /**
   * A try that begins now.
   *
   * @param number 1 for the first
   * @param retryReason why it is not the first, or null
   */
  public Attempt(
      Exchange exchange,
      int number,
      Upstream upstream,
      ResponseSink sink,
      @Nullable String retryReason,
      long now) {
    this.exchange = exchange;
    this.number = number;
    this.upstream = upstream;
    this.sink = sink;
    this.retryReason = retryReason;
    this.started = now;
  }

  public Exchange exchange() {
    return exchange;
  }

  /** 1 for the first try. */
  public int number() {
    return number;
  }

  /** Whether no other try came after it: its answer is the exchange's. */
  public boolean isLast() {
    return number == exchange.attempts().size();
  }

  public Upstream upstream() {
    return upstream;
  }

  public ResponseSink sink() {
    return sink;
  }

  /** Why this is not the first try, or null. */
  public @Nullable String retryReason() {
    return retryReason;
  }

  /** The chosen endpoint; null until the balancer chose. */
  public @Nullable Endpoint endpoint() {
    return endpoint;
  }

  /** The chosen endpoint; only behind the balancer. */
  public Endpoint requireEndpoint() {
    if (endpoint == null) {
      throw new IllegalStateException("endpoint: not chosen yet");
    }
    return endpoint;
  }

  /** Tells which endpoint was chosen, and counts the attempt as in flight there. */
  public void endpoint(Endpoint chosen, EndpointRecorder counts) {
    endpoint = chosen;
    recorder = counts;
    counts.started();
  }

  /** IP address of the peer, or null before one was tried. */
  public @Nullable String remoteAddress() {
    return remoteAddress;
  }

  public int remotePort() {
    return remotePort;
  }

  public void remote(String address, int port) {
    remoteAddress = address;
    remotePort = port;
  }

  /** Id of the CLIENT span; 0 with tracing off. */
  public long spanId() {
    return spanId;
  }

  public void spanId(long id) {
    spanId = id;
  }

  /** Fields of this attempt alone, written behind those of the exchange. */
  public Fields injected() {
    return injected;
  }

  /** Registers how to let go; replaced as the attempt goes on. */
  public void canceller(@Nullable Canceller how) {
    canceller = how;
  }

  public @Nullable Canceller canceller() {
    return canceller;
  }

  /** The balancer was asked. */
  public long started() {
    return started;
  }

  /** A connection was free, or room for a new one. */
  public long poolWaited() {
    return poolWaited;
  }

  /** A new connection was begun, with the look-up of its name; 0 for a pooled one. */
  public long connectStarted() {
    return connectStarted;
  }

  /** The endpoint's name was looked up; 0 for an address, and for a pooled connection. */
  public long resolved() {
    return resolved;
  }

  /** TCP was connected and TLS began; 0 in clear, and for a pooled connection. */
  public long tlsStarted() {
    return tlsStarted;
  }

  /** The connection was ready. */
  public long connected() {
    return connected;
  }

  /** The head was written. */
  public long firstByteOut() {
    return firstByteOut;
  }

  /** The first byte of a response came. */
  public long firstByteIn() {
    return firstByteIn;
  }

  /** The response was complete, or the attempt broke. */
  public long ended() {
    return ended;
  }

  /** Whether the connection had served before. */
  public boolean reused() {
    return reused;
  }

  /** Status of the final response, 0 for none. */
  public int status() {
    return status;
  }

  /** Why a sidecar of Linkerd answered in place of the endpoint, as it says; or null. */
  public @Nullable String meshError() {
    return meshError;
  }

  /** Why it broke, or null. */
  public @Nullable Failure failure() {
    return failure;
  }

  public void poolWaited(long now) {
    poolWaited = now;
  }

  public void connectStarted(long now) {
    connectStarted = now;
  }

  public void resolved(long now) {
    resolved = now;
  }

  public void tlsStarted(long now) {
    tlsStarted = now;
  }

  public void connected(long now, boolean pooled) {
    connected = now;
    reused = pooled;
  }

  public void firstByteOut(long now) {
    firstByteOut = now;
  }

  public void firstByteIn(long now) {
    if (firstByteIn == 0) {
      firstByteIn = now;
    }
  }

  /** The final response began. */
  public void answered(ResponseHead head) {
    status = head.status();
    // Of gRPC an error comes with 200.
    if (status >= 500 || GrpcStatus.asked(exchange.request().fields())) {
      meshError = head.fields().get(MESH_ERROR);
    }
  }

  /** Ends it well. */
  public void complete(long now) {
    if (ended == 0) {
      ended = now;
      record();
    }
  }

  /** Ends it badly; the first reason stays. */
  public void broke(Failure why, long now) {
    if (ended == 0) {
      ended = now;
      failure = why;
      record();
    }
  }

  private void record() {
    if (recorder != null) {
      recorder.finished(status, failure == null ? null : failure.reason(), ended - started);
    }
  }
}
