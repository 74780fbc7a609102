/**
 * Where the configuration comes from and how a change of it takes effect: sources, reading, the
 * keeper that swaps the snapshot or leaves the last good one, the watcher that has it look. What is
 * valid is decided in {@code routes.compile}; what is done with a snapshot, elsewhere. Start with
 * {@link dev.headwater.gateway.config.ConfigKeeper}.
 */
@NullMarked
package dev.headwater.gateway.config;

import org.jspecify.annotations.NullMarked;
