/**
 * The upstream's side: pools of connections per endpoint, sending a request, reading its response.
 * Nothing here decides to retry, chooses an endpoint or makes up an answer. Start with {@link
 * dev.headwater.gateway.forward.Forwarder}.
 */
@NullMarked
package dev.headwater.gateway.forward;

import org.jspecify.annotations.NullMarked;
