package dev.headwater.gateway.report;

import dev.headwater.gateway.spool.Losses;
import dev.headwater.routes.SpoolPolicy;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.slf4j.LoggerFactory;
import zipkin2.reporter.BytesMessageSender;
import zipkin2.reporter.Encoding;

/**
 * A delivery over a spool without its threads: the test is the sink's thread, the sending one, the
 * clock and the collector. Spans are numbers, written with as many zeros before them as a span of
 * the gateway has bytes.
 */
final class SpoolHarness implements AutoCloseable {
  /** What the collector does with a message; throws to refuse it. */
  interface Script {
    void receive(List<byte[]> spans) throws IOException;
  }

  static final int MESSAGE_BYTES = 500_000;
  private static final int SPAN_BYTES = 200;

  final FastTime time;
  final SpanCounts counts = new SpanCounts();
  final List<Integer> arrived = new ArrayList<>();
  final List<Integer> sizes = new ArrayList<>();
  final SpoolDelivery delivery;
  Script script = spans -> {};
  private int made;

  SpoolHarness(Path directory) {
    this(directory, new FastTime(), 1024 * 1024, 10_000);
  }

  SpoolHarness(Path directory, FastTime time, long maxBytes, int replayPerSecond) {
    this.time = time;
    FaultLog faults = new FaultLog(LoggerFactory.getLogger("test"), "test", counts, time);
    CollectorAttempts attempts =
        new CollectorAttempts(
            new Collector(),
            counts,
            faults,
            new Backoff(Duration.ofMillis(100), Duration.ofMillis(1_500), new SplittableRandom(1)));
    SpoolPolicy policy =
        new SpoolPolicy(directory.toString(), maxBytes, SpoolPolicy.Sync.NEVER, replayPerSecond);
    Losses losses =
        new Losses() {
          @Override
          public void full(long spans) {
            counts.add(Outcome.DROPPED_SPOOL_FULL, spans);
          }

          @Override
          public void unreadable(long spans) {
            counts.add(Outcome.DROPPED_SPOOL_UNREADABLE, spans);
          }
        };
    Backlog backlog =
        new Backlog(
            new SpoolKeeper(LoggerFactory.getLogger("test"), "test", policy, losses),
            new SpoolFormat(Encoding.PROTO3),
            counts,
            new ReplayRate(replayPerSecond, time.nanos()));
    delivery =
        new SpoolDelivery(attempts, backlog, counts, faults, new SpoolDelivery.Clocks(time, time));
    delivery.tend();
  }

  /** Hands a message of new spans over, as the sink's thread does. */
  void make(int spans) {
    List<byte[]> encoded = new ArrayList<>();
    for (int i = 0; i < spans; i++) {
      encoded.add(span(++made, SPAN_BYTES));
    }
    delivery.deliver(new Message(encoded, time.nanos(), time.epochMicros()), now -> 0);
  }

  /** Hands over one span of this size. */
  void makeLarge(int bytes) {
    List<byte[]> encoded = List.of(span(++made, bytes));
    delivery.deliver(new Message(encoded, time.nanos(), time.epochMicros()), now -> 0);
  }

  private static byte[] span(int number, int bytes) {
    String digits = Integer.toString(number);
    return ("0".repeat(bytes - digits.length()) + digits).getBytes(StandardCharsets.UTF_8);
  }

  /** Runs the sending thread until this much time has passed. */
  void sendFor(long millis) throws InterruptedException {
    long until = time.nanos() + Duration.ofMillis(millis).toNanos();
    while (time.nanos() < until) {
      delivery.tend();
      long pause = Math.min(delivery.send(), Duration.ofMillis(50).toNanos());
      if (pause > 0) {
        time.pause(Math.max(1_000, Math.min(pause, until - time.nanos())));
      }
    }
  }

  void tick(long millis) {
    time.advanceMillis(millis);
    delivery.tend();
  }

  SpoolView spool() {
    SpoolView view = delivery.held().spool();
    if (view == null) {
      throw new AssertionError("no spool");
    }
    return view;
  }

  int made() {
    return made;
  }

  @Override
  public void close() {
    delivery.close();
  }

  /** The numbers of spans. */
  static List<Integer> numbers(List<byte[]> spans) {
    return spans.stream()
        .map(span -> Integer.parseInt(new String(span, StandardCharsets.UTF_8)))
        .toList();
  }

  private final class Collector extends BytesMessageSender.Base {
    Collector() {
      super(Encoding.PROTO3);
    }

    @Override
    public int messageMaxBytes() {
      return MESSAGE_BYTES;
    }

    @Override
    public void send(List<byte[]> spans) throws IOException {
      sizes.add(spans.size());
      script.receive(spans);
      arrived.addAll(numbers(spans));
    }

    @Override
    public void close() {}
  }
}
