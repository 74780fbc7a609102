package dev.headwater.gateway.cli;

import picocli.CommandLine.Command;

/** {@code headwater migrate}: a group of what can be migrated from. */
@Command(
    name = "migrate",
    header = "Tell what becomes of the configuration of another gateway.",
    synopsisSubcommandLabel = "COMMAND",
    footer = "  headwater migrate ingress-nginx controller.yaml ingresses.yaml")
final class MigrateCommand extends CliCommand {
  @Override
  public Integer call() {
    spec().commandLine().usage(err());
    err().flush();
    return ExitCode.USAGE;
  }
}
