/**
 * Choosing an endpoint among those that may be, or the one that a client's cookie stands for:
 * arithmetic over an immutable view, nothing else. Nothing here opens connections or knows why an
 * attempt failed. Start with {@link dev.headwater.gateway.balance.Balancer}.
 */
@NullMarked
package dev.headwater.gateway.balance;

import org.jspecify.annotations.NullMarked;
