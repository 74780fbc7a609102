package dev.headwater.gateway.cli;

import picocli.AutoComplete;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code headwater completion bash|zsh}. */
@Command(
    name = "completion",
    header = "Print a script that completes commands and flags.",
    footer = {
      "  source <(headwater completion bash)",
      "  headwater completion zsh > ~/.headwater-completion   (source it in ~/.zshrc)"
    })
final class CompletionCommand extends CliCommand {
  @Parameters(paramLabel = "SHELL", description = "bash or zsh.")
  private Shell shell = Shell.bash;

  /** Lower case, as it is typed. */
  enum Shell {
    bash,
    zsh
  }

  @Override
  public Integer call() {
    // The generated script serves both shells: under zsh it loads the emulation of bash's
    // completion by itself.
    String script = AutoComplete.bash("headwater", spec().root().commandLine());
    out().print(script);
    out().flush();
    return ExitCode.OK;
  }
}
