/**
 * What a route is: immutable values for listeners, upstreams, routes and the policies they carry.
 * Nothing here parses text, opens a socket, starts a thread or reads a clock. Start with {@link
 * dev.headwater.routes.Configuration}.
 */
@NullMarked
package dev.headwater.routes;

import org.jspecify.annotations.NullMarked;
