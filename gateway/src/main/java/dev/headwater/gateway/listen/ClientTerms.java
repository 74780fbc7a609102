package dev.headwater.gateway.listen;

import dev.headwater.routes.ListenerPolicy;

/**
 * On what terms a listener serves a connection.
 *
 * @param policy as configured
 * @param state what the loops know together
 */
record ClientTerms(ListenerPolicy policy, ListenerState state) {}
