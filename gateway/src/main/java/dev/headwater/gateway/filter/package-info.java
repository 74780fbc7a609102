/**
 * Edits of requests and responses on their way, one class per filter. Nothing here sends, retries
 * or traces. Start with {@link dev.headwater.gateway.filter.FilterChain}.
 */
@NullMarked
package dev.headwater.gateway.filter;

import org.jspecify.annotations.NullMarked;
