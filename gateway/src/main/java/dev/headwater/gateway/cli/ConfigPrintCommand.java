package dev.headwater.gateway.cli;

import dev.headwater.gateway.config.ConfigReader;
import dev.headwater.gateway.config.ConfigSource;
import dev.headwater.routes.compile.ConfigurationSchema;
import dev.headwater.routes.compile.Loaded;
import java.io.IOException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code headwater config print}. */
@Command(
    name = "print",
    header = "Print a configuration as it would be in force, with the origin of each value.",
    description = {
      "Secrets are masked. Variables HEADWATER_* lie over the file. Without -c the annotated",
      "defaults are printed: a file to start from."
    },
    footer = {
      "  headwater config print > headwater.yaml",
      "  headwater config print -c headwater.yaml",
      "  headwater config print -c headwater.yaml --effective"
    })
final class ConfigPrintCommand extends CliCommand {
  private final Surroundings surroundings;

  @Option(
      names = {"-c", "--config"},
      paramLabel = "FILE",
      description = "Configuration file; - for standard input.")
  private @Nullable String file;

  @Option(names = "--effective", description = "Show values that nobody wrote, too.")
  private boolean effective;

  ConfigPrintCommand(Surroundings surroundings) {
    this.surroundings = surroundings;
  }

  @Override
  public Integer call() throws IOException {
    if (file == null && !effective) {
      out().print(ConfigurationSchema.defaultYaml());
      out().flush();
      return ExitCode.OK;
    }
    ConfigReader reader =
        file == null
            ? ConfigOption.reader(ConfigSource.inline("", "defaults"), surroundings)
            : ConfigOption.reader(file, surroundings);
    Loaded loaded = reader.read().loaded();
    out().print(loaded.effective().yaml(effective));
    out().flush();
    loaded.masked().forEach(masked -> err().println("note: " + masked));
    return ConfigOption.complaining(loaded, err()).isPresent()
        ? ExitCode.OK
        : ExitCode.CANNOT_START;
  }
}
