/**
 * What one request is while it is under way: the exchange, its attempts, its messages and its
 * timeline. Nothing here knows a concrete stage, Vert.x or Netty. Start with {@link
 * dev.headwater.gateway.pipeline.Exchange}.
 */
@NullMarked
package dev.headwater.gateway.pipeline;

import org.jspecify.annotations.NullMarked;
