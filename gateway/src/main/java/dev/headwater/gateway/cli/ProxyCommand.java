package dev.headwater.gateway.cli;

import dev.headwater.gateway.config.ConfigSource;
import dev.headwater.routes.schema.Setting;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code headwater proxy}: a gateway without a file. */
@Command(
    name = "proxy",
    header = "Run the gateway in front of one service, without a file.",
    description = {
      "Every request goes to the addresses of --to, in turn. Without --zipkin traces are kept in",
      "the embedded store and shown at the admin address."
    },
    footer = {
      "  headwater proxy --from :8080 --to http://127.0.0.1:9000",
      "  headwater proxy --from 127.0.0.1:8080 --to :9001 --to :9002 --sample 0.5 \\",
      "      --zipkin http://127.0.0.1:9411"
    })
final class ProxyCommand extends ServeCommand {
  private static final String GROUND =
      """
      listeners: [{name: proxy}]
      upstreams: [{name: upstream, endpoints: []}]
      routes: [{name: all, to: [{upstream: upstream}]}]
      """;

  @Option(
      names = "--from",
      paramLabel = "ADDRESS",
      required = true,
      description = "Where to listen: host:port, or :port for all addresses.")
  private String from = "";

  @Option(
      names = "--to",
      paramLabel = "URL",
      required = true,
      description = "Where to send requests; may be repeated.")
  private List<String> to = new ArrayList<>();

  @Option(
      names = "--sample",
      paramLabel = "RATE",
      description = "Share of traces that are kept, 0 to 1 (default: 1).")
  private @Nullable String sample;

  @Option(
      names = "--zipkin",
      paramLabel = "URL",
      description = "Send spans to this collector instead of the embedded store.")
  private @Nullable String zipkin;

  ProxyCommand(Surroundings surroundings) {
    super(surroundings);
  }

  @Override
  public Integer call() throws IOException, InterruptedException {
    List<Setting> flags = new ArrayList<>();
    flags.add(Setting.byFlag("--from", "listeners[0].address", FlagAddress.listening(from)));
    for (int i = 0; i < to.size(); i++) {
      String endpoint = FlagAddress.endpoint(to.get(i));
      flags.add(Setting.byFlag("--to", "upstreams[0].endpoints[" + i + "]", endpoint));
    }
    TraceFlags.lay(flags, sample, zipkin);
    return serve(ConfigSource.inline(GROUND, "the command line"), flags);
  }

  @Override
  String advice() {
    return "stop what holds the address, or choose another one with --from (or for the admin"
        + " address with "
        + AdminAddress.VARIABLE
        + ")";
  }
}
