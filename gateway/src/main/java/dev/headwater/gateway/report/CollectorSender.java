package dev.headwater.gateway.report;

import dev.headwater.routes.SinkFormat;
import dev.headwater.routes.SinkPolicy;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.PoolOptions;
import io.vertx.core.net.HostAndPort;
import io.vertx.core.tracing.TracingPolicy;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.security.cert.CertificateExpiredException;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;
import java.util.zip.Deflater;
import java.util.zip.GZIPOutputStream;
import org.jspecify.annotations.Nullable;
import zipkin2.reporter.BytesMessageSender;
import zipkin2.reporter.ClosedSenderException;
import zipkin2.reporter.Encoding;

/**
 * Posts messages to a collector with the Zipkin v2 API, over a small pool of its own.
 *
 * <p>{@link #send} blocks its caller, a sink's thread, until the collector has answered or the time
 * limit has passed; never call it on an event loop. Each request says {@code b3: 0}, so that nobody
 * traces the report of traces.
 */
final class CollectorSender extends BytesMessageSender.Base {
  /** The reporter's customary limit, well below what receivers accept. */
  private static final int MESSAGE_MAX_BYTES = 500_000;

  /** More than this of an error answer is not read. */
  private static final int MAX_ANSWER_BYTES = 64 * 1024;

  private final HttpClient client;
  private final CollectorRequest request;
  private final boolean gzip;
  private final Duration timeout;
  private final Clock wallClock;
  private volatile boolean closed;

  CollectorSender(SinkPolicy sink, SenderParts parts) {
    super(sink.format().encoding() == SinkFormat.Encoding.JSON ? Encoding.JSON : Encoding.PROTO3);
    this.gzip = sink.format().gzip();
    this.timeout = parts.timeout();
    this.wallClock = parts.wallClock();
    this.request = new CollectorRequest(sink, encoding.mediaType(), parts);
    this.client =
        parts
            .vertx()
            .httpClientBuilder()
            .with(
                new HttpClientOptions()
                    .setTracingPolicy(TracingPolicy.IGNORE)
                    .setConnectTimeout((int) Math.min(1_000, timeout.toMillis()))
                    // A configured name is asked for even if it has no dot.
                    .setForceSni(sink.access().tls().serverName() != null)
                    .setKeepAliveTimeout(10))
            .with(new PoolOptions().setHttp1MaxSize(2).setMaxWaitQueueSize(4))
            // Whatever breaks a connection also fails its request: that is told once, elsewhere.
            .withConnectHandler(connection -> connection.exceptionHandler(broken -> {}))
            .build();
  }

  @Override
  public int messageMaxBytes() {
    return MESSAGE_MAX_BYTES;
  }

  /**
   * Posts the spans as one message.
   *
   * @throws CollectorAnswer when the answer is not a success
   * @throws IOException when there was none
   */
  @Override
  public void send(List<byte[]> encodedSpans) throws IOException {
    if (closed) {
      throw new ClosedSenderException();
    }
    byte[] message = encoding.encode(encodedSpans);
    Buffer body = Buffer.buffer(gzip ? gzip(message) : message);
    try {
      post(body);
    } catch (CollectorAnswer refusal) {
      if (!refusal.unauthorized() || !request.renewed()) {
        throw refusal;
      }
      post(body); // A token was replaced since we read it: the batch is not lost for that.
    }
  }

  private void post(Buffer body) throws IOException {
    AtomicReference<@Nullable HttpClientRequest> open = new AtomicReference<>();
    Future<@Nullable CollectorAnswer> answer =
        client
            .request(request.next())
            .compose(
                r -> {
                  open.set(r);
                  HostAndPort authority = request.authority();
                  if (authority != null) {
                    r.authority(authority);
                  }
                  // Composed here, on the client's loop: from the calling thread the answer could
                  // have ended before it is read, and a batch that arrived would be sent again.
                  return r.send(body).compose(this::read);
                });
    await(answer.toCompletionStage().toCompletableFuture(), open);
  }

  private void await(
      CompletableFuture<@Nullable CollectorAnswer> answer,
      AtomicReference<@Nullable HttpClientRequest> open)
      throws IOException {
    try {
      CollectorAnswer refusal = answer.get(timeout.toNanos(), TimeUnit.NANOSECONDS);
      if (refusal != null) {
        throw refusal;
      }
    } catch (TimeoutException e) {
      reset(open.get());
      throw new IOException("no answer within " + timeout.toMillis() + " ms");
    } catch (InterruptedException e) {
      reset(open.get());
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("closing");
    } catch (ExecutionException e) {
      Throwable cause = e.getCause() == null ? e : e.getCause();
      reset(open.get());
      throw new IOException(reason(cause), cause);
    }
  }

  /** What failed, and the innermost reason: a handshake's own message says too little. */
  private static String reason(Throwable failure) {
    Throwable root = failure;
    while (root.getCause() != null && root.getCause() != root) {
      root = root.getCause();
    }
    String text = message(failure);
    String innermost = message(root);
    if (root instanceof CertificateExpiredException) {
      innermost = "its certificate has expired, " + innermost;
    }
    return text.contains(innermost) ? text : text + " (" + innermost + ")";
  }

  private static String message(Throwable failure) {
    String message = failure.getMessage();
    return message == null ? failure.getClass().getSimpleName() : message;
  }

  /** Gives the connection up: its answer is no longer expected. */
  private static void reset(@Nullable HttpClientRequest request) {
    if (request != null) {
      var unused = request.reset();
    }
  }

  /** Reads the answer to its end, so that the connection can be used again: null for a success. */
  private Future<@Nullable CollectorAnswer> read(HttpClientResponse response) {
    Buffer text = Buffer.buffer();
    response.handler(
        chunk -> {
          text.appendBuffer(chunk);
          if (text.length() > MAX_ANSWER_BYTES) {
            var unused = response.request().reset();
          }
        });
    return response.end().map(end -> refusal(response, text));
  }

  private @Nullable CollectorAnswer refusal(HttpClientResponse response, Buffer text) {
    int status = response.statusCode();
    if (status / 100 == 2) {
      return null;
    }
    Duration retryAfter = RetryAfter.parse(response.getHeader("retry-after"), wallClock);
    return new CollectorAnswer(status, retryAfter, RetryAfter.firstLine(text.toString()));
  }

  private static byte[] gzip(byte[] message) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream(message.length / 4 + 64);
    try (GZIPOutputStream gzip = new FastGzip(out)) {
      gzip.write(message);
    }
    return out.toByteArray();
  }

  @Override
  public void close() {
    closed = true;
    var unused = client.close();
  }

  /**
   * Speed before size: spans repeat themselves so much that the fastest level already gives 8:1.
   */
  private static final class FastGzip extends GZIPOutputStream {
    FastGzip(ByteArrayOutputStream out) throws IOException {
      super(out, 8 * 1024);
      def.setLevel(Deflater.BEST_SPEED);
    }
  }
}
