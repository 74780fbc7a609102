/**
 * Trace contexts on the wire: reading what a caller claims, deciding what of it is believed,
 * writing what goes upstream. Nothing here knows sockets or a particular header type; headers are
 * read and written through brave's getters and setters. Start with {@link
 * dev.headwater.sampling.propagation.TraceStarter}.
 */
@NullMarked
package dev.headwater.sampling.propagation;

import org.jspecify.annotations.NullMarked;
