package dev.headwater.gateway;

import java.time.Duration;
import java.util.List;
import zipkin2.Span;

/**
 * A tracing proxy as {@link TraceAbuseContract} sees it: a port, the spans it reports, what it
 * counts, and its clock.
 */
interface ProxyUnderTest extends AutoCloseable {

  /**
   * What a scenario asks of a proxy before it starts. It serves {@code /votes/...} from an
   * upstream.
   *
   * @param trusted whether callers on loopback are trusted
   * @param rate share of traces to keep
   * @param perSecond traces per second at most; 0 is no cap
   */
  record Situation(boolean trusted, double rate, int perSecond) {
    static final Situation STRANGERS = new Situation(false, 1, 0);
    static final Situation FRIENDS = new Situation(true, 1, 0);

    Situation rate(double value) {
      return new Situation(trusted, value, perSecond);
    }

    Situation perSecond(int value) {
      return new Situation(trusted, rate, value);
    }
  }

  int port();

  /** The next spans, waited for; fails when fewer come. */
  List<Span> spans(int count) throws InterruptedException;

  /** Leaves the spans reported so far out of what a scenario looks at next. */
  void forgetSpans();

  /** Requests that it counted as refused before they were routed. */
  long refused();

  /** Moves the wall clock of its host. */
  void stepClock(Duration by);

  @Override
  void close() throws Exception;
}
