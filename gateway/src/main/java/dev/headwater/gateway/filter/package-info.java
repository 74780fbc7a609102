/**
 * Edits of requests and responses on their way, and answers that need no upstream (redirects, CORS,
 * refused addresses, fixed ones), one class per filter. Nothing here sends, retries or traces.
 * Start with {@link dev.headwater.gateway.filter.FilterChain}.
 */
@NullMarked
package dev.headwater.gateway.filter;

import org.jspecify.annotations.NullMarked;
