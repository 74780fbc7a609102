package dev.headwater.routes.compile;

import dev.headwater.routes.schema.Setting;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Everything a configuration is made from.
 *
 * @param text YAML; empty for defaults alone
 * @param name how messages call the text, such as a file name
 * @param environment variables; those that are not ours are left alone
 * @param flags settings of the command line, weakest first
 * @param files files that the text names
 * @param sampling stands in the place of all sampling that the text and its files write, or null;
 *     variables and flags go over it as over any text
 */
public record ConfigurationInput(
    String text,
    String name,
    Map<String, String> environment,
    List<Setting> flags,
    ConfigurationFiles files,
    @Nullable SamplingText sampling) {
  public ConfigurationInput {
    environment = Map.copyOf(environment);
    flags = List.copyOf(flags);
  }

  /** An input whose sampling is where the text says. */
  public ConfigurationInput(
      String text,
      String name,
      Map<String, String> environment,
      List<Setting> flags,
      ConfigurationFiles files) {
    this(text, name, environment, flags, files, null);
  }

  /** A text that stands for itself: no variables, no flags, no files. */
  public static ConfigurationInput of(String text, String name) {
    return new ConfigurationInput(text, name, Map.of(), List.of(), ConfigurationFiles.NONE);
  }

  /** The same with its sampling written elsewhere. */
  public ConfigurationInput with(SamplingText other) {
    return new ConfigurationInput(text, name, environment, flags, files, other);
  }

  /**
   * A document with the keys of {@code tracing.sampling} at its top level.
   *
   * @param text YAML or JSON; empty for defaults alone
   * @param name how messages call it
   */
  public record SamplingText(String text, String name) {}
}
