package dev.headwater.gateway;

import dev.headwater.gateway.ProxyUnderTest.Situation;

/**
 * Scenarios of the fault matrix, one or more rows each ({@link FaultRow}), that any proxy can be
 * put through. A class that inherits one runs it against Headwater, which passes; {@link
 * ITNaiveProxy} runs it against a proxy as one writes it first, which fails.
 */
abstract class FaultContract {

  /** Starts a proxy for a situation. */
  abstract ProxyUnderTest start(Situation situation, int upstreamPort) throws Exception;
}
