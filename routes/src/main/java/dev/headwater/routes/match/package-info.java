/**
 * How the route of a request is found: an index by host and path with Gateway API precedence.
 * Nothing here knows how routes are written or who asks. Start with {@link
 * dev.headwater.routes.match.RouteTable}.
 */
@NullMarked
package dev.headwater.routes.match;

import org.jspecify.annotations.NullMarked;
