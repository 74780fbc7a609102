package dev.headwater.gateway.metrics;

/**
 * The golden numbers of the last half minute.
 *
 * @param count requests or attempts that ended in the window
 * @param ratePerSecond of them
 * @param successShare share answered below 500, 0 to 1; NaN without any
 * @param p50Seconds median duration; NaN without any
 * @param p95Seconds 95th percentile
 * @param p99Seconds 99th percentile
 */
public record GoldenView(
    long count,
    double ratePerSecond,
    double successShare,
    double p50Seconds,
    double p95Seconds,
    double p99Seconds) {}
