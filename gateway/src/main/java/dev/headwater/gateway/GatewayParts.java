package dev.headwater.gateway;

import brave.handler.SpanHandler;
import dev.headwater.gateway.admission.ClientUse;
import dev.headwater.gateway.admission.InFlight;
import dev.headwater.gateway.metrics.Metrics;
import dev.headwater.gateway.overload.Pressure;
import dev.headwater.gateway.pipeline.ExchangeLog;
import dev.headwater.gateway.snapshot.SnapshotRef;
import java.util.SplittableRandom;

/**
 * What the loops are built from.
 *
 * @param spans where finished spans go; must not block
 * @param accessLog where log lines go; must not block
 * @param inFlight requests in progress over all loops
 * @param use what clients take of their limits
 * @param pressure of the heap
 * @param seeds where each loop's random numbers begin
 */
record GatewayParts(
    SnapshotRef snapshots,
    Metrics metrics,
    SpanHandler spans,
    ExchangeLog accessLog,
    InFlight inFlight,
    ClientUse use,
    Pressure pressure,
    SplittableRandom seeds) {}
