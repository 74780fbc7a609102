/**
 * The composition root and the program's entry. Only here are all stages known; nothing else in the
 * gateway imports this package. Start with {@link dev.headwater.gateway.Gateway}.
 */
@NullMarked
package dev.headwater.gateway;

import org.jspecify.annotations.NullMarked;
