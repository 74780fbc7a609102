package dev.headwater.gateway;

import java.time.Duration;
import java.util.List;
import zipkin2.Span;

/**
 * A tracing proxy as a {@link FaultContract} sees it: a port, the spans it reports, what it counts,
 * and its clock.
 */
interface ProxyUnderTest extends AutoCloseable {

  /**
   * What a scenario asks of a proxy before it starts. It serves {@code /votes/...} from an
   * upstream.
   *
   * @param trusted whether callers on loopback are trusted
   * @param rate share of traces to keep
   * @param perSecond traces per second at most; 0 is no cap
   * @param patience how long a client may take for a head, or pause inside a body
   */
  record Situation(boolean trusted, double rate, int perSecond, Duration patience) {
    static final Situation STRANGERS = new Situation(false, 1, 0, Duration.ofSeconds(10));
    static final Situation FRIENDS = new Situation(true, 1, 0, Duration.ofSeconds(10));

    Situation rate(double value) {
      return new Situation(trusted, value, perSecond, patience);
    }

    Situation perSecond(int value) {
      return new Situation(trusted, rate, value, patience);
    }

    Situation patience(Duration value) {
      return new Situation(trusted, rate, perSecond, value);
    }
  }

  int port();

  /** The next spans, waited for; fails when fewer come. */
  List<Span> spans(int count) throws InterruptedException;

  /** Leaves the spans reported so far out of what a scenario looks at next. */
  void forgetSpans();

  /** Requests that it counted as refused for what their client sent. */
  long refused();

  /** Moves the wall clock of its host. */
  void stepClock(Duration by);

  @Override
  void close() throws Exception;
}
