/**
 * Which upstream of its route a request goes to, and trying again there: when, how often, after
 * which pause, and at which cost. Nothing here chooses endpoints or writes to connections. Start
 * with {@link dev.headwater.gateway.retry.RetryLoop}.
 */
@NullMarked
package dev.headwater.gateway.retry;

import org.jspecify.annotations.NullMarked;
