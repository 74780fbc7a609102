package dev.headwater.gateway.cli;

import dev.headwater.gateway.config.ConfigSource;
import dev.headwater.gateway.demo.DemoApplication;
import dev.headwater.gateway.demo.DemoOptions;
import dev.headwater.gateway.demo.VoteBot;
import dev.headwater.routes.BindAddress;
import dev.headwater.routes.Configuration;
import dev.headwater.routes.schema.Setting;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code headwater demo}: everything at once, on loopback. */
@Command(
    name = "demo",
    header = "Run the gateway, a small meshed application, its traffic and a trace store.",
    description = {
      "Whole traces are in the browser seconds after the addresses are printed. Everything is on",
      "loopback and in memory; Ctrl-C ends it."
    },
    footer = {
      "  headwater demo",
      "  headwater demo --port 8081 --admin-port 9901 --sample 1",
      "  headwater demo --zipkin http://127.0.0.1:9411"
    })
final class DemoCommand extends ServeCommand {
  private static final Duration BETWEEN_VOTES = Duration.ofMillis(700);
  private static final long PATIENCE_SECONDS = 10;

  @Option(
      names = "--port",
      paramLabel = "PORT",
      description = "Port of the gateway; 0 for any (default: 8080).")
  private String port = "8080";

  @Option(
      names = "--admin-port",
      paramLabel = "PORT",
      description = "Port of the admin address with the traces (default: 9900).")
  private String adminPort = "9900";

  @Option(
      names = "--sample",
      paramLabel = "RATE",
      description = "Share of traces that are kept, 0 to 1 (default: 0.5).")
  private String sample = "0.5";

  @Option(
      names = "--zipkin",
      paramLabel = "URL",
      description = "Send all spans to this collector instead of the embedded store.")
  private @Nullable String zipkin;

  @Option(names = "--no-traffic", description = "Do not vote; only you do.")
  private boolean quiet;

  @Option(
      names = "--seconds",
      paramLabel = "N",
      hidden = true,
      description = "End by itself: for scripts and for the launcher's class archive.")
  private @Nullable Integer seconds;

  private final Random random = new Random();
  private @Nullable Vertx vertx;
  private @Nullable DemoApplication application;
  private @Nullable VoteBot bot;
  private volatile @Nullable URI spans;
  private volatile @Nullable URI traceUi;

  DemoCommand(Surroundings surroundings) {
    super(surroundings);
  }

  @Override
  public Integer call() throws IOException, InterruptedException {
    Vertx own = Vertx.vertx(new VertxOptions().setEventLoopPoolSize(1).setWorkerPoolSize(2));
    vertx = own;
    try {
      DemoOptions options = DemoOptions.of(this::collector, () -> traceUi, random);
      DemoApplication started = finish(DemoApplication.start(own, options));
      application = started;
      return serve(ConfigSource.inline(ground(started.url()), "the demo"), flags());
    } finally {
      stopApplication();
      finish(own.close());
    }
  }

  private static String ground(URI web) {
    return """
        listeners: [{name: demo}]
        upstreams: [{name: web, endpoints: ["%s"]}]
        routes:
          - {name: api, match: {path: {prefix: /api}}, to: [{upstream: web}]}
          - {name: pages, to: [{upstream: web}]}
        tracing: {responseHeader: x-trace-id}
        log: {level: warn}
        """
        .formatted(web);
  }

  private List<Setting> flags() {
    List<Setting> flags = new ArrayList<>();
    flags.add(Setting.byFlag("--port", "listeners[0].address", "127.0.0.1:" + port));
    flags.add(Setting.byFlag("--admin-port", "admin.address", "127.0.0.1:" + adminPort));
    TraceFlags.lay(flags, sample, zipkin);
    return flags;
  }

  /** Known once the gateway listens, and not asked for before. */
  private URI collector() {
    URI known = spans;
    if (known == null) {
      throw new IllegalStateException("spans before the gateway serves");
    }
    return known;
  }

  @Override
  void serving(Configuration configuration, RunningGateway gateway) {
    BindAddress demo = gateway.listeners().values().iterator().next();
    URI admin = URI.create("http://" + gateway.admin() + "/");
    URI url = URI.create("http://" + demo + "/");
    List<String> lines = new ArrayList<>();
    if (zipkin == null) {
      spans = admin.resolve("api/v2/spans");
      traceUi = admin.resolve("zipkin/");
      lines.add("  traces       " + traceUi);
    } else {
      spans = configuration.tracing().report().get(0).url();
      lines.add("  spans go to  " + spans);
    }
    if (!quiet && vertx != null) {
      bot = VoteBot.start(vertx, url, BETWEEN_VOTES, random);
    }
    out().println("The demo runs" + (quiet ? ", without traffic" : "") + ":");
    out().println("  application  " + url);
    lines.forEach(out()::println);
    out().println("  dashboard    " + admin);
    String share = StartLines.percent(configuration.tracing().sampling().rate().rate());
    out().println(share + " of traces are kept. Ctrl-C ends it.");
    out().flush();
  }

  @Override
  Duration lifetime() {
    return seconds == null ? Lifecycle.FOREVER : Duration.ofSeconds(seconds);
  }

  @Override
  void stopping() {
    stopApplication();
  }

  private void stopApplication() {
    VoteBot running = bot;
    bot = null;
    DemoApplication started = application;
    application = null;
    try {
      if (running != null) {
        finish(running.close());
      }
      if (started != null) {
        finish(started.close());
      }
    } catch (IOException | InterruptedException late) {
      LOG.warn("the demo application did not end in time: {}", late.getMessage());
    }
  }

  private static <T> T finish(Future<T> future) throws IOException, InterruptedException {
    try {
      return future
          .toCompletionStage()
          .toCompletableFuture()
          .get(PATIENCE_SECONDS, TimeUnit.SECONDS);
    } catch (ExecutionException failed) {
      throw new IOException(String.valueOf(failed.getCause()), failed.getCause());
    } catch (TimeoutException late) {
      throw new IOException("no answer in " + PATIENCE_SECONDS + " s", late);
    }
  }

  @Override
  String advice() {
    return "stop what holds the address, or choose another one with --port or --admin-port";
  }
}
