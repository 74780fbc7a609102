package dev.headwater.gateway.metrics;

/**
 * When an interval is merged.
 *
 * @param nanos of the monotonic clock, for windows
 * @param epochMillis of the wall clock, for exemplars
 */
record MergeTime(long nanos, long epochMillis) {}
