package dev.headwater.gateway.cli;

import java.io.IOException;

/** Starts ingress controllers; handed in, so that commands do not import the composition root. */
@FunctionalInterface
public interface IngressStarter {
  /**
   * Starts one and waits until it serves.
   *
   * @throws IOException when it cannot serve, with the reason in the message
   */
  RunningGateway start(ClusterLaunch launch) throws IOException, InterruptedException;
}
