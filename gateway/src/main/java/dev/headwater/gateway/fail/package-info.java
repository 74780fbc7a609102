/**
 * How things go wrong, and the only place that invents a response. Nothing here decides to retry,
 * and nothing elsewhere makes up a status. Start with {@link
 * dev.headwater.gateway.fail.GatewayFailure}.
 */
@NullMarked
package dev.headwater.gateway.fail;

import org.jspecify.annotations.NullMarked;
