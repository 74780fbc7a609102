package dev.headwater.gateway.cli;

import dev.headwater.gateway.config.ConfigReader;
import dev.headwater.gateway.config.ConfigReading;
import dev.headwater.routes.Configuration;
import java.util.function.Consumer;

/**
 * What a gateway is started from.
 *
 * @param version of the program
 * @param reader reads the configuration, now and when it changes
 * @param first what was read
 * @param configuration what came of it, valid
 * @param onChange told of each later configuration that takes effect, on the thread that read it
 */
public record Launch(
    String version,
    ConfigReader reader,
    ConfigReading first,
    Configuration configuration,
    Consumer<Configuration> onChange) {}
