package dev.headwater.gateway.cli;

import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

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
final class HeadwaterCommand implements Runnable {
  @Spec CommandSpec spec;

  @Option(
      names = {"-V", "--version"},
      description = "Print the version.")
  private boolean version;

  @Override
  public void run() {
    CommandLine line = spec.commandLine();
    if (version) {
      line.getOut().println(ProgramVersion.current());
    } else {
      line.usage(line.getOut());
    }
  }
}
