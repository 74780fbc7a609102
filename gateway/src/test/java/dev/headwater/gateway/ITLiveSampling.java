package dev.headwater.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headwater.gateway.cli.Launch;
import dev.headwater.gateway.config.ConfigReader;
import dev.headwater.gateway.config.ConfigReading;
import dev.headwater.gateway.config.ConfigSource;
import dev.headwater.routes.schema.Setting;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Sampling changed while a process serves: by hand at the admin address, and by its files. */
@Timeout(60)
class ITLiveSampling {
  private static final String TOKEN = "a-token-of-this-test";

  /** Far more than the second that a change may take, since the machine is shared. */
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  @TempDir Path folder;
  private dev.headwater.gateway.cli.RunningGateway gateway;

  @AfterEach
  void stop() throws Exception {
    if (gateway != null) {
      gateway.stop();
    }
  }

  @Test
  void put_isInForceAtOnce_andSaysHowLongItLasts() throws Exception {
    start("sampling: {rate: 0.5}");
    assertThat(rate()).isEqualTo(0.5);

    String answer = put("rate: 0.25\n");

    assertThat(answer).startsWith("HTTP/1.1 200");
    JsonObject json = json(answer);
    assertThat(json.getLong("version")).isEqualTo(2);
    assertThat(json.getBoolean("temporary")).isTrue();
    assertThat(json.getString("lasts")).contains("next change of the configuration files");
    assertThat(json.getJsonArray("masked")).isEmpty();
    assertThat(rate()).isEqualTo(0.25);
    JsonObject sampling = sampling();
    assertThat(sampling.getLong("version")).isEqualTo(2);
    assertThat(sampling.getBoolean("temporary")).isTrue();
    assertThat(sampling.getString("origin")).startsWith("PUT /sampling by 127.0.0.1:");
    assertThat(sampling.getString("since")).isEqualTo(json.getString("since"));
    assertThat(request("GET", "/config", "", ""))
        .contains("rate: 0.25  # PUT /sampling:1:7")
        .doesNotContain(TOKEN);
    assertThat(request("GET", "/metrics", "", ""))
        .contains("headwater_sampling_version 2.0", "headwater_sampling_temporary 1.0");
  }

  @Test
  void put_ofJson_isTakenLikeYaml() throws Exception {
    start("sampling: {rate: 0.5}");
    String json = "{\"rate\": 0.125}";
    assertThat(put(json, "Content-Type: application/json\r\n")).startsWith("HTTP/1.1 200");
    assertThat(rate()).isEqualTo(0.125);
    assertThat(put("a=b", "Content-Type: application/x-www-form-urlencoded\r\n"))
        .startsWith("HTTP/1.1 415")
        .contains("expected application/yaml");
  }

  @Test
  void put_thatIsWrong_changesNothing_andEveryProblemHasItsLine() throws Exception {
    start("sampling: {rate: 0.5}");

    String answer = put("rate: 1.7\nrat: 1\n");

    assertThat(answer).startsWith("HTTP/1.1 422");
    JsonObject json = json(answer);
    assertThat(json.getLong("version")).isEqualTo(1);
    JsonArray problems = json.getJsonArray("problems");
    assertThat(problems).hasSize(2);
    assertThat(problems.getJsonObject(0))
        .isEqualTo(
            new JsonObject()
                .put("key", "tracing.sampling.rate")
                .put("finding", "1.7")
                .put("expected", "expected 0.0 to 1.0")
                .put("line", 1)
                .put("column", 7)
                .put(
                    "text",
                    "tracing.sampling.rate: 1.7 (expected 0.0 to 1.0) at PUT /sampling:1:7"));
    assertThat(problems.getJsonObject(1).getInteger("line")).isEqualTo(2);
    assertThat(put("rate: 1.7\nrat: 1\n", "Accept: text/plain\r\n"))
        .contains(
            "tracing.sampling.rate: 1.7 (expected 0.0 to 1.0) at PUT /sampling:1:7\n",
            "tracing.sampling.rat: unknown key (did you mean \"rate\"?) at PUT /sampling:2:1\n",
            "version 1 stays in force");
    assertThat(put("rate: [")).startsWith("HTTP/1.1 400");
    assertThat(put(" \n")).startsWith("HTTP/1.1 400").contains("the body is empty");
    assertThat(put("rate: 0.5 # \u00ff")).startsWith("HTTP/1.1 400").contains("not UTF-8");
    assertThat(rate()).isEqualTo(0.5);
    assertThat(sampling().getLong("version")).isEqualTo(1);
  }

  @Test
  void put_needsTheToken_ofTheFileAsItIsNow() throws Exception {
    start("sampling: {rate: 0.5}");

    String none = request("PUT", "/sampling", "", "rate: 1");
    assertThat(none).startsWith("HTTP/1.1 401").containsIgnoringCase("www-authenticate: Bearer");
    assertThat(request("PUT", "/sampling", "Authorization: Bearer wrong\r\n", "rate: 1"))
        .startsWith("HTTP/1.1 401")
        .doesNotContain(TOKEN);
    assertThat(request("DELETE", "/sampling", "", "")).startsWith("HTTP/1.1 401");

    Files.writeString(folder.resolve("admin.token"), "another\n");
    assertThat(put("rate: 1")).startsWith("HTTP/1.1 401");
    assertThat(request("PUT", "/sampling", "Authorization: bearer another\r\n", "rate: 1"))
        .startsWith("HTTP/1.1 200");

    Files.writeString(folder.resolve("admin.token"), "\n");
    assertThat(request("PUT", "/sampling", "Authorization: Bearer \r\n", "rate: 0"))
        .startsWith("HTTP/1.1 403")
        .contains("admin.tokenFile", "is empty");
    Files.delete(folder.resolve("admin.token"));
    assertThat(put("rate: 0")).startsWith("HTTP/1.1 403").contains("cannot be read");
    assertThat(rate()).isEqualTo(1);
  }

  @Test
  void put_withoutTokenFile_isRefused_andTheKeyIsNamed() throws Exception {
    start("sampling: {rate: 0.5}", "", List.of());
    assertThat(put("rate: 1")).startsWith("HTTP/1.1 403").contains("admin.tokenFile is not set");
    assertThat(rate()).isEqualTo(0.5);
  }

  @Test
  void put_ofAnotherSite_orForAnotherHost_isRefused() throws Exception {
    start("sampling: {rate: 0.5}");
    String token = "Authorization: Bearer " + TOKEN + "\r\n";
    assertThat(request("PUT", "/sampling", token + "Origin: https://evil.example\r\n", "rate: 1"))
        .startsWith("HTTP/1.1 403");
    assertThat(
            send(
                "PUT /sampling HTTP/1.1\r\nHost: evil.example\r\n"
                    + token
                    + "Content-Length: 7\r\n\r\nrate: 1"))
        .startsWith("HTTP/1.1 403");
    assertThat(rate()).isEqualTo(0.5);
  }

  @Test
  void put_ofTooMuch_isRefused() throws Exception {
    start("sampling: {rate: 0.5}");
    assertThat(put("# " + "x".repeat(64 * 1024) + "\nrate: 1")).startsWith("HTTP/1.1 413");
    assertThat(rate()).isEqualTo(0.5);
  }

  @Test
  void temporarySampling_endsWithAChangeOfTheFiles() throws Exception {
    Path main = start("sampling: {rate: 0.5}");
    put("rate: 0.25");
    Files.writeString(main, Files.readString(main) + "drain: {timeout: 2s}\n");
    Await.until("the files count again", PATIENCE, () -> rate() == 0.5);
    assertThat(sampling().getBoolean("temporary")).isFalse();
  }

  @Test
  void temporarySampling_survivesARefusedChangeOfTheFiles() throws Exception {
    Path main = start("sampling: {rate: 0.5}");
    String text = Files.readString(main);
    put("rate: 0.25");
    Files.writeString(main, text + "drain: 7\n");
    Await.until(
        "the change is refused", PATIENCE, () -> !sampling().getJsonArray("problems").isEmpty());
    assertThat(sampling().getJsonArray("problems").getString(0)).contains("drain: ", ":5:8");
    assertThat(rate()).isEqualTo(0.25);
    assertThat(put("rate: 0.125")).startsWith("HTTP/1.1 200");
    assertThat(sampling().getJsonArray("problems")).hasSize(1);
    assertThat(rate()).isEqualTo(0.125);
    Files.writeString(main, text);
    Await.until("the files count again", PATIENCE, () -> rate() == 0.5);
  }

  @Test
  void temporarySampling_endsWithAReload_andWithDelete() throws Exception {
    start("sampling: {rate: 0.5}");
    put("rate: 0.25");
    gateway.reload();
    assertThat(rate()).isEqualTo(0.5);
    put("rate: 0.25");
    String answer = request("DELETE", "/sampling", "Authorization: Bearer " + TOKEN + "\r\n", "");
    assertThat(answer).startsWith("HTTP/1.1 200");
    assertThat(json(answer).getBoolean("temporary")).isFalse();
    assertThat(json(answer).getLong("version")).isEqualTo(5);
    assertThat(rate()).isEqualTo(0.5);
    assertThat(sampling().getBoolean("temporary")).isFalse();
  }

  @Test
  void masked_settings_areNamed_inTheAnswerAndOnThePage() throws Exception {
    start(
        "sampling: {rate: 0.5}",
        "tokenFile: admin.token",
        List.of(Setting.byFlag("--sample", "tracing.sampling.rate", "0.75")));

    JsonObject masked = json(put("rate: 0.25")).getJsonArray("masked").getJsonObject(0);

    assertThat(masked)
        .isEqualTo(
            new JsonObject()
                .put("key", "tracing.sampling.rate")
                .put("maskedBy", "flag --sample")
                .put("written", "PUT /sampling:1:7"));
    assertThat(rate()).isEqualTo(0.75);
    assertThat(sampling().getJsonArray("masked").getJsonObject(0)).isEqualTo(masked);
  }

  @Test
  void mountedSampling_linkSwapped_isInForce_andABadOneKeepsTheLastGood() throws Exception {
    Files.createDirectory(folder.resolve("mount"));
    mount("..1", "rate: 0.5\n");
    Files.createSymbolicLink(
        folder.resolve("mount/sampling.yaml"), Path.of("..data/sampling.yaml"));
    start("samplingFrom: mount/sampling.yaml");
    assertThat(sampling().getString("origin")).isEqualTo("mount/sampling.yaml");
    put("rate: 0.25");

    mount("..2", "rate: 0.75\n");
    Await.until("another rate", PATIENCE, () -> rate() == 0.75);
    assertThat(sampling().getBoolean("temporary")).isFalse();

    mount("..3", "rate: 0.1\nrules: 5\nnonsense: 1\n");
    Await.until("refusal", PATIENCE, () -> !sampling().getBoolean("lastReadAccepted"));
    assertThat(sampling().getJsonArray("problems").getList())
        .hasSize(2)
        .allSatisfy(problem -> assertThat((String) problem).contains("mount/sampling.yaml:"));
    assertThat(rate()).isEqualTo(0.75);
    assertThat(request("GET", "/metrics", "", ""))
        .contains("headwater_config_last_reload_successful 0.0");

    mount("..4", "rate: 0.2\n");
    Await.until("a good one again", PATIENCE, () -> rate() == 0.2);
    assertThat(sampling().getJsonArray("problems")).isEmpty();
  }

  /** A new generation of a mounted ConfigMap, put in place as a kubelet does it. */
  private void mount(String generation, String text) throws IOException {
    Path version = Files.createDirectory(folder.resolve("mount").resolve(generation));
    Files.writeString(version.resolve("sampling.yaml"), text);
    Path next = folder.resolve("mount/..data_tmp");
    Files.createSymbolicLink(next, Path.of(generation));
    Files.move(next, folder.resolve("mount/..data"), StandardCopyOption.ATOMIC_MOVE);
  }

  private Path start(String sampling) throws Exception {
    return start(sampling, "tokenFile: admin.token", List.of());
  }

  private Path start(String sampling, String admin, List<Setting> flags) throws Exception {
    Files.writeString(folder.resolve("admin.token"), TOKEN + "\n");
    Path main =
        Files.writeString(
            folder.resolve("edge.yaml"),
            """
            listeners: [{name: web, address: "127.0.0.1:0"}]
            routes: [{name: all, filters: [{respond: {body: ok}}]}]
            admin: {address: "127.0.0.1:0", %s}
            tracing: {store: {}, %s}
            """
                .formatted(admin, sampling));
    ConfigReader reader =
        new ConfigReader(ConfigSource.file(main), Map.of(), flags, Clock.systemUTC());
    ConfigReading first = reader.read();
    assertThat(first.loaded().problems()).isEmpty();
    gateway =
        GatewayProcess.start(
            new Launch(
                "test",
                reader,
                first,
                first.loaded().configuration().orElseThrow(),
                changed -> {}));
    return main;
  }

  private double rate() throws IOException {
    return sampling().getJsonArray("rules").stream()
        .map(JsonObject.class::cast)
        .filter(rule -> rule.getString("rule").equals("default"))
        .findFirst()
        .orElseThrow()
        .getDouble("configured");
  }

  private JsonObject sampling() throws IOException {
    return json(request("GET", "/sampling", "", ""));
  }

  private static JsonObject json(String answer) {
    return new JsonObject(answer.substring(answer.indexOf("\r\n\r\n") + 4));
  }

  private String put(String document) throws IOException {
    return put(document, "");
  }

  private String put(String document, String fields) throws IOException {
    return request(
        "PUT", "/sampling", "Authorization: Bearer " + TOKEN + "\r\n" + fields, document);
  }

  private String request(String method, String path, String fields, String body)
      throws IOException {
    return send(
        method
            + " "
            + path
            + " HTTP/1.1\r\nHost: localhost\r\n"
            + fields
            + "Content-Length: "
            + body.length()
            + "\r\n\r\n"
            + body);
  }

  /** Characters are bytes; the connection is closed behind the answer. */
  private String send(String request) throws IOException {
    try (RawClient client = new RawClient(new Socket("127.0.0.1", gateway.admin().port()))) {
      client.send(request.replaceFirst("\r\n", "\r\nConnection: close\r\n"));
      byte[] answer = client.socket().getInputStream().readAllBytes();
      return new String(answer, StandardCharsets.UTF_8);
    }
  }
}
