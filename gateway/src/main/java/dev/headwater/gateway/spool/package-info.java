/**
 * Spans on disk until a collector has taken them: segment files with checksums, bounded, locked,
 * read back after the process was killed. Nothing here knows what a span is, why it waits, or which
 * thread asks; nothing here logs or retries. Start with {@link dev.headwater.gateway.spool.Spool}.
 */
@NullMarked
package dev.headwater.gateway.spool;

import org.jspecify.annotations.NullMarked;
