package dev.headwater.gateway.report;

import brave.handler.SpanHandler;
import dev.headwater.gateway.metrics.MetricsSource;
import dev.headwater.gateway.metrics.Samples;
import dev.headwater.gateway.report.SinkRoster.Member;
import dev.headwater.routes.SinkLimits;
import dev.headwater.routes.SinkPolicy;
import dev.headwater.routes.SpoolPolicy;
import dev.headwater.routes.TracingPolicy;
import io.vertx.core.Vertx;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import zipkin2.Span;

/**
 * Brings finished spans to the configured collectors and the embedded store.
 *
 * <p>{@link #handler()} is what the request path sees: a call costs a bounded-queue offer per sink
 * and can neither fail nor wait. What happens behind it, a collector being down included, shows in
 * {@link #view()} and in the log, never in a request. Safe for use from any thread.
 */
public final class SpanReporter implements MetricsSource, AutoCloseable {
  /** Spans that wait for one sink; about a second's worth of a busy core. */
  static final int MAX_QUEUED_SPANS = 16_384;

  /** Estimated bytes that wait for one sink. */
  static final long MAX_QUEUED_BYTES = 16L * 1024 * 1024;

  /** Longest a collector may take to answer; with the longest wait it bounds recovery to 5 s. */
  static final Duration ANSWER_TIMEOUT = Duration.ofSeconds(3);

  private static final Duration FIRST_WAIT = Duration.ofMillis(100);
  private static final Duration LONGEST_WAIT = Duration.ofMillis(1_500);
  private static final Logger LOG = LoggerFactory.getLogger(SpanReporter.class);

  private final SinkRoster roster;
  private final Function<SinkPolicy, Sink> start;

  private SpanReporter(SinkRoster roster, Function<SinkPolicy, Sink> start) {
    this.roster = roster;
    this.start = start;
  }

  /**
   * Starts a reporter.
   *
   * @param tracing names the collectors
   * @param store takes spans for the embedded store, may block; null without one
   */
  public static SpanReporter create(
      Vertx vertx, TracingPolicy tracing, @Nullable Consumer<List<Span>> store) {
    Function<SinkPolicy, Sink> start =
        policy -> collector(vertx, policy, ANSWER_TIMEOUT, new SystemTime());
    List<Member> members = new ArrayList<>();
    for (SinkPolicy policy : tracing.report()) {
      members.add(Member.of(policy, start.apply(policy)));
    }
    if (store != null) {
      members.add(new Member(null, store(store, new SystemTime()), true));
    }
    return new SpanReporter(new SinkRoster(members), start);
  }

  /** A reporter to these sinks, which stay. */
  static SpanReporter of(List<Sink> sinks) {
    List<Member> members = sinks.stream().map(sink -> new Member(null, sink, true)).toList();
    return new SpanReporter(
        new SinkRoster(members),
        policy -> {
          throw new IllegalStateException("sinks of this reporter do not change");
        });
  }

  /**
   * Reports to these collectors from now on. Those that are wanted as they are go on; others end
   * once they have delivered, within some seconds that nobody waits for. From any thread.
   */
  public void update(List<SinkPolicy> wanted) {
    roster.update(wanted, start);
  }

  static Sink collector(Vertx vertx, SinkPolicy policy, Duration answerTimeout, Time time) {
    String name = policy.name();
    SpanCounts counts = new SpanCounts();
    FaultLog faults = new FaultLog(LOG, name, counts, time);
    SinkEvents events = new SinkEvents();
    SinkLimits limits = policy.limits();
    SenderParts parts = new SenderParts(vertx, answerTimeout, Clock.systemUTC(), time, events);
    Breaker breaker = new Breaker(limits.breaker(), time, events, new SplittableRandom());
    BreakerSender sender = new BreakerSender(new CollectorSender(policy, parts), breaker);
    Backoff backoff = new Backoff(FIRST_WAIT, LONGEST_WAIT, new SplittableRandom());
    CollectorAttempts attempts = new CollectorAttempts(sender, counts, faults, backoff);
    SpoolPolicy spool = policy.spool();
    Sink queue =
        QueuedSink.start(
            name,
            new SpanQueue(MAX_QUEUED_SPANS, MAX_QUEUED_BYTES),
            spool == null
                ? new CollectorDelivery(attempts, counts, time)
                : SpoolDelivery.create(
                    attempts, counts, faults, new SpoolDelivery.Place(LOG, name, spool, time)),
            counts,
            faults,
            time);
    Integer perSecond = limits.perSecond();
    return new CollectorSink(
        queue,
        new CollectorSink.Gate(
            perSecond == null ? null : new SpanRateLimit(perSecond),
            counts,
            events,
            breaker,
            time));
  }

  static Sink store(Consumer<List<Span>> store, Time time) {
    SpanCounts counts = new SpanCounts();
    FaultLog faults = new FaultLog(LOG, "store", counts, time);
    return QueuedSink.start(
        "store",
        new SpanQueue(MAX_QUEUED_SPANS, MAX_QUEUED_BYTES),
        new StoreDelivery(store, counts, faults),
        counts,
        faults,
        time);
  }

  /**
   * Where spans go. Call it for spans that are kept and for no others; whoever calls must not touch
   * the span afterwards. One that is not finished comes with {@link SpanHandler.Cause#FLUSHED} and
   * reaches only sinks that want such. From any thread, event loops above all.
   */
  public SpanHandler handler() {
    return roster;
  }

  /**
   * Delivers what was handed over so far.
   *
   * @param within when to give up; what is undelivered then stays queued
   * @return completes when all is delivered, or the time is over
   */
  public CompletionStage<Void> flush(Duration within) {
    return roster.flush(within);
  }

  /** The counts of every sink at this moment. */
  public ReportView view() {
    return new ReportView(roster.views());
  }

  @Override
  public void collect(Samples into) {
    for (SinkView sink : view().sinks()) {
      sink.outcomes()
          .forEach(
              (outcome, spans) ->
                  into.counter(
                      "headwater_spans",
                      "Spans by what became of them.",
                      (double) spans,
                      "sink",
                      sink.sink(),
                      "outcome",
                      outcome.label()));
      into.gauge(
          "headwater_spans_queued",
          "Spans handed over and not yet delivered or dropped, in memory.",
          (double) sink.queuedSpans(),
          "sink",
          sink.sink());
      into.gauge(
          "headwater_spans_queued_bytes",
          "Estimated size of these.",
          (double) sink.queuedBytes(),
          "sink",
          sink.sink());
      into.gauge(
          "headwater_spans_oldest_age_seconds",
          "Since the end of the oldest span that is queued or on disk.",
          sink.oldestAgeSeconds(),
          "sink",
          sink.sink());
      collect(sink.sink(), sink.health(), into);
      SpoolView spool = sink.spool();
      if (spool != null) {
        collect(sink.sink(), spool, into);
      }
    }
  }

  private static void collect(String sink, SinkHealth health, Samples into) {
    into.gauge(
        "headwater_sink_breaker_open",
        "Whether the collector is being left alone after repeated failures.",
        health.breakerOpen() ? 1 : 0,
        "sink",
        sink);
    into.counter(
        "headwater_sink_breaker_openings",
        "How often the collector began to be left alone.",
        (double) health.breakerOpenings(),
        "sink",
        sink);
    into.counter(
        "headwater_sink_file_faults",
        "How often a file with a secret or a certificate could not be used.",
        (double) health.fileFaults(),
        "sink",
        sink);
  }

  private static void collect(String sink, SpoolView spool, Samples into) {
    into.gauge(
        "headwater_spool_spans",
        "Spans on disk that no collector has acknowledged.",
        (double) spool.spans(),
        "sink",
        sink);
    into.gauge(
        "headwater_spool_bytes",
        "Size of the spool's files.",
        (double) spool.bytes(),
        "sink",
        sink);
    into.gauge(
        "headwater_spool_max_bytes",
        "What the spool's files may become before the oldest goes.",
        (double) spool.maxBytes(),
        "sink",
        sink);
    into.counter(
        "headwater_spool_recovered_spans",
        "Spans that an earlier process left on disk.",
        (double) spool.recovered(),
        "sink",
        sink);
    into.counter(
        "headwater_spool_failures",
        "How often the spool could not be opened, written or read.",
        (double) spool.failures(),
        "sink",
        sink);
  }

  /**
   * Stops; what is undelivered is counted as such. Blocks for up to some seconds: not on a loop.
   */
  @Override
  public void close() {
    roster.close();
  }
}
