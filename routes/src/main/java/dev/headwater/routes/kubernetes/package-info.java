/**
 * Objects of a cluster in; routes, upstreams, certificates and a report on each object out, from
 * one pass that is pure and in a deterministic order. Nothing here talks to a cluster: informers,
 * leases, statuses and Events belong to {@code gateway.cluster}. Start with {@link
 * dev.headwater.routes.kubernetes.ClusterCompiler}.
 */
@NullMarked
package dev.headwater.routes.kubernetes;

import org.jspecify.annotations.NullMarked;
