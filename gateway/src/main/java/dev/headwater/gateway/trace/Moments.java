package dev.headwater.gateway.trace;

/**
 * Moments of one exchange as microseconds since 1970. All are told as differences to its arrival
 * and kept inside its SERVER span: a wall clock that steps moves a span and never bends it, and no
 * CLIENT span sticks out.
 *
 * @param arrived start of the SERVER span, nanoseconds of the loop's clock
 * @param ended its end, or now for one that goes on
 * @param startMicros the arrival by the wall clock
 */
record Moments(long arrived, long ended, long startMicros) {
  long micros(long nanos) {
    long inside = Math.min(Math.max(nanos, arrived), ended);
    return startMicros + (inside - arrived) / 1000;
  }
}
