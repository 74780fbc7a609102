package dev.headwater.gateway.cli;

import dev.headwater.routes.Configuration;
import java.io.IOException;

/** Starts gateways; handed in, so that commands do not import the composition root. */
@FunctionalInterface
public interface GatewayStarter {
  /**
   * Starts one and waits until it serves.
   *
   * @param launch where its configuration comes from
   * @param configuration what was read there
   * @throws IOException when it cannot serve, with the address and the reason in the message
   */
  RunningGateway start(Launch launch, Configuration configuration)
      throws IOException, InterruptedException;
}
