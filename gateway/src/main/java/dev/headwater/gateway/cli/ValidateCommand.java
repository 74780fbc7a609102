package dev.headwater.gateway.cli;

import dev.headwater.routes.Configuration;
import java.io.IOException;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code headwater validate}: everything that {@code run} would check, without starting. */
@Command(
    name = "validate",
    header = "Check a configuration; print everything that is wrong with it.",
    description = "Exit code 0 when it is valid, 1 with each problem as file:line:column if not.",
    footer = {"  headwater validate -c headwater.yaml", "  generate | headwater validate -c -"})
final class ValidateCommand extends CliCommand {
  private final Surroundings surroundings;

  @Mixin private final ConfigOption config = new ConfigOption();

  ValidateCommand(Surroundings surroundings) {
    this.surroundings = surroundings;
  }

  @Override
  public Integer call() throws IOException {
    Optional<Configuration> loaded =
        ConfigOption.complaining(config.reader(surroundings).read().loaded(), err());
    if (loaded.isEmpty()) {
      return ExitCode.CANNOT_START;
    }
    Configuration valid = loaded.get();
    out()
        .println(
            "valid: "
                + count(valid.listeners().size(), "listener")
                + ", "
                + count(valid.upstreams().size(), "upstream")
                + ", "
                + count(valid.routes().size(), "route"));
    return ExitCode.OK;
  }

  private static String count(int number, String noun) {
    return number + " " + noun + (number == 1 ? "" : "s");
  }
}
