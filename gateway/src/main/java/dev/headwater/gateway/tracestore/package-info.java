/**
 * The embedded trace store: Zipkin's in-memory storage behind limits, its HTTP API and its user
 * interface. It never runs on an event loop, knows nothing of requests being forwarded, and holds
 * nothing that outlives the process. Start with {@link
 * dev.headwater.gateway.tracestore.TraceStore}.
 */
@NullMarked
package dev.headwater.gateway.tracestore;

import org.jspecify.annotations.NullMarked;
