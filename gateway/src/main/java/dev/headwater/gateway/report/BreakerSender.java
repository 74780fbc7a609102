package dev.headwater.gateway.report;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.List;
import zipkin2.reporter.BytesMessageSender;

/** A sender behind a {@link Breaker}: while that is open nothing goes out. */
final class BreakerSender extends BytesMessageSender.Base {
  private final BytesMessageSender sender;
  private final Breaker breaker;

  BreakerSender(BytesMessageSender sender, Breaker breaker) {
    super(sender.encoding());
    this.sender = sender;
    this.breaker = breaker;
  }

  @Override
  public int messageMaxBytes() {
    return sender.messageMaxBytes();
  }

  /**
   * Sends the spans as one message.
   *
   * @throws BreakerOpen when nothing was tried
   */
  @Override
  public void send(List<byte[]> encodedSpans) throws IOException {
    long wait = breaker.admit();
    if (wait > 0) {
      throw new BreakerOpen(wait);
    }
    try {
      sender.send(encodedSpans);
      breaker.answered();
    } catch (CollectorAnswer answer) {
      tell(answer);
      throw answer;
    } catch (InterruptedIOException stopped) {
      breaker.abandoned();
      throw stopped;
    } catch (IOException | RuntimeException unreachable) {
      breaker.failed();
      throw unreachable;
    }
  }

  /** A refusal of the batch, or a request for patience, is an answer; a 5xx is none. */
  private void tell(CollectorAnswer answer) {
    if (answer.isFailure()) {
      breaker.failed();
    } else {
      breaker.answered();
    }
  }

  @Override
  public void close() throws IOException {
    sender.close();
  }
}
