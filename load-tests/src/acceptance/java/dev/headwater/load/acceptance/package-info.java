/**
 * The product as its users have it, {@code ./headwater run} in a process of its own, held against
 * what it promises: whole traces, exact shares, harmless collectors. Nothing here reaches into the
 * gateway's classes. Start with {@link dev.headwater.load.acceptance.ITWholeTraces}.
 */
@NullMarked
package dev.headwater.load.acceptance;

import org.jspecify.annotations.NullMarked;
