package dev.headwater.gateway.cli;

import dev.headwater.gateway.explain.ExplainQuery;
import dev.headwater.gateway.explain.Explainer;
import dev.headwater.routes.Configuration;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;

/** {@code headwater explain}. */
@Command(
    name = "explain",
    header = "Say what would be done with a request, and why. Sends nothing.",
    description = {
      "Shows route, sampling rule and decision, what each trace header is worth, and the headers",
      "that would go upstream. Without --trace-id the probability, with it the decision."
    },
    footer = {
      "  headwater explain -c headwater.yaml http://vote.example.com/api/list",
      "  headwater explain -c headwater.yaml -X POST -H 'X-B3-Sampled: 1' --from 192.0.2.7 \\",
      "      --trace-id 463ac35c9f6413ad48485a3953bb6124 http://vote.example.com/api/vote",
      "  headwater explain --admin http://127.0.0.1:9900 http://vote.example.com/"
    })
final class ExplainCommand extends CliCommand {
  private final Surroundings surroundings;

  @ArgGroup(multiplicity = "1")
  private Whom whom = new Whom();

  @Option(
      names = {"-X", "--method"},
      paramLabel = "METHOD",
      description = "Request method (default: GET).")
  private String method = "GET";

  @Option(
      names = {"-H", "--header"},
      paramLabel = "'NAME: VALUE'",
      description = "A header field; may be repeated.")
  private List<String> headers = new ArrayList<>();

  @Option(
      names = "--from",
      paramLabel = "IP",
      description = "Address of the caller (default: somebody in no trusted network).")
  private @Nullable String from;

  @Option(
      names = "--identity",
      paramLabel = "NAME",
      description = "A DNS name or URI that the caller's verified certificate holds.")
  private @Nullable String identity;

  @Option(
      names = "--trace-id",
      paramLabel = "ID",
      description = "Decide for this id: 16 or 32 lower-case hex digits.")
  private @Nullable String traceId;

  @Option(
      names = {"-o", "--output"},
      paramLabel = "FORMAT",
      description = "text or json (default: text).")
  private OutputFormat output = OutputFormat.text;

  @Parameters(paramLabel = "URL", description = "Absolute URL as a client would ask for it.")
  private String url = "";

  /** Who is asked. */
  static final class Whom {
    @Option(
        names = {"-c", "--config"},
        paramLabel = "FILE",
        required = true,
        description = "Ask a configuration file; - for standard input.")
    private @Nullable String file;

    @Option(
        names = "--admin",
        paramLabel = "URL",
        required = true,
        description = "Ask a running gateway.")
    private @Nullable URI admin;
  }

  ExplainCommand(Surroundings surroundings) {
    this.surroundings = surroundings;
  }

  @Override
  public Integer call() throws IOException {
    ExplainQuery query;
    try {
      query = ExplainQuery.parse(method, url, headers, from, traceId).as(identity);
    } catch (IllegalArgumentException wrong) {
      throw new ParameterException(spec().commandLine(), String.valueOf(wrong.getMessage()), wrong);
    }
    URI admin = whom.admin;
    return admin == null ? explainFile(query) : explainRunning(admin);
  }

  private int explainFile(ExplainQuery query) throws IOException {
    String file = whom.file == null ? "-" : whom.file;
    Optional<Configuration> configuration =
        ConfigOption.complaining(ConfigOption.reader(file, surroundings).read().loaded(), err());
    if (configuration.isEmpty()) {
      return ExitCode.CANNOT_START;
    }
    return print(Explainer.of(configuration.get()).explain(query).toJson());
  }

  private int explainRunning(URI admin) throws IOException {
    AdminClient.Answer answer = new AdminClient(admin).get("/explain" + parameters());
    if (answer.status() != 200) {
      return refuse(admin + " answered " + answer.status() + ": " + answer.body().strip());
    }
    return print(new JsonObject(answer.body()));
  }

  private String parameters() {
    StringBuilder query = new StringBuilder("?url=").append(encoded(url));
    query.append("&method=").append(encoded(method));
    headers.forEach(header -> query.append("&header=").append(encoded(header)));
    if (from != null) {
      query.append("&from=").append(encoded(from));
    }
    if (identity != null) {
      query.append("&identity=").append(encoded(identity));
    }
    if (traceId != null) {
      query.append("&trace-id=").append(encoded(traceId));
    }
    return query.toString();
  }

  private static String encoded(String value) {
    return URLEncoder.encode(value, StandardCharsets.UTF_8);
  }

  private int print(JsonObject explanation) {
    if (output == OutputFormat.json) {
      out().println(explanation.encodePrettily());
    } else {
      out().print(ExplanationText.of(explanation));
    }
    out().flush();
    return ExitCode.OK;
  }
}
