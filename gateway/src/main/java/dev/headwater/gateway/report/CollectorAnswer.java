package dev.headwater.gateway.report;

import java.io.IOException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** A collector's answer that is not a success. Expected, so it carries no stack trace. */
final class CollectorAnswer extends IOException {
  private static final long serialVersionUID = 1L;

  private final int status;
  private final transient @Nullable Duration retryAfter;

  /**
   * An answer.
   *
   * @param status any but 2xx
   * @param retryAfter when to come again, if it said so
   * @param text the beginning of its body
   */
  CollectorAnswer(int status, @Nullable Duration retryAfter, String text) {
    super("status " + status + (text.isEmpty() ? "" : ": " + text));
    this.status = status;
    this.retryAfter = retryAfter;
  }

  boolean tooLarge() {
    return status == 413;
  }

  /** Whether it did not know us: 401 or 403. */
  boolean unauthorized() {
    return status == 401 || status == 403;
  }

  /** Whether the same batch may be taken later: 429 and 5xx. */
  boolean retryable() {
    return status == 429 || status >= 500;
  }

  /** Whether it says that the collector fails: 5xx. */
  boolean isFailure() {
    return status >= 500;
  }

  @Nullable Duration retryAfter() {
    return retryAfter;
  }

  @Override
  public synchronized Throwable fillInStackTrace() {
    return this;
  }
}
