package dev.headwater.gateway.cli;

import dev.headwater.routes.compile.ConfigurationFiles;
import dev.headwater.routes.schema.Setting;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a gateway is started from.
 *
 * @param file followed for changes, or null when the text came from elsewhere and cannot change
 * @param text YAML as read
 * @param name how messages call it
 * @param files what the text names
 * @param environment variables that lie over it
 * @param flags what lies over both
 */
public record Launch(
    @Nullable Path file,
    String text,
    String name,
    ConfigurationFiles files,
    Map<String, String> environment,
    List<Setting> flags) {
  public Launch {
    environment = Map.copyOf(environment);
    flags = List.copyOf(flags);
  }
}
