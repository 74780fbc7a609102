package dev.headwater.gateway.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code headwater version}. */
@Command(
    name = "version",
    header = "Print which build this is, on what.",
    footer = {"  headwater version", "  headwater version -o json"})
final class VersionCommand extends CliCommand {
  @Option(
      names = {"-o", "--output"},
      paramLabel = "FORMAT",
      description = "text or json (default: text).")
  private OutputFormat output = OutputFormat.text;

  @Override
  public Integer call() {
    ProgramVersion version = ProgramVersion.current();
    out().println(output == OutputFormat.json ? version.toJson().encode() : version);
    return ExitCode.OK;
  }
}
