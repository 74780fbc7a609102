package dev.headwater.gateway.cli;

import java.io.InputStream;
import java.util.Map;

/**
 * What a command may touch of the world, beside its arguments and the two output streams.
 *
 * @param environment variables of the process
 * @param in standard input
 * @param signals requests to stop and to reload
 * @param gateways starts gateways
 * @param ingress starts ingress controllers
 */
public record Surroundings(
    Map<String, String> environment,
    InputStream in,
    Signals signals,
    GatewayStarter gateways,
    IngressStarter ingress) {

  public Surroundings {
    environment = Map.copyOf(environment);
  }

  /** Those of this process. */
  public static Surroundings ofProcess(GatewayStarter gateways, IngressStarter ingress) {
    return new Surroundings(System.getenv(), System.in, Signals.PROCESS, gateways, ingress);
  }
}
