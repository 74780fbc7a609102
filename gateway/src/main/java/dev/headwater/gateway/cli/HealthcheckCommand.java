package dev.headwater.gateway.cli;

import java.io.IOException;
import java.net.URI;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code headwater healthcheck}: for a container's own check, which has no curl. */
@Command(
    name = "healthcheck",
    header = "Ask a running gateway whether it is well; exit code 0 or 1.",
    footer = {
      "  headwater healthcheck",
      "  headwater healthcheck --ready --admin http://127.0.0.1:9900"
    })
final class HealthcheckCommand extends CliCommand {
  private final Surroundings surroundings;

  @Option(
      names = "--admin",
      paramLabel = "URL",
      description = "Admin address (default: HEADWATER_ADMIN_ADDRESS, else http://127.0.0.1:9900).")
  private @Nullable URI admin;

  @Option(
      names = "--ready",
      description = "Ask whether it takes requests, not only whether it lives.")
  private boolean ready;

  HealthcheckCommand(Surroundings surroundings) {
    this.surroundings = surroundings;
  }

  @Override
  public Integer call() {
    URI address = AdminAddress.of(admin, surroundings.environment());
    try {
      AdminClient.Answer answer = new AdminClient(address).get(ready ? "/readyz" : "/healthz");
      out().println(answer.body().strip());
      return answer.status() == 200 ? ExitCode.OK : ExitCode.CANNOT_START;
    } catch (IOException unreachable) {
      return refuse(String.valueOf(unreachable.getMessage()));
    }
  }
}
