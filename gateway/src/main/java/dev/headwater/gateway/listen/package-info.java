/**
 * The client's side: accepting connections, reading requests, writing responses, timers, drain.
 * Nothing here knows routes, traces or upstreams; a request that was read is handed to the path as
 * an exchange. Start with {@link dev.headwater.gateway.listen.Http1Connection}.
 */
@NullMarked
package dev.headwater.gateway.listen;

import org.jspecify.annotations.NullMarked;
