package dev.headwater.routes.compile;

import dev.headwater.routes.schema.Setting;
import java.util.List;
import java.util.Map;

/**
 * Everything a configuration is made from.
 *
 * @param text YAML; empty for defaults alone
 * @param name how messages call the text, such as a file name
 * @param environment variables; those that are not ours are left alone
 * @param flags settings of the command line, weakest first
 * @param files files that the text names
 */
public record ConfigurationInput(
    String text,
    String name,
    Map<String, String> environment,
    List<Setting> flags,
    ConfigurationFiles files) {
  public ConfigurationInput {
    environment = Map.copyOf(environment);
    flags = List.copyOf(flags);
  }

  /** A text that stands for itself: no variables, no flags, no files. */
  public static ConfigurationInput of(String text, String name) {
    return new ConfigurationInput(text, name, Map.of(), List.of(), ConfigurationFiles.NONE);
  }
}
