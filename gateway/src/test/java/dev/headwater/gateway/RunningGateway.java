package dev.headwater.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headwater.gateway.metrics.Metrics;
import dev.headwater.gateway.metrics.MetricsView;
import dev.headwater.gateway.overload.HeapGauge;
import dev.headwater.gateway.overload.JvmHeap;
import dev.headwater.gateway.report.Outcome;
import dev.headwater.gateway.report.SpanReporter;
import dev.headwater.gateway.snapshot.Snapshot;
import dev.headwater.gateway.snapshot.SnapshotRef;
import dev.headwater.routes.Configuration;
import dev.headwater.routes.compile.ConfigurationFiles;
import dev.headwater.routes.compile.ConfigurationInput;
import dev.headwater.routes.compile.ConfigurationLoader;
import dev.headwater.routes.compile.Loaded;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import zipkin2.Span;

/** A gateway on an ephemeral port, and the spans that it reported, in order of arrival. */
final class RunningGateway implements AutoCloseable {
  private final Vertx vertx = Gateway.vertx();
  private final Metrics metrics = Metrics.create();
  private final BlockingQueue<Span> spans = new LinkedBlockingQueue<>();
  private final SpanReporter reporter;
  private final SnapshotRef snapshots;
  private final Gateway gateway;

  private RunningGateway(
      Configuration configuration, @Nullable Consumer<List<Span>> sink, Clock clock) {
    this(configuration, sink, clock, new JvmHeap());
  }

  private RunningGateway(
      Configuration configuration,
      @Nullable Consumer<List<Span>> sink,
      Clock clock,
      HeapGauge heap) {
    snapshots = new SnapshotRef(Snapshot.of(configuration, 1, Instant.EPOCH, "test"));
    reporter =
        SpanReporter.create(vertx, configuration.tracing(), sink == null ? spans::addAll : sink);
    gateway = done(Gateway.start(vertx, snapshots, metrics, reporter, clock, heap));
  }

  static <T> T done(io.vertx.core.Future<T> future) {
    return future.toCompletionStage().toCompletableFuture().orTimeout(40, TimeUnit.SECONDS).join();
  }

  static RunningGateway of(Configurations configuration) {
    return new RunningGateway(configuration.build(), null, Clock.systemUTC());
  }

  /** A gateway as a user would write it; its first listener is named {@code web}. */
  static RunningGateway of(String yaml) {
    Loaded loaded = ConfigurationLoader.load(ConfigurationInput.of(yaml, "test.yaml"));
    return new RunningGateway(
        loaded
            .configuration()
            .orElseThrow(() -> new AssertionError(loaded.problems() + " in\n" + yaml)),
        null,
        Clock.systemUTC());
  }

  /** The same, with files that the text names in a folder. */
  static RunningGateway of(String yaml, Path folder) {
    Loaded loaded =
        ConfigurationLoader.load(
            new ConfigurationInput(yaml, "test.yaml", Map.of(), List.of(), new FilesIn(folder)));
    return new RunningGateway(
        loaded
            .configuration()
            .orElseThrow(() -> new AssertionError(loaded.problems() + " in\n" + yaml)),
        null,
        Clock.systemUTC());
  }

  private record FilesIn(Path folder) implements ConfigurationFiles {
    @Override
    public String resolve(String written) {
      return folder.resolve(written).toString();
    }

    @Override
    public String read(String written) throws IOException {
      return Files.readString(folder.resolve(written));
    }
  }

  /** A gateway whose spans go there instead, which may be slow. */
  static RunningGateway of(Configurations configuration, Consumer<List<Span>> sink) {
    return new RunningGateway(configuration.build(), sink, Clock.systemUTC());
  }

  /** A gateway whose wall clock is that one. */
  static RunningGateway of(Configuration configuration, Clock clock) {
    return new RunningGateway(configuration, null, clock);
  }

  /** A gateway on that heap. */
  static RunningGateway of(Configurations configuration, HeapGauge heap) {
    return new RunningGateway(configuration.build(), null, Clock.systemUTC(), heap);
  }

  /** Spans that found no place in the queue. */
  long dropped() {
    return reporter.view().sinks().stream()
        .mapToLong(sink -> sink.outcomes().getOrDefault(Outcome.DROPPED_QUEUE_SPANS, 0L))
        .sum();
  }

  int port() {
    return gateway.addresses().get("web").port();
  }

  Gateway gateway() {
    return gateway;
  }

  SnapshotRef snapshots() {
    return snapshots;
  }

  Metrics metrics() {
    return metrics;
  }

  RawClient connect() throws java.io.IOException {
    return new RawClient(new Socket("127.0.0.1", port()));
  }

  /** Connects to a listener by its name, from an address of loopback. */
  RawClient connect(String listener, String from) throws java.io.IOException {
    int to = gateway.addresses().get(listener).port();
    return new RawClient(new Socket("127.0.0.1", to, InetAddress.getByName(from), 0));
  }

  /** The next request's spans: SERVER first, then one CLIENT per attempt. */
  List<Span> trace(int attempts) throws InterruptedException {
    List<Span> all = spans(1 + attempts);
    assertThat(all.get(0).kind()).as("%s", all).isEqualTo(Span.Kind.SERVER);
    assertThat(all.subList(1, all.size()))
        .allSatisfy(
            client -> {
              assertThat(client.kind()).isEqualTo(Span.Kind.CLIENT);
              assertThat(client.traceId()).isEqualTo(all.get(0).traceId());
              assertThat(client.parentId()).isEqualTo(all.get(0).id());
            });
    return all;
  }

  /** Leaves spans of what a test did before out of what it looks at next. */
  void forgetSpans() {
    flush();
    spans.clear();
  }

  /** Waits until what was reported so far has come. */
  void flush() {
    reporter.flush(Duration.ofSeconds(1)).toCompletableFuture().join();
  }

  /** Spans that came and were not asked for. */
  int waitingSpans() {
    return spans.size();
  }

  /** All numbers up to now. */
  MetricsView view() {
    return metrics.collect().toCompletableFuture().orTimeout(10, TimeUnit.SECONDS).join();
  }

  /** How often requests failed so. */
  long failures(String phase, String reason) {
    return view().failures().stream()
        .filter(count -> count.first().equals(phase) && count.second().equals(reason))
        .mapToLong(MetricsView.LabelledCount::count)
        .sum();
  }

  /** Puts another configuration in force. */
  void swap(Configurations configuration) {
    swap(configuration.build());
  }

  /** Puts another configuration in force. */
  void swap(Configuration configuration) {
    Snapshot now = snapshots.get();
    snapshots.swap(Snapshot.of(configuration, now.version() + 1, Instant.EPOCH, "test"));
  }

  /** The same, of Ingresses; listeners stay as they are. */
  void swap(IngressEdge edge) {
    snapshots.swap(snapshots.get().next(edge.configuration(), Instant.EPOCH, "test"));
  }

  /** The same as a user would write it; listeners stay as they are. */
  void swap(String yaml) {
    Loaded loaded = ConfigurationLoader.load(ConfigurationInput.of(yaml, "test.yaml"));
    snapshots.swap(
        snapshots.get().next(loaded.configuration().orElseThrow(), Instant.EPOCH, "test"));
  }

  /** The same, as a user would write it. */
  void swap(Path folder, String yaml) {
    Loaded loaded =
        ConfigurationLoader.load(
            new ConfigurationInput(yaml, "test.yaml", Map.of(), List.of(), new FilesIn(folder)));
    snapshots.swap(
        snapshots.get().next(loaded.configuration().orElseThrow(), Instant.EPOCH, "test"));
  }

  /** The next spans, SERVER and CLIENT of one request after the other; fails after 10 s. */
  List<Span> spans(int count) throws InterruptedException {
    List<Span> taken = new ArrayList<>();
    long from = System.nanoTime();
    while (taken.size() < count) {
      Span next = spans.poll();
      if (next != null) {
        taken.add(next);
      } else if (System.nanoTime() - from > TimeUnit.SECONDS.toNanos(10)) {
        throw new AssertionError("spans: " + taken + " (expected " + count + ")");
      } else {
        // Otherwise each look would wait for the reporter's own interval.
        flush();
      }
    }
    return taken;
  }

  @Override
  public void close() throws Exception {
    done(gateway.stop());
    reporter.close();
    metrics.close();
    done(vertx.close());
    RecordingLeakDetector.assertNoLeaks();
  }
}
