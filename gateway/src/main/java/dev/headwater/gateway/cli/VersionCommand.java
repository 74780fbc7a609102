package dev.headwater.gateway.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code headwater version}. */
@Command(
    name = "version",
    header = "Print which build this is, on what.",
    footer = {"  headwater version", "  headwater version -o json"})
final class VersionCommand implements Callable<Integer> {
  @Spec CommandSpec spec;

  @Option(
      names = {"-o", "--output"},
      paramLabel = "FORMAT",
      description = "text or json (default: text).")
  private OutputFormat output = OutputFormat.text;

  @Override
  public Integer call() {
    ProgramVersion version = ProgramVersion.current();
    spec.commandLine()
        .getOut()
        .println(output == OutputFormat.json ? version.toJson().encode() : version);
    return ExitCode.OK;
  }
}
