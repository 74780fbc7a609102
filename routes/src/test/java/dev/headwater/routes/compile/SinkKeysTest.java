package dev.headwater.routes.compile;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headwater.routes.ClientTls;
import dev.headwater.routes.SinkAccess;
import dev.headwater.routes.SinkCredentials;
import dev.headwater.routes.SinkFormat;
import dev.headwater.routes.SinkFormat.Encoding;
import dev.headwater.routes.SinkLimits;
import dev.headwater.routes.SinkPolicy;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class SinkKeysTest {
  private static final String TWO =
      """
      tracing:
        report:
          - name: pipeline
            zipkin: "https://otel.example.com"
            encoding: json
            compression: gzip
            partial: false
            tls: {ca: ca.crt, certificate: edge.crt, key: edge.key, serverName: collector}
            basic: {user: edge, passwordFile: password}
            headers: {X-Team: k3y}
            perSecond: 2000
            breaker: {failures: 3, pause: 2s}
          - {zipkin: "http://127.0.0.1:9411", bearerFile: /run/token}
      """;

  @Test
  void severalSinks_areReadWithAllKeys_andTheirFilesArePlaced() {
    List<SinkPolicy> sinks = load(TWO).configuration().orElseThrow().tracing().report();
    SinkPolicy pipeline = sinks.get(0);
    assertThat(pipeline.name()).isEqualTo("pipeline");
    assertThat(pipeline.url()).isEqualTo(URI.create("https://otel.example.com/api/v2/spans"));
    assertThat(pipeline.format()).isEqualTo(new SinkFormat(Encoding.JSON, true, false));
    assertThat(pipeline.access())
        .isEqualTo(
            new SinkAccess(
                new ClientTls("/etc/ca.crt", "/etc/edge.crt", "/etc/edge.key", "collector"),
                new SinkCredentials.Basic("edge", "/etc/password"),
                Map.of("x-team", "k3y")));
    assertThat(pipeline.limits())
        .isEqualTo(new SinkLimits(2000, new SinkLimits.Breaker(3, Duration.ofSeconds(2))));
    SinkPolicy other = sinks.get(1);
    assertThat(other.access().credentials()).isEqualTo(new SinkCredentials.Bearer("/run/token"));
    assertThat(other.limits()).isEqualTo(SinkLimits.DEFAULT);
    assertThat(other.format()).isEqualTo(SinkFormat.DEFAULT);
  }

  @Test
  void name_isHostAndPort_unlessItIsGiven() {
    assertThat(load(TWO).configuration().orElseThrow().tracing().report())
        .extracting(SinkPolicy::name)
        .containsExactly("pipeline", "127.0.0.1:9411");
    assertThat(SinkPolicy.nameOf(URI.create("http://z:1/other/path"))).isEqualTo("z:1/other/path");
    assertThat(SinkPolicy.nameOf(URI.create("https://z"))).isEqualTo("z");
  }

  @Test
  void valuesOfHeaders_areNeverShown() {
    Loaded loaded = load(TWO);
    assertThat(loaded.effective().yaml(true)).contains("X-Team: '***'").doesNotContain("k3y");
    assertThat(loaded.configuration().orElseThrow().toString()).doesNotContain("k3y");
  }

  @Test
  void credentials_areWrittenAsTheRfcsSay() {
    assertThat(new SinkCredentials.Basic("Aladdin", "f").authorization("open sesame"))
        .isEqualTo("Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==");
    assertThat(new SinkCredentials.Bearer("f").authorization("abc")).isEqualTo("Bearer abc");
  }

  private static Loaded load(String yaml) {
    ConfigurationFiles files =
        new ConfigurationFiles() {
          @Override
          public String resolve(String written) {
            return written.startsWith("/") ? written : "/etc/" + written;
          }

          @Override
          public String read(String written) throws IOException {
            throw new IOException(written + ": secrets are read by the sender");
          }
        };
    return ConfigurationLoader.load(
        new ConfigurationInput(yaml, "headwater.yaml", Map.of(), List.of(), files));
  }
}
