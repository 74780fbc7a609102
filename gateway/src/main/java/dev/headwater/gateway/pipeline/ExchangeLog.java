package dev.headwater.gateway.pipeline;

import java.util.function.Consumer;

/** Writes a line for each exchange. Called on event loops; never waits. */
public interface ExchangeLog {
  /** Writes nothing. */
  ExchangeLog NONE =
      new ExchangeLog() {
        @Override
        public void ended(Exchange exchange) {}

        @Override
        public Consumer<TunnelFacts> tunnel(Exchange exchange) {
          return facts -> {};
        }
      };

  /** An exchange is over. */
  void ended(Exchange exchange);

  /** An exchange became a tunnel: its one line is written when that is over. */
  Consumer<TunnelFacts> tunnel(Exchange exchange);
}
