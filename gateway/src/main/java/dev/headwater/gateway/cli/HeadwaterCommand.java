package dev.headwater.gateway.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** The program itself: without a command it shows its help. */
@Command(
    name = "headwater",
    header = "An edge gateway where every trace begins.",
    synopsisSubcommandLabel = "COMMAND",
    descriptionHeading = "%n",
    description =
        "Settings are taken from flags, then HEADWATER_* variables, then the file, then defaults.",
    commandListHeading = "%nCOMMANDS%n",
    footerHeading = "%nEXAMPLES%n",
    footer = {
      "  headwater demo                                        see traces in a minute",
      "  headwater proxy --from :8080 --to http://127.0.0.1:9000",
      "  headwater run -c headwater.yaml",
      "",
      "Exit codes: 0 done; 1 configuration invalid or cannot start; 2 usage; 3 unclean stop.",
    })
final class HeadwaterCommand extends CliCommand {
  @Option(
      names = {"-V", "--version"},
      description = "Print the version.")
  private boolean version;

  @Override
  public Integer call() {
    if (version) {
      out().println(ProgramVersion.current());
    } else {
      spec().commandLine().usage(out());
    }
    return ExitCode.OK;
  }
}
