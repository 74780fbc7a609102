package dev.headwater.routes.compile;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headwater.routes.Configuration;
import dev.headwater.routes.schema.EffectiveView;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EffectiveViewTest {
  private static Loaded load(String yaml) {
    Loaded loaded = ConfigurationLoader.load(ConfigurationInput.of(yaml, "f.yaml"));
    assertThat(loaded.problems()).isEmpty();
    return loaded;
  }

  /** Patterns and policies without equality of their own are compared as text. */
  private static String shown(Loaded loaded) {
    Configuration c = loaded.configuration().orElseThrow();
    return (c + " rate " + c.tracing().sampling().rate())
        .replaceAll("SamplingPolicy@[0-9a-f]+", "SamplingPolicy")
        .replaceAll("(samplingGiven)=(true|false)", "$1");
  }

  @ParameterizedTest
  @ValueSource(strings = {"full.yaml", "odd.yaml"})
  void yaml_readsBackToTheSameConfiguration(String fixture) {
    Loaded loaded = load(Fixtures.text(fixture));
    assertThat(shown(load(loaded.effective().yaml(true)))).isEqualTo(shown(loaded));
    assertThat(shown(load(loaded.effective().yaml(false)))).isEqualTo(shown(loaded));
  }

  @Test
  void yaml_ofNothing_readsBackAndHoldsEveryDefault() {
    Loaded nothing = load("");
    assertThat(shown(load(nothing.effective().yaml(true)))).isEqualTo(shown(nothing));
    assertThat(nothing.effective().yaml(true))
        .contains("    limits:\n      head: 32KiB  # default\n")
        .contains("    rate: 0.0  # default, with neither report nor store\n");
    assertThat(nothing.effective().yaml(false)).isEmpty();
  }

  @Test
  void yaml_namesTheOriginOfEachValue() {
    Loaded loaded =
        ConfigurationLoader.load(
            new ConfigurationInput(
                "log: {level: warn}",
                "f.yaml",
                Map.of("HEADWATER_DRAIN_TIMEOUT", "1s"),
                List.of(
                    dev.headwater.routes.schema.Setting.byFlag("--admin", "admin.address", ":1")),
                ConfigurationFiles.NONE));
    assertThat(loaded.effective().yaml(false))
        .isEqualTo(
            """
            log:
              level: warn  # f.yaml:1:14
            drain:
              timeout: "1s"  # environment variable HEADWATER_DRAIN_TIMEOUT
            admin:
              address: ":1"  # flag --admin
            """
                .replace("\"1s\"", "1s"));
  }

  @Test
  void yaml_secrets_areMasked() {
    String yaml =
        """
        upstreams: [{name: u, endpoints: ["http://a"]}]
        routes:
          - name: r
            to: [{upstream: u}]
            filters: [{requestHeaders: {set: {Authorization: hunter2, x-plain: seen}}}]
        """;
    EffectiveView view = load(yaml).effective();
    assertThat(view.yaml(true))
        .contains("Authorization: '***'", "x-plain: seen")
        .doesNotContain("hunter2");
    assertThat(view.values()).noneMatch(value -> value.text().contains("hunter2"));
  }

  @Test
  void defaultYaml_isWhatHoldsWithoutAnything() {
    Loaded shipped = load(ConfigurationSchema.defaultYaml());
    assertThat(shown(shipped)).isEqualTo(shown(load("")));
    assertThat(shipped.effective().values()).hasSameSizeAs(load("").effective().values());
  }

  @Test
  void defaultYaml_withItsCommentsTakenOff_isAConfigurationOfDefaultsToo() {
    String written =
        ConfigurationSchema.defaultYaml()
            .replace("upstreams: []\nroutes: []\n", "")
            .replaceAll("(?m)^# ((?:upstreams|routes|accessLog|  |    ).*)$", "$1")
            .replaceAll(
                "(?m)^  # ((?:sampling|report|store|responseHeader|probeAddress|tokenFile):)",
                "  $1");
    Loaded loaded = load(written);
    Configuration c = loaded.configuration().orElseThrow();
    assertThat(c.routes().get(0).retry()).isEqualTo(dev.headwater.routes.RetryPolicy.DEFAULT);
    assertThat(c.routes().get(0).timeouts()).isEqualTo(dev.headwater.routes.Timeouts.DEFAULT);
    assertThat(c.upstreams().get(0).pool()).isEqualTo(dev.headwater.routes.PoolPolicy.DEFAULT);
    assertThat(c.tracing().store()).isEqualTo(dev.headwater.routes.StorePolicy.DEFAULT);
  }
}
