/**
 * One line per request, written off the event loops. Nothing here decides what is logged or waits
 * for a slow disk. Start with {@link dev.headwater.gateway.accesslog.LiveAccessLog}.
 */
@NullMarked
package dev.headwater.gateway.accesslog;

import org.jspecify.annotations.NullMarked;
