package dev.headwater.gateway.report;

import io.vertx.core.Vertx;
import java.time.Clock;
import java.time.Duration;

/**
 * What a sender works with.
 *
 * @param timeout from the start of a request to the end of its answer, connecting included
 * @param wallClock for Retry-After dates
 * @param time the sink's clock
 * @param events where what happens beside spans is counted
 */
record SenderParts(Vertx vertx, Duration timeout, Clock wallClock, Time time, SinkEvents events) {}
