package dev.headwater.gateway;

import dev.headwater.gateway.cli.Commands;
import dev.headwater.gateway.cli.Surroundings;

/** Entry point of the process: hands the composition root to the commands. */
public final class Main {
  private Main() {}

  /** Runs one command and ends the process with its exit code. */
  public static void main(String[] arguments) {
    Surroundings process =
        Surroundings.ofProcess(GatewayProcess::start, GatewayProcess::startIngress);
    System.exit(Commands.execute(process, arguments));
  }
}
