package dev.headwater.routes.kubernetes;

import static dev.headwater.routes.kubernetes.Cluster.annotated;
import static dev.headwater.routes.kubernetes.Cluster.findings;
import static dev.headwater.routes.kubernetes.Cluster.ingress;
import static org.assertj.core.api.Assertions.assertThat;

import dev.headwater.routes.Route;
import dev.headwater.routes.StickyPolicy;
import dev.headwater.sampling.propagation.TrustMode;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class OwnAnnotationsTest {
  private final Cluster cluster = new Cluster().service("s", "web").configMap();

  private Compilation compiled(String... annotations) {
    var ingress = ingress("s", "web", "a.test");
    for (int i = 0; i < annotations.length; i += 2) {
      annotated(ingress, "headwater.dev/" + annotations[i], annotations[i + 1]);
    }
    return cluster.with(ingress).compiled();
  }

  private static Route route(Compilation compilation) {
    return compilation.configuration().routes().get(0);
  }

  private static String rule(Compilation compilation) {
    return Objects.requireNonNull(route(compilation).sampling()).toString();
  }

  @Test
  void sampleRate_isTheRouteOwnRuleAndTurnsTracingOn() {
    Compilation compilation = compiled("sample-rate", "0.25");
    assertThat(rule(compilation)).isEqualTo("{rate: 0.25}");
    assertThat(compilation.configuration().tracing().enabled()).isTrue();
  }

  @Test
  void samplePerSecond_capsTheRateThatHolds() {
    cluster.configMap("enable-opentracing", "true", "zipkin-sample-rate", "0.5");
    assertThat(rule(compiled("sample-per-second", "10")))
        .isEqualTo("{rate: 0.5, perSecond: 10.0}".replace("10.0", "10"));
  }

  @Test
  void traceExclude_keepsNone() {
    assertThat(rule(compiled("trace-exclude", "true", "sample-rate", "1")))
        .isEqualTo("{never: true}");
  }

  @Test
  void traceTrust_overridesTheListener() {
    Route route = route(compiled("trace-trust", "continue-ids"));
    assertThat(Objects.requireNonNull(route.trace()).strangers()).isEqualTo(TrustMode.CONTINUE_IDS);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "sample-rate | 1.5 | 0.0 to 1.0",
        "sample-rate | NaN | 0.0 to 1.0",
        "sample-rate | 0x1p-1 | 0.0 to 1.0",
        "sample-rate | -0.1 | 0.0 to 1.0",
        "sample-per-second | 0 | 0.001 to 1000000",
        "sample-per-second | fast | 0.001 to 1000000",
        "trace-exclude | yes | true or false",
        "trace-trust | trust | restart or continue-ids",
        "inject | jaeger | b3-multi",
        "inject | b3-multi,b3-multi | b3-multi",
        "mesh | istio | linkerd or none",
        "sample-rat | 0.1 | did you mean \"sample-rate\"?"
      })
  void valueOutOfRange_isRefusedWithTheRange(String name, String value, String expected) {
    Compilation compilation = compiled(name, value);
    assertThat(findings(compilation, "s/web"))
        .singleElement()
        .asString()
        .contains("headwater.dev/" + name + ": " + value, "refused", expected);
    assertThat(compilation.configuration().routes()).hasSize(1);
  }

  @Test
  void lateKeep_isSaidToBeForLater() {
    assertThat(findings(compiled("late-keep", "errors"), "s/web"))
        .singleElement()
        .asString()
        .contains("not in this version");
  }

  @Test
  void cookie_ofAMeshedIngress_isRefused() {
    cluster.with(
        annotated(
            annotated(ingress("s", "web", "b.test"), "headwater.dev/mesh", "linkerd"),
            "nginx.ingress.kubernetes.io/affinity",
            "cookie"));
    Compilation compilation = cluster.compiled();

    assertThat(route(compilation).sticky()).isNull();
    assertThat(findings(compilation, "s/web"))
        .filteredOn(told -> told.contains("/affinity: "))
        .singleElement()
        .asString()
        .contains("refused: expected none in a mesh");
  }

  @ParameterizedTest
  @CsvSource({"/app, /app", "/app;v=1, /"})
  void cookiesPath_isTheRules_unlessItWouldSayMore(String path, String expected) {
    cluster.with(
        annotated(
            Cluster.rule(ingress("s", "web"), "a.test", Cluster.path("Prefix", path, "web")),
            "nginx.ingress.kubernetes.io/affinity",
            "cookie"));

    StickyPolicy sticky = route(cluster.compiled()).sticky();
    assertThat(sticky).isNotNull();
    assertThat(sticky.path()).isEqualTo(expected);
  }
}
