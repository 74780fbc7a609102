package dev.headwater.gateway.cli;

import java.util.concurrent.Callable;
import picocli.AutoComplete;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code headwater completion bash|zsh}. */
@Command(
    name = "completion",
    header = "Print a script that completes commands and flags.",
    footer = {
      "  source <(headwater completion bash)",
      "  headwater completion zsh > ~/.headwater-completion   (source it in ~/.zshrc)"
    })
final class CompletionCommand implements Callable<Integer> {
  @Spec CommandSpec spec;

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
    String script = AutoComplete.bash("headwater", spec.root().commandLine());
    spec.commandLine().getOut().print(script);
    spec.commandLine().getOut().flush();
    return ExitCode.OK;
  }
}
