package dev.headwater.gateway.tracestore;

import io.vertx.core.MultiMap;
import java.time.Clock;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import zipkin2.storage.QueryRequest;

/** Reads the parameters of a search, with the defaults of Zipkin's server. */
final class TraceQuery {
  private static final long DEFAULT_LOOKBACK_MILLIS = TimeUnit.DAYS.toMillis(1);
  private static final long DEFAULT_LIMIT = 10;
  private static final long MAX_LIMIT = 1_000;

  private final Clock clock;

  TraceQuery(Clock clock) {
    this.clock = clock;
  }

  /**
   * A stretch of time.
   *
   * @param endTs its end, in milliseconds since 1970
   * @param lookback its length in milliseconds
   */
  record Range(long endTs, long lookback) {}

  /**
   * The stretch of time asked for, by default the last day.
   *
   * @throws IllegalArgumentException naming the parameter that cannot be read
   */
  Range range(MultiMap parameters) {
    return new Range(
        number(parameters, "endTs", clock.millis(), Long.MAX_VALUE),
        number(parameters, "lookback", DEFAULT_LOOKBACK_MILLIS, Long.MAX_VALUE));
  }

  /**
   * The search asked for.
   *
   * @throws IllegalArgumentException naming the parameter that cannot be read
   */
  QueryRequest traces(MultiMap parameters) {
    Range range = range(parameters);
    return QueryRequest.newBuilder()
        .serviceName(parameters.get("serviceName"))
        .remoteServiceName(parameters.get("remoteServiceName"))
        .spanName(parameters.get("spanName"))
        .parseAnnotationQuery(parameters.get("annotationQuery"))
        .minDuration(optional(parameters, "minDuration"))
        .maxDuration(optional(parameters, "maxDuration"))
        .endTs(range.endTs())
        .lookback(range.lookback())
        .limit((int) number(parameters, "limit", DEFAULT_LIMIT, MAX_LIMIT))
        .build();
  }

  private static @Nullable Long optional(MultiMap parameters, String name) {
    String value = parameters.get(name);
    return value == null || value.isEmpty() ? null : number(parameters, name, 0, Long.MAX_VALUE);
  }

  private static long number(MultiMap parameters, String name, long absent, long most) {
    String value = parameters.get(name);
    if (value == null || value.isEmpty()) {
      return absent;
    }
    try {
      long number = Long.parseLong(value);
      if (number >= 1 && number <= most) {
        return number;
      }
    } catch (NumberFormatException e) {
      // Refused below, like a number out of range.
    }
    throw new IllegalArgumentException(
        name + ": " + value + " (expected a whole number from 1 to " + most + ")");
  }
}
