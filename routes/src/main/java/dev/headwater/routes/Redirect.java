package dev.headwater.routes;

import org.jspecify.annotations.Nullable;

/**
 * Sends the client to another host or path under the scheme that it came with, to what it asked for
 * in all other parts.
 *
 * @param status 301, 302, 303, 307 or 308
 * @param host another host, without a port; or null for the one that the request names, with its
 *     port
 * @param target another path, with a query or without, in place of both; or null for what was asked
 */
public record Redirect(int status, @Nullable String host, @Nullable String target)
    implements RouteAnswer {}
