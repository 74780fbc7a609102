package dev.headwater.gateway.cli;

import java.io.IOException;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code headwater run}: the gateway as a standalone reverse proxy. */
@Command(
    name = "run",
    header = "Run the gateway from a configuration file.",
    description = {
      "The file is followed: a valid change takes effect at once, an invalid one is logged and",
      "the old configuration stays. SIGHUP reads it again, SIGTERM and SIGINT drain and stop, a",
      "second one forces."
    },
    footer = {
      "  headwater run -c headwater.yaml",
      "  HEADWATER_TRACING_SAMPLING_RATE=0.1 headwater run -c headwater.yaml",
      "  generate | headwater run -c -"
    })
final class RunCommand extends ServeCommand {
  @Mixin private final ConfigOption config = new ConfigOption();

  RunCommand(Surroundings surroundings) {
    super(surroundings);
  }

  @Override
  public Integer call() throws IOException, InterruptedException {
    return serve(config.reader(surroundings()).source(), List.of());
  }

  @Override
  String advice() {
    return "stop what holds the address, or configure another one";
  }
}
