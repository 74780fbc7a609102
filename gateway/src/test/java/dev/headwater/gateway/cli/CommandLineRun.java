package dev.headwater.gateway.cli;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import picocli.CommandLine;

/** One command line run in this process, and what it printed. */
final class CommandLineRun {
  private final Map<String, String> environment = new HashMap<>();
  private String in = "";
  private Signals signals = (name, action) -> {};
  private GatewayStarter gateways =
      launch -> {
        throw new IOException("listener 'web' cannot listen at 127.0.0.1:8080: in use");
      };

  private IngressStarter ingress =
      launch -> {
        throw new IOException("stopped before the cluster could be read");
      };

  /** What came of it. */
  record Result(int exitCode, String out, String err) {}

  CommandLineRun in(String text) {
    in = text;
    return this;
  }

  CommandLineRun environment(String name, String value) {
    environment.put(name, value);
    return this;
  }

  CommandLineRun gateways(GatewayStarter starter) {
    gateways = starter;
    return this;
  }

  CommandLineRun ingress(IngressStarter starter) {
    ingress = starter;
    return this;
  }

  CommandLineRun signals(Signals scripted) {
    signals = scripted;
    return this;
  }

  Result run(String... arguments) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    CommandLine line =
        Commands.commandLine(
            new Surroundings(
                environment,
                new ByteArrayInputStream(in.getBytes(StandardCharsets.UTF_8)),
                signals,
                gateways,
                ingress));
    printTo(line, new PrintWriter(out, true), new PrintWriter(err, true));
    int exitCode = line.execute(arguments);
    return new Result(exitCode, out.toString(), err.toString());
  }

  private static void printTo(CommandLine line, PrintWriter out, PrintWriter err) {
    line.setOut(out).setErr(err);
    line.getSubcommands().values().forEach(below -> printTo(below, out, err));
  }
}
