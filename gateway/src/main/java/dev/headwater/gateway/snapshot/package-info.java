/**
 * The configuration in force, as one immutable value behind one reference. Nothing here reads files
 * or decides what is valid. Start with {@link dev.headwater.gateway.snapshot.SnapshotRef}.
 */
@NullMarked
package dev.headwater.gateway.snapshot;

import org.jspecify.annotations.NullMarked;
