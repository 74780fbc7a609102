package dev.headwater.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.headwater.gateway.cli.Launch;
import dev.headwater.gateway.config.ConfigReader;
import dev.headwater.gateway.config.ConfigReading;
import dev.headwater.gateway.config.ConfigSource;
import dev.headwater.sampling.force.ForceKey;
import dev.headwater.sampling.force.ForceToken;
import java.io.IOException;
import java.net.Socket;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

/** A whole process whose key file is rotated, and every place where the key must not show. */
@Timeout(120)
class ITForceKeyFile {
  private static final String OLD = "0123456789abcdef-old-hushed";
  private static final String NEW = "fedcba9876543210-new-hushed";
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  @TempDir Path folder;

  private static String token(String secret) {
    long expires = Instant.now().getEpochSecond() + 600;
    return new ForceToken(expires, 7, 0, "/").signedBy(ForceKey.of(secret));
  }

  private dev.headwater.gateway.cli.RunningGateway start(int upstream) throws Exception {
    Files.writeString(folder.resolve("force.key"), OLD + "\n");
    Files.writeString(
        folder.resolve("sampling.yaml"), "rate: 0\nforce: {keyFile: force.key, perSecond: 1000}\n");
    Path main =
        Files.writeString(
            folder.resolve("edge.yaml"),
            """
            listeners: [{name: web, address: "127.0.0.1:0"}]
            upstreams: [{name: app, endpoints: ["http://127.0.0.1:%d"]}]
            routes: [{name: all, to: [{upstream: app}]}]
            admin: {address: "127.0.0.1:0"}
            tracing: {store: {}, samplingFrom: sampling.yaml}
            drain: {timeout: 5s}
            """
                .formatted(upstream));
    ConfigReader reader =
        new ConfigReader(ConfigSource.file(main), Map.of(), List.of(), Clock.systemUTC());
    ConfigReading first = reader.read();
    assertThat(first.loaded().problems()).isEmpty();
    assertThat(first.toString()).contains("force.key").doesNotContain("hushed");
    return GatewayProcess.start(
        new Launch(
            "test", reader, first, first.loaded().configuration().orElseThrow(), changed -> {}));
  }

  /** Whether a request with this token is traced. */
  private static boolean forces(int port, RawUpstream upstream, String token) throws Exception {
    try (RawClient client = new RawClient(new Socket("127.0.0.1", port))) {
      client.send("GET / HTTP/1.1\r\nHost: a\r\nheadwater-force: " + token + "\r\n\r\n");
      assertThat(client.response()).startsWith("HTTP/1.1 200 ");
    }
    return new SeenHead(upstream.request()).sampled();
  }

  private static String admin(int port, String path) throws IOException {
    try (RawClient client = new RawClient(new Socket("127.0.0.1", port))) {
      client.send("GET " + path + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
      return new String(client.socket().getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  @Test
  void rotatedKey_takesEffect_aBadOneDoesNot_andNoneIsShown() throws Exception {
    Logger root = (Logger) LoggerFactory.getLogger(Logger.ROOT_LOGGER_NAME);
    ListAppender<ILoggingEvent> log = new ListAppender<>();
    log.start();
    root.addAppender(log);
    try (RawUpstream upstream = RawUpstream.answering(RawUpstream.OK)) {
      var gateway = start(upstream.port());
      try {
        int web = gateway.listeners().get("web").port();
        assertThat(forces(web, upstream, token(OLD))).isTrue();
        assertThat(forces(web, upstream, token(NEW))).isFalse();

        Files.writeString(folder.resolve("force.key"), "short-hushed");
        Await.until(
            "a key that is too short is told",
            PATIENCE,
            () ->
                admin(gateway.admin().port(), "/config").contains("without the line end")
                    || log.list.toString().contains("without the line end"));
        assertThat(forces(web, upstream, token(OLD))).as("the last good one").isTrue();

        Files.writeString(folder.resolve("force.key"), NEW);
        Await.until("the new key", PATIENCE, () -> forces(web, upstream, token(NEW)));
        assertThat(forces(web, upstream, token(OLD))).isFalse();

        String header = URLEncoder.encode("headwater-force: " + token(NEW), StandardCharsets.UTF_8);
        String explain = "/explain?url=http%3A%2F%2Fa%2F&header=" + header;
        assertThat(admin(gateway.admin().port(), explain))
            .contains("granted: the token is good")
            .contains("forced");
        for (String page : List.of("/config", "/sampling", "/routes", "/metrics", "/", explain)) {
          assertThat(admin(gateway.admin().port(), page))
              .as(page)
              .startsWith("HTTP/1.1 200")
              .doesNotContain("hushed")
              .doesNotContain("hw1.");
        }
      } finally {
        gateway.stop();
      }
    } finally {
      root.detachAppender(log);
    }
    assertThat(log.list)
        .extracting(ILoggingEvent::getFormattedMessage)
        .noneMatch(line -> line.contains("hushed") || line.contains("hw1."));
  }
}
