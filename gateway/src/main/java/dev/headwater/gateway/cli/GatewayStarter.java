package dev.headwater.gateway.cli;

import java.io.IOException;

/** Starts gateways; handed in, so that commands do not import the composition root. */
@FunctionalInterface
public interface GatewayStarter {
  /**
   * Starts one and waits until it serves.
   *
   * @throws IOException when it cannot serve, with the address and the reason in the message
   */
  RunningGateway start(Launch launch) throws IOException, InterruptedException;
}
