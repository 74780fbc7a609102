package dev.headwater.gateway.listen;

import dev.headwater.gateway.fail.GatewayFailure.Refused;
import dev.headwater.gateway.pipeline.RequestHead;
import org.jspecify.annotations.Nullable;

/**
 * A request as read.
 *
 * @param refusal why it is not served, or null; its body is not read then
 */
public record CheckedRequest(RequestHead head, @Nullable Refused refusal) {}
