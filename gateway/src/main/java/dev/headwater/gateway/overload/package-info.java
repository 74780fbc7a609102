/**
 * How hard the process is pressed for memory. Looking at the heap and the level that follows live
 * here; what is done about it does not. Start with {@link
 * dev.headwater.gateway.overload.HeapWatch}.
 */
@NullMarked
package dev.headwater.gateway.overload;

import org.jspecify.annotations.NullMarked;
