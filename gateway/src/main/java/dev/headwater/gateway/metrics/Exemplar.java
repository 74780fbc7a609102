package dev.headwater.gateway.metrics;

/**
 * A sampled trace that stands for the bucket its duration fell into.
 *
 * @param traceId in lower-case hex
 * @param seconds its request's duration
 * @param epochMillis when it was merged, within the collection interval of when it ended
 */
public record Exemplar(String traceId, double seconds, long epochMillis) {}
