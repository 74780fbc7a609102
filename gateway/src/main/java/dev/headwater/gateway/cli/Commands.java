package dev.headwater.gateway.cli;

import java.io.PrintWriter;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.UnmatchedArgumentException;

/**
 * All commands of the program, as one command line.
 *
 * <p>Help goes to standard output with exit code 0; a wrong command line is told on standard error
 * in one line, with what was meant where that can be guessed, and exit code 2.
 */
public final class Commands {
  private static final int WIDTH = 100;

  private Commands() {}

  /** Runs one command line to its end; the exit code. */
  public static int execute(Surroundings surroundings, String... arguments) {
    Logging.quiet();
    CommandLine line = new CommandLine(new HeadwaterCommand());
    if (!addServing(line, surroundings, arguments)) {
      addAll(line, surroundings);
    }
    return dressed(line).execute(arguments);
  }

  /** With all commands. */
  static CommandLine commandLine(Surroundings surroundings) {
    CommandLine line = new CommandLine(new HeadwaterCommand());
    addAll(line, surroundings);
    return dressed(line);
  }

  /**
   * Adds only the command that is asked for, when it is one that serves: reading the annotations of
   * all the others would cost it a tenth of its start.
   */
  private static boolean addServing(
      CommandLine line, Surroundings surroundings, String... arguments) {
    ServeCommand asked =
        switch (arguments.length == 0 ? "" : arguments[0]) {
          case "demo" -> new DemoCommand(surroundings);
          case "run" -> new RunCommand(surroundings);
          case "proxy" -> new ProxyCommand(surroundings);
          case "ingress" -> new IngressCommand(surroundings);
          default -> null;
        };
    if (asked == null) {
      return false;
    }
    line.addSubcommand(asked);
    return true;
  }

  private static void addAll(CommandLine line, Surroundings surroundings) {
    line.addSubcommand(new DemoCommand(surroundings));
    line.addSubcommand(new RunCommand(surroundings));
    line.addSubcommand(new ProxyCommand(surroundings));
    line.addSubcommand(new IngressCommand(surroundings));
    line.addSubcommand(new ValidateCommand(surroundings));
    line.addSubcommand(new ExplainCommand(surroundings));
    line.addSubcommand(
        new CommandLine(new ConfigCommand())
            .addSubcommand(new ConfigSchemaCommand())
            .addSubcommand(new ConfigPrintCommand(surroundings)));
    line.addSubcommand(
        new CommandLine(new MigrateCommand()).addSubcommand(new MigrateNginxCommand(surroundings)));
    line.addSubcommand(new TokenCommand(surroundings));
    line.addSubcommand(new HealthcheckCommand(surroundings));
    line.addSubcommand(new VersionCommand());
    line.addSubcommand(new CompletionCommand());
  }

  private static CommandLine dressed(CommandLine line) {
    dress(line);
    line.setParameterExceptionHandler(Commands::misused);
    line.setExecutionExceptionHandler(Commands::failed);
    line.setCaseInsensitiveEnumValuesAllowed(true);
    line.setUsageHelpWidth(WIDTH);
    return line;
  }

  /** What all commands share: a help flag, and the headings of their pages. */
  private static void dress(CommandLine line) {
    CommandSpec spec = line.getCommandSpec();
    if (spec.findOption("-h") == null) {
      spec.addOption(
          OptionSpec.builder("-h", "--help")
              .usageHelp(true)
              .description("Show this help.")
              .build());
    }
    spec.usageMessage().sortOptions(false).descriptionHeading("%n").synopsisHeading("%nUSAGE%n  ");
    if (spec.parent() != null) {
      spec.usageMessage()
          .abbreviateSynopsis(spec.subcommands().isEmpty() && spec.options().size() > 6)
          .parameterListHeading("%nARGUMENTS%n")
          .optionListHeading("%nOPTIONS%n")
          .commandListHeading("%nCOMMANDS%n")
          .footerHeading("%nEXAMPLES%n");
    } else {
      spec.usageMessage().optionListHeading("%nOPTIONS%n");
    }
    line.getSubcommands().values().forEach(Commands::dress);
  }

  private static int misused(CommandLine.ParameterException wrong, String[] arguments) {
    CommandLine line = wrong.getCommandLine();
    PrintWriter err = line.getErr();
    String name = line.getCommandSpec().qualifiedName();
    err.println(name + ": " + wrong.getMessage());
    UnmatchedArgumentException.printSuggestions(wrong, err);
    err.println("Try '" + name + " --help'.");
    err.flush();
    return ExitCode.USAGE;
  }

  private static int failed(Exception failure, CommandLine line, CommandLine.ParseResult parsed) {
    String reason = failure.getMessage();
    line.getErr()
        .println(
            line.getCommandSpec().qualifiedName()
                + ": "
                + (reason == null || failure instanceof RuntimeException ? failure : reason));
    line.getErr().flush();
    return ExitCode.CANNOT_START;
  }
}
