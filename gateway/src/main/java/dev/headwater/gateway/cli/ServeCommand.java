package dev.headwater.gateway.cli;

import dev.headwater.gateway.config.ConfigReader;
import dev.headwater.gateway.config.ConfigReading;
import dev.headwater.gateway.config.ConfigSource;
import dev.headwater.routes.Configuration;
import dev.headwater.routes.compile.Loaded;
import dev.headwater.routes.document.Origin;
import dev.headwater.routes.schema.Setting;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What the commands that serve have in common: load, say what is served, wait, drain. */
abstract class ServeCommand extends CliCommand {
  static final Logger LOG = LoggerFactory.getLogger("dev.headwater.edge");

  private final Surroundings surroundings;

  ServeCommand(Surroundings surroundings) {
    this.surroundings = surroundings;
  }

  final Surroundings surroundings() {
    return surroundings;
  }

  /** What to do when an address is taken. */
  abstract String advice();

  /** Called once it serves; prints what a user wants to know. */
  void serving(Configuration configuration, RunningGateway gateway) throws IOException {}

  /** How long it serves when nobody asks it to stop. */
  Duration lifetime() {
    return Lifecycle.FOREVER;
  }

  /** Called before the gateway drains. */
  void stopping() {}

  /** Runs a gateway from its configuration to its exit code. */
  final int serve(ConfigSource source, List<Setting> flags)
      throws IOException, InterruptedException {
    ConfigReader reader =
        new ConfigReader(source, surroundings.environment(), flags, Clock.systemUTC());
    ConfigReading first = reader.read();
    Optional<Configuration> valid = ConfigOption.complaining(first.loaded(), err());
    if (valid.isEmpty()) {
      return blamesFlags(first.loaded()) ? ExitCode.USAGE : ExitCode.CANNOT_START;
    }
    Configuration configuration = valid.get();
    Logging.configure(configuration.log());
    ProgramVersion version = ProgramVersion.current();
    LOG.info("{}", version);
    LOG.info("configuration from {}", source.name());
    Lifecycle life = new Lifecycle(() -> Runtime.getRuntime().halt(ExitCode.UNCLEAN_STOP));
    life.listen(surroundings.signals());
    RunningGateway gateway;
    try {
      gateway =
          surroundings
              .gateways()
              .start(
                  new Launch(
                      version.version(),
                      reader,
                      first,
                      configuration,
                      changed -> Logging.configure(changed.log())));
    } catch (IOException cannot) {
      return refuse(cannot.getMessage() + "; " + advice());
    }
    return live(configuration, gateway, life);
  }

  /** Serves until a stop is asked for; the exit code. */
  final int live(Configuration configuration, RunningGateway gateway, Lifecycle life)
      throws IOException, InterruptedException {
    life.onReload(gateway::reload);
    StartLines.of(configuration, gateway).forEach(LOG::info);
    serving(configuration, gateway);
    life.untilAsked(lifetime());
    stopping();
    boolean clean = gateway.stop();
    if (!clean) {
      LOG.warn(
          "stopped with requests cut off after drain.timeout, {} s",
          configuration.drain().timeout().toSeconds());
      return ExitCode.UNCLEAN_STOP;
    }
    LOG.info("stopped");
    return ExitCode.OK;
  }

  private static boolean blamesFlags(Loaded loaded) {
    return loaded.problems().stream().allMatch(problem -> problem.origin() instanceof Origin.Flag);
  }
}
