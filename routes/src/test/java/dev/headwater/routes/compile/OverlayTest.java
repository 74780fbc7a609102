package dev.headwater.routes.compile;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headwater.routes.BindAddress;
import dev.headwater.routes.Configuration;
import dev.headwater.routes.Endpoint;
import dev.headwater.routes.document.Problem;
import dev.headwater.routes.schema.Masked;
import dev.headwater.routes.schema.Setting;
import dev.headwater.sampling.propagation.TraceFormat;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Flag over environment over file over default, and where the winner came from. */
class OverlayTest {
  private static final ConfigurationFiles FILES =
      new ConfigurationFiles() {
        @Override
        public String resolve(String written) {
          return "/conf/" + written;
        }

        @Override
        public String read(String written) throws IOException {
          return switch (written) {
            case "sampling.yaml" -> "# live\nrate: 0.25\n";
            case "bad.yaml" -> "rate: 0.5\nrat: 1\n";
            case "empty.yaml" -> "";
            default -> throw new IOException("no such file");
          };
        }
      };

  private static Loaded load(String yaml, Map<String, String> environment, Setting... flags) {
    return ConfigurationLoader.load(
        new ConfigurationInput(yaml, "f.yaml", environment, List.of(flags), FILES));
  }

  private static Configuration good(Loaded loaded) {
    assertThat(loaded.problems()).isEmpty();
    return loaded.configuration().orElseThrow();
  }

  private static List<String> problems(Loaded loaded) {
    return loaded.problems().stream().map(Problem::toString).toList();
  }

  private static double rate(Loaded loaded) {
    return good(loaded).tracing().sampling().rate().rate();
  }

  @Test
  void flag_beatsEnvironment_beatsFile() {
    String yaml = "tracing: {sampling: {rate: 0.1}}";
    Map<String, String> environment = Map.of("HEADWATER_TRACING_SAMPLING_RATE", "0.2");
    Setting flag = Setting.byFlag("--sample", "tracing.sampling.rate", "0.3");
    assertThat(rate(load(yaml, Map.of()))).isEqualTo(0.1);
    assertThat(rate(load(yaml, environment))).isEqualTo(0.2);
    assertThat(rate(load(yaml, environment, flag))).isEqualTo(0.3);
  }

  @Test
  void masked_valuesOfFiles_areNamed() {
    Loaded loaded =
        load(
            "tracing: {sampling: {rate: 0.1}}",
            Map.of("HEADWATER_TRACING_SAMPLING_RATE", "0.2", "HEADWATER_LOG_LEVEL", "warn"));
    assertThat(loaded.masked())
        .extracting(Masked::toString)
        .containsExactly(
            "tracing.sampling.rate: the value at f.yaml:1:28 is masked by environment variable"
                + " HEADWATER_TRACING_SAMPLING_RATE");
  }

  @Test
  void environment_aloneMakesAWholeConfiguration() {
    Configuration configuration =
        good(
            load(
                "",
                Map.of(
                    "HEADWATER_LISTENERS_0_ADDRESS", ":9090",
                    "HEADWATER_UPSTREAMS_0_NAME", "u",
                    "HEADWATER_UPSTREAMS_0_ENDPOINTS", "http://a:1, http://b:2",
                    "HEADWATER_ROUTES", "[{name: r, to: [{upstream: u}]}]",
                    "HEADWATER_TRACING_PROPAGATION_INJECT_0", "b3-single",
                    "HEADWATER_ACCESS_LOG_FORMAT", "combined",
                    "HEADWATER_TRACING_REPORT_0_ZIPKIN", "http://z")));
    assertThat(configuration.listeners().get(0).name()).isEqualTo("web");
    assertThat(configuration.listeners().get(0).address()).isEqualTo(new BindAddress("::", 9090));
    assertThat(configuration.upstreams().get(0).endpoints())
        .containsExactly(new Endpoint("a", 1), new Endpoint("b", 2));
    assertThat(configuration.tracing().propagation().inject())
        .containsExactly(TraceFormat.B3_SINGLE);
    assertThat(configuration.accessLog()).isNotNull();
    assertThat(configuration.tracing().report()).hasSize(1);
    assertThat(configuration.tracing().sampling().rate().rate()).isEqualTo(1.0);
  }

  @Test
  void environment_elementsBeyondNine_growInOrder() {
    java.util.Map<String, String> environment = new java.util.HashMap<>();
    environment.put("HEADWATER_UPSTREAMS_0_NAME", "u");
    for (int i = 0; i < 12; i++) {
      environment.put("HEADWATER_UPSTREAMS_0_ENDPOINTS_" + i, "http://a:" + (i + 1));
    }
    assertThat(good(load("", environment)).upstreams().get(0).endpoints())
        .hasSize(12)
        .last()
        .isEqualTo(new Endpoint("a", 12));
  }

  @Test
  void environment_rateGiven_countsAsGiven() {
    var tracing = good(load("", Map.of("HEADWATER_TRACING_SAMPLING_RATE", "0.5"))).tracing();
    assertThat(tracing.samplingGiven()).isTrue();
    assertThat(tracing.sampling().rate().rate()).isEqualTo(0.5);
  }

  @Test
  void environment_ofOthers_isLeftAlone() {
    good(
        load(
            "",
            Map.of(
                "HEADWATER_JAVA_OPTS", "-Xmx1g",
                "HEADWATER_PORT", "tcp://10.0.0.1:80",
                "HEADWATER_ADMIN_SERVICE_HOST", "10.0.0.1",
                "HEADWATER_ADMIN_SERVICE_PORT_HTTP", "80",
                "HEADWATER_ADMIN_PORT_80_TCP_ADDR", "10.0.0.1",
                "PATH", "/bin")));
  }

  @Test
  void environment_faults_nameTheVariable() {
    Loaded loaded =
        load(
            "",
            Map.of(
                "HEADWATER_TRACING_SAMPLING_RATE", "1.7",
                "HEADWATER_TRACING_SAMPLNG", "1",
                "HEADWATER_ROUTES_5_NAME", "x",
                "HEADWATER_LISTENERS_0_TLS", "{}"));
    assertThat(problems(loaded))
        .containsExactlyInAnyOrder(
            "tracing.sampling.rate: 1.7 (expected 0.0 to 1.0) from environment variable"
                + " HEADWATER_TRACING_SAMPLING_RATE",
            "HEADWATER_TRACING_SAMPLNG: leads to no key (expected HEADWATER_ and the path of a key"
                + " in upper case) from environment variable HEADWATER_TRACING_SAMPLNG",
            "routes[5]: unknown key (expected an index from 0 to 0) from environment variable"
                + " HEADWATER_ROUTES_5_NAME",
            "listeners[0].tls.certificates: missing (expected a list of objects) from environment"
                + " variable HEADWATER_LISTENERS_0_TLS");
  }

  @Test
  void flag_fault_namesTheFlag() {
    assertThat(
            problems(load("", Map.of(), Setting.byFlag("--sample", "tracing.sampling.rate", "x"))))
        .containsExactly("tracing.sampling.rate: x (expected 0.0 to 1.0) from flag --sample");
  }

  @Test
  void samplingFrom_isReadAsIfWrittenInPlace() {
    Loaded loaded = load("tracing: {samplingFrom: sampling.yaml, store: {}}", Map.of());
    assertThat(rate(loaded)).isEqualTo(0.25);
    assertThat(good(loaded).tracing().samplingGiven()).isTrue();
    assertThat(good(loaded).tracing().samplingFrom()).isEqualTo("sampling.yaml");
    assertThat(loaded.files()).containsExactly("/conf/sampling.yaml");
    assertThat(loaded.effective().yaml(true)).contains("rate: 0.25  # sampling.yaml:2:7");
  }

  @Test
  void samplingFrom_isMaskedByVariableAndFlag() {
    Loaded loaded =
        load(
            "tracing: {samplingFrom: sampling.yaml}",
            Map.of(),
            Setting.byFlag("--sample", "tracing.sampling.rate", "0.75"));
    assertThat(rate(loaded)).isEqualTo(0.75);
    assertThat(loaded.masked()).hasSize(1);
  }

  @Test
  void samplingFrom_byVariable_isReadToo() {
    assertThat(rate(load("", Map.of("HEADWATER_TRACING_SAMPLING_FROM", "sampling.yaml"))))
        .isEqualTo(0.25);
  }

  @Test
  void samplingFrom_empty_isTheDefaultGivenExplicitly() {
    assertThat(rate(load("tracing: {samplingFrom: empty.yaml}", Map.of()))).isEqualTo(1.0);
  }

  @Test
  void samplingFrom_faults_nameTheFile() {
    assertThat(problems(load("tracing: {samplingFrom: bad.yaml}", Map.of())))
        .containsExactly(
            "tracing.sampling.rat: unknown key (did you mean \"rate\"?) at bad.yaml:2:1");
    assertThat(problems(load("tracing: {samplingFrom: none.yaml}", Map.of())))
        .containsExactly(
            "tracing.samplingFrom: none.yaml (expected a readable file: no such file) at"
                + " f.yaml:1:25");
    assertThat(
            problems(load("tracing: {samplingFrom: sampling.yaml, sampling: {rate: 1}}", Map.of())))
        .containsExactly(
            "tracing.samplingFrom: sampling.yaml (expected one of both; sampling is written at"
                + " f.yaml:1:50) at f.yaml:1:25");
  }

  @Test
  void samplingText_takesThePlaceOfWhatFilesWrite() {
    for (String yaml :
        List.of(
            "tracing: {sampling: {rate: 0.1}, store: {}}",
            "tracing: {samplingFrom: sampling.yaml, store: {}}",
            "tracing: {store: {}}",
            "")) {
      Loaded loaded = load(yaml, "rate: 0.625\n", Map.of());
      assertThat(rate(loaded)).as(yaml).isEqualTo(0.625);
      assertThat(good(loaded).tracing().samplingGiven()).isTrue();
      assertThat(loaded.effective().yaml(true)).contains("rate: 0.625  # PUT:1:7");
    }
    assertThat(load("tracing: {samplingFrom: sampling.yaml}", "{}", Map.of()).files())
        .containsExactly("/conf/sampling.yaml");
  }

  @Test
  void samplingText_isMaskedLikeAnyText_andItsFaultsNameIt() {
    Map<String, String> environment = Map.of("HEADWATER_TRACING_SAMPLING_RATE", "0.2");
    Loaded masked = load("tracing: {sampling: {rate: 0.1}}", "{\"rate\": 0.5}", environment);
    assertThat(rate(masked)).isEqualTo(0.2);
    assertThat(masked.masked())
        .extracting(Masked::toString)
        .containsExactly(
            "tracing.sampling.rate: the value at PUT:1:10 is masked by environment variable"
                + " HEADWATER_TRACING_SAMPLING_RATE");
    assertThat(problems(load("", "rate: 2\nrat: 1\n", Map.of())))
        .containsExactly(
            "tracing.sampling.rate: 2 (expected 0.0 to 1.0) at PUT:1:7",
            "tracing.sampling.rat: unknown key (did you mean \"rate\"?) at PUT:2:1");
    assertThat(problems(load("", "[1]", Map.of()))).singleElement().asString().contains("PUT:1:1");
    assertThat(problems(load("", "rate: [", Map.of())))
        .singleElement()
        .asString()
        .startsWith("document: not YAML");
  }

  private static Loaded load(String yaml, String sampling, Map<String, String> environment) {
    ConfigurationInput input =
        new ConfigurationInput(yaml, "f.yaml", environment, List.of(), FILES);
    return ConfigurationLoader.load(
        input.with(new ConfigurationInput.SamplingText(sampling, "PUT")));
  }

  @Test
  void files_areResolvedAgainstTheirConfiguration() {
    Configuration configuration =
        good(load("admin: {tokenFile: t}\naccessLog: {to: access.log}\n", Map.of()));
    assertThat(configuration.admin().tokenFile()).isEqualTo("/conf/t");
    assertThat(configuration.accessLog().to()).isEqualTo("/conf/access.log");
  }
}
