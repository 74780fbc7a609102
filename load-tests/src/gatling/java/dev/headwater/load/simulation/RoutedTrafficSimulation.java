package dev.headwater.load.simulation;

import static io.gatling.javaapi.core.CoreDsl.StringBody;
import static io.gatling.javaapi.core.CoreDsl.bodyLength;
import static io.gatling.javaapi.core.CoreDsl.constantUsersPerSec;
import static io.gatling.javaapi.core.CoreDsl.exec;
import static io.gatling.javaapi.core.CoreDsl.global;
import static io.gatling.javaapi.core.CoreDsl.scenario;
import static io.gatling.javaapi.http.HttpDsl.header;
import static io.gatling.javaapi.http.HttpDsl.headerRegex;
import static io.gatling.javaapi.http.HttpDsl.http;
import static io.gatling.javaapi.http.HttpDsl.status;

import dev.headwater.load.GatewayProcess;
import dev.headwater.load.ScriptedUpstream;
import io.gatling.javaapi.core.ChainBuilder;
import io.gatling.javaapi.core.Simulation;
import io.gatling.javaapi.http.HttpRequestActionBuilder;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Users of the voting application at a fixed rate: exact, prefix and wildcard-host routes, a body
 * in both directions, an answer of the gateway itself.
 *
 * <p>Use it to see that the gateway keeps a rate with every answer right: each proxied answer must
 * name the trace that the upstream saw. It is an open model (a slow gateway meets no fewer users),
 * so its percentiles hold for this rate, not at saturation.
 *
 * <p>The gateway is started by its launcher with {@code src/gatling/routed-traffic.yaml}, or given
 * by {@code -Dheadwater.url} and then configured with that file. Settings: {@code
 * -Dheadwater.load.rate} (requests per second, a multiple of 5), {@code -Dheadwater.load.seconds},
 * {@code -Dheadwater.load.p99} (milliseconds), {@code -Dheadwater.launcher}.
 */
public final class RoutedTrafficSimulation extends Simulation {
  private static final int UPSTREAM_PORT = 19001;
  private static final URI GATEWAY = URI.create("http://127.0.0.1:18080");

  /** Gatling runs where Maven was called, which may be above the module. */
  private static final Path MODULE = Path.of(System.getProperty("headwater.module", "."));

  /** A first start builds. */
  private static final Duration PATIENCE = Duration.ofMinutes(5);

  private static final int REQUESTS_PER_USER = 5;
  private static final int RATE = Integer.getInteger("headwater.load.rate", 300);
  private static final int SECONDS = Integer.getInteger("headwater.load.seconds", 20);

  /** Generous: gateway, upstream and load generator may share two cores with a build. */
  private static final int P99_MILLIS = Integer.getInteger("headwater.load.p99", 500);

  /** The mean is taken over whole seconds, of which the last is rarely full. */
  private static final double SHARE_OF_RATE = 0.9;

  private final @Nullable String url = System.getProperty("headwater.url");
  private @Nullable ScriptedUpstream upstream;
  private @Nullable GatewayProcess gateway;

  {
    setUp(
            scenario("voter")
                .exec(visit())
                .injectOpen(constantUsersPerSec((double) RATE / REQUESTS_PER_USER).during(SECONDS)))
        .protocols(
            http.baseUrl(url == null ? GATEWAY.toString() : url)
                .header("Host", "vote.example.com")
                .shareConnections())
        .assertions(
            global().failedRequests().count().is(0L),
            global().responseTime().percentile(99.0).lt(P99_MILLIS),
            global().requestsPerSec().gte(RATE * SHARE_OF_RATE));
  }

  @Override
  public void before() {
    upstream = ScriptedUpstream.listen(UPSTREAM_PORT);
    if (url == null) {
      String launcher = System.getProperty("headwater.launcher");
      gateway =
          GatewayProcess.start(
              launcher == null ? MODULE.resolveSibling("headwater") : Path.of(launcher),
              MODULE.resolve("src/gatling/routed-traffic.yaml"),
              MODULE.resolve("target/routed-traffic-gateway.log"),
              GATEWAY,
              PATIENCE);
    }
  }

  @Override
  public void after() {
    if (gateway != null) {
      gateway.close();
    }
    if (upstream != null) {
      upstream.close();
    }
  }

  private static ChainBuilder visit() {
    return exec(
        routed(http("votes").get("/api/votes")),
        routed(http("large answer").get("/api/votes?bytes=65536")).check(bodyLength().is(65_536)),
        routed(http("ballot").post("/api/vote").body(StringBody("x".repeat(1024)))),
        routed(http("wildcard host").get("/list").header("Host", "big.emoji.example.com")),
        http("no route").get("/elsewhere").check(status().is(404)));
  }

  /** One trace id in three places: made by us, told to the client, seen by the upstream. */
  private static HttpRequestActionBuilder routed(HttpRequestActionBuilder request) {
    return request.check(
        status().is(200),
        headerRegex("x-trace-id", "^[0-9a-f]{32}$").saveAs("trace"),
        header("seen-x-b3-traceid").isEL("#{trace}"),
        header("seen-x-b3-sampled").in("0", "1"));
  }
}
