/**
 * Finding the route of an exchange. Nothing here knows how routes are written or how they are
 * matched; that is {@code dev.headwater.routes}. Start with {@link
 * dev.headwater.gateway.route.Router}.
 */
@NullMarked
package dev.headwater.gateway.route;

import org.jspecify.annotations.NullMarked;
