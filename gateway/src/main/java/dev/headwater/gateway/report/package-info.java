/**
 * The way of a finished span off the event loop: bounded hand-over, batches, encoding, a backlog in
 * memory and on disk, delivery with retry, and the count of every span that did not arrive. Nothing
 * here may block or slow a loop, invent a span, or know who made it. Start with {@link
 * dev.headwater.gateway.report.SpanReporter}.
 */
@NullMarked
package dev.headwater.gateway.report;

import org.jspecify.annotations.NullMarked;
