/**
 * Where the configuration comes from and how a change of it takes effect: sources, reading, the
 * watcher that swaps the snapshot or keeps the last good one. What is valid is decided in {@code
 * routes.compile}; what is done with a snapshot, elsewhere. Start with {@link
 * dev.headwater.gateway.config.ConfigWatcher}.
 */
@NullMarked
package dev.headwater.gateway.config;

import org.jspecify.annotations.NullMarked;
