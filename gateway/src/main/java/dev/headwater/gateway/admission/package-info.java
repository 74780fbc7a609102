/**
 * Whether the process takes another request on: counts of requests in flight, the heap, and what
 * one client has taken of a route. Who may send requests at all, and where they go, is decided
 * elsewhere. Start with {@link dev.headwater.gateway.admission.Admission}; for single clients with
 * {@link dev.headwater.gateway.admission.ClientGate}.
 */
@NullMarked
package dev.headwater.gateway.admission;

import org.jspecify.annotations.NullMarked;
