/**
 * The keys and annotations of ingress-nginx and what each of them comes to here. Takes and gives
 * plain texts and policies; objects of a cluster belong to {@code routes.kubernetes}. Start with
 * {@link dev.headwater.routes.nginx.KeyFinding}.
 */
@NullMarked
package dev.headwater.routes.nginx;

import org.jspecify.annotations.NullMarked;
