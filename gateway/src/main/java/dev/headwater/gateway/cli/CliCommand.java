package dev.headwater.gateway.cli;

import java.io.PrintWriter;
import java.util.concurrent.Callable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** What all commands share: the two streams to write to, and how a failure is told. */
abstract class CliCommand implements Callable<Integer> {
  @Spec
  @SuppressWarnings("NullAway.Init") // set by picocli before a command runs
  private CommandSpec spec;

  final CommandSpec spec() {
    return spec;
  }

  final PrintWriter out() {
    return spec.commandLine().getOut();
  }

  final PrintWriter err() {
    return spec.commandLine().getErr();
  }

  /** Tells why it cannot go on, in one line, and gives the exit code for that. */
  final int refuse(String why) {
    err().println(spec.qualifiedName() + ": " + why);
    err().flush();
    return ExitCode.CANNOT_START;
  }
}
