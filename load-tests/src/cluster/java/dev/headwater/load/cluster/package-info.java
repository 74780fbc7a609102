/**
 * The ingress controller on a real API server: {@code ./headwater ingress} in processes of its own,
 * beside the processes of {@code deploy/testbed}. Nothing here reaches into the gateway's classes;
 * what is asked is traffic, the API server and its audit log. Start with {@link
 * dev.headwater.load.cluster.ITOwnership}.
 */
@NullMarked
package dev.headwater.load.cluster;

import org.jspecify.annotations.NullMarked;
