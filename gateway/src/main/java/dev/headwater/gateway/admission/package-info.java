/**
 * Whether the process takes another request on: counts of requests in flight, and the heap. Who may
 * send requests, and where they go, is decided elsewhere. Start with {@link
 * dev.headwater.gateway.admission.Admission}.
 */
@NullMarked
package dev.headwater.gateway.admission;

import org.jspecify.annotations.NullMarked;
