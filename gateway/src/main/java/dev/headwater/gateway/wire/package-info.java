/**
 * HTTP/1.1 as bytes: strict readers and writers of heads and bodies over Netty buffers; the header
 * blocks of HTTP/2 held to the same rules; the coarse tick that all timers share. Nothing here
 * knows clients, upstreams, routes or traces. Start with {@link
 * dev.headwater.gateway.wire.HeadReader}.
 */
@NullMarked
package dev.headwater.gateway.wire;

import org.jspecify.annotations.NullMarked;
