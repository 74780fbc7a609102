package dev.headwater.gateway.report;

import org.jspecify.annotations.Nullable;

/**
 * A sink's spool at one moment.
 *
 * @param spans on disk and not yet acknowledged
 * @param bytes of its files
 * @param maxBytes what these may become
 * @param oldestMicros end of the oldest span, in microseconds since 1970; 0 without any
 * @param recovered spans that earlier processes left
 * @param failures how often the disk failed since the start
 * @param fault why spans are not written at present, or null
 */
public record SpoolView(
    long spans,
    long bytes,
    long maxBytes,
    long oldestMicros,
    long recovered,
    long failures,
    @Nullable String fault) {}
