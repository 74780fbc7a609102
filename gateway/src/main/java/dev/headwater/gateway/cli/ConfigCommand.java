package dev.headwater.gateway.cli;

import picocli.CommandLine.Command;

/** {@code headwater config}: a group of two commands. */
@Command(
    name = "config",
    header = "Print what can be configured, or what is.",
    synopsisSubcommandLabel = "COMMAND",
    footer = {
      "  headwater config schema > headwater.schema.json",
      "  headwater config print -c headwater.yaml --effective"
    })
final class ConfigCommand extends CliCommand {
  @Override
  public Integer call() {
    spec().commandLine().usage(err());
    err().flush();
    return ExitCode.USAGE;
  }
}
