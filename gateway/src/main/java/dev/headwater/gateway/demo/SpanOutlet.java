package dev.headwater.gateway.demo;

import brave.handler.MutableSpan;
import brave.handler.SpanHandler;
import brave.propagation.TraceContext;
import java.net.URI;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import zipkin2.reporter.brave.AsyncZipkinSpanHandler;

/**
 * Where all parts of the demo leave their spans. Reporting has a thread of its own, is bounded and
 * drops what it cannot deliver.
 */
final class SpanOutlet extends SpanHandler implements AutoCloseable {
  private final AsyncZipkinSpanHandler reporter;
  private volatile boolean used;

  SpanOutlet(Supplier<URI> zipkin) {
    reporter =
        AsyncZipkinSpanHandler.newBuilder(new SpanPost(zipkin))
            .messageTimeout(500, TimeUnit.MILLISECONDS)
            .closeTimeout(3, TimeUnit.SECONDS)
            .build();
  }

  @Override
  public boolean end(TraceContext context, MutableSpan span, @Nullable Cause cause) {
    used = true;
    return reporter.end(context, span, cause);
  }

  /** Delivers what is still here; a reporter that was never used has no thread to wait for. */
  @Override
  public void close() {
    if (used) {
      reporter.close();
    }
  }
}
