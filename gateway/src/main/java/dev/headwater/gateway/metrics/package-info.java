/**
 * What the gateway counts: recorders that belong to one event loop, their totals, and the formats
 * in which they are read. No Vert.x, no Netty, no lock and no atomic on a recording path, and no
 * knowledge of who serves the numbers. Start with {@link
 * dev.headwater.gateway.metrics.LoopMetrics}.
 */
@NullMarked
package dev.headwater.gateway.metrics;

import org.jspecify.annotations.NullMarked;
