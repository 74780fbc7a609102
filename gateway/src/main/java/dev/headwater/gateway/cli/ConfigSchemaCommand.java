package dev.headwater.gateway.cli;

import dev.headwater.routes.compile.ConfigurationSchema;
import picocli.CommandLine.Command;

/** {@code headwater config schema}. */
@Command(
    name = "schema",
    header = "Print the JSON Schema of the configuration file, for editors.",
    footer = "  headwater config schema > headwater.schema.json")
final class ConfigSchemaCommand extends CliCommand {
  @Override
  public Integer call() {
    out().println(ConfigurationSchema.json().stripTrailing());
    return ExitCode.OK;
  }
}
