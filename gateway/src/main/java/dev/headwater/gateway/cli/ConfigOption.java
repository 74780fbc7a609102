package dev.headwater.gateway.cli;

import dev.headwater.routes.Configuration;
import dev.headwater.routes.compile.ConfigurationLoader;
import dev.headwater.routes.compile.Loaded;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Option;

/** The flag {@code -c} of commands that cannot do without a configuration. */
final class ConfigOption {
  @Option(
      names = {"-c", "--config"},
      paramLabel = "FILE",
      required = true,
      description = "Configuration file; - for standard input.")
  private String file = "-";

  String file() {
    return file;
  }

  /** Reads and checks; everything that is wrong goes to {@code err}. */
  Optional<Configuration> load(Surroundings surroundings, PrintWriter err) throws IOException {
    return complaining(read(surroundings), err);
  }

  Loaded read(Surroundings surroundings) throws IOException {
    return ConfigurationLoader.load(
        ConfigText.read(file, surroundings.in()).with(surroundings.environment(), List.of()));
  }

  static Optional<Configuration> complaining(Loaded loaded, PrintWriter err) {
    loaded.problems().forEach(err::println);
    if (loaded.problems().size() > 1) {
      err.println(loaded.problems().size() + " problems");
    }
    err.flush();
    return loaded.configuration();
  }
}
