package dev.headwater.gateway.cli;

import dev.headwater.gateway.config.ConfigReader;
import dev.headwater.gateway.config.ConfigSource;
import dev.headwater.routes.Configuration;
import dev.headwater.routes.compile.Loaded;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Option;

/** The flag {@code -c} of commands that cannot do without a configuration. */
final class ConfigOption {
  private static final String STANDARD_INPUT = "-";

  @Option(
      names = {"-c", "--config"},
      paramLabel = "FILE",
      required = true,
      description = "Configuration file; - for standard input.")
  private String file = STANDARD_INPUT;

  ConfigReader reader(Surroundings surroundings) throws IOException {
    return reader(file, surroundings);
  }

  /** A reader of a file, or of standard input, with the environment over it. */
  static ConfigReader reader(String file, Surroundings surroundings) throws IOException {
    return reader(source(file, surroundings), surroundings);
  }

  static ConfigReader reader(ConfigSource source, Surroundings surroundings) {
    return new ConfigReader(source, surroundings.environment(), List.of(), Clock.systemUTC());
  }

  private static ConfigSource source(String file, Surroundings surroundings) throws IOException {
    if (file.equals(STANDARD_INPUT)) {
      return ConfigSource.standardInput(surroundings.in());
    }
    try {
      return ConfigSource.file(Path.of(file));
    } catch (InvalidPathException wrong) {
      throw new IOException("'" + file + "' is not a file name: " + wrong.getReason(), wrong);
    }
  }

  /** The configuration, or nothing after everything that is wrong went to {@code err}. */
  static Optional<Configuration> complaining(Loaded loaded, PrintWriter err) {
    loaded.problems().forEach(err::println);
    if (loaded.problems().size() > 1) {
      err.println(loaded.problems().size() + " problems");
    }
    err.flush();
    return loaded.configuration();
  }
}
