package dev.headwater.gateway.listen;

/** A connection that some protocol serves. Called on its event loop. */
interface Served {
  /** Asks the connection to end: soon when idle, else with what is in progress. */
  void drain();
}
