/**
 * A cluster as the source of the configuration: caches of its objects, the hold-off between their
 * changes, and what is written back once the data path serves them: statuses and Events, by the
 * holder of the lease. What an object means is decided in {@code routes.kubernetes}; how a snapshot
 * is put in force, in {@code gateway.config}. No thread here ever is an event loop. Start with
 * {@link dev.headwater.gateway.cluster.ClusterSource}.
 */
@NullMarked
package dev.headwater.gateway.cluster;

import org.jspecify.annotations.NullMarked;
