/**
 * Brave's contract suites against the shipped gateway, configured and never instrumented, and our
 * own tests of the same ideas where a case needs code inside a server, and of trace headers that
 * nobody trusts. No test double of the gateway lives here. Start with {@link
 * dev.headwater.gateway.brave.ITBraveHttpServer}.
 */
@NullMarked
package dev.headwater.gateway.brave;

import org.jspecify.annotations.NullMarked;
