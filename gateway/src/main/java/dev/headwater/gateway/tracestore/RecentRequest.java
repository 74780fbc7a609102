package dev.headwater.gateway.tracestore;

import org.jspecify.annotations.Nullable;

/**
 * A request that began a trace here, as its root span tells it.
 *
 * @param traceId in hex
 * @param name span name
 * @param route that took it, if any
 * @param path asked for, if it was recorded
 * @param status answered, if any
 * @param failed whether the span carries an error
 * @param startMillis arrival, since 1970
 * @param durationMicros to its end
 */
public record RecentRequest(
    String traceId,
    @Nullable String name,
    @Nullable String route,
    @Nullable String path,
    @Nullable String status,
    boolean failed,
    long startMillis,
    long durationMicros) {}
