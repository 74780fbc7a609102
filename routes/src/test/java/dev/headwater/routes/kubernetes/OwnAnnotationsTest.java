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
import org.junit.jupiter.params.provider.ValueSource;

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
        "mesh | istio | linkerd, linkerd-ingress or none",
        "late-keep | errors | errors: true or false",
        "late-keep | '' | some of errors, slowerThan, retried and perSecond",
        "late-keep | true} | some of errors, slowerThan, retried and perSecond",
        "late-keep | errors: maybe | errors: true or false",
        "late-keep | slowerThan: 25h | slowerThan: 1ms to 24h",
        "late-keep | perSecond: 0 | perSecond: 0.001 to 1000000",
        "late-keep | slow: 2s | slow: ",
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

  @ParameterizedTest
  @ValueSource(
      strings = {
        "errors: true, slowerThan: 2s",
        "{errors: true, slowerThan: 2s}",
        "{\"errors\": true, \"slowerThan\": \"2s\"}",
        "errors: true\nslowerThan: 2s\n"
      })
  void lateKeep_isThatOfTheRoutesRule(String written) {
    assertThat(rule(compiled("late-keep", written, "sample-rate", "0.01")))
        .isEqualTo("{rate: 0.01, keep: {errors: true, slowerThan: 2s}}");
  }

  @Test
  void lateKeepAlone_leavesTheRateAsItIs() {
    cluster.configMap("enable-opentracing", "true", "zipkin-sample-rate", "0.5");
    assertThat(rule(compiled("late-keep", "retried: false, perSecond: 5")))
        .isEqualTo("{rate: 0.5, keep: {retried: false, perSecond: 5}}");
  }

  @Test
  void lateKeepAlone_leavesATargetAsItIs() {
    cluster.configMap("sampling", "targetPerSecond: 10\n");
    assertThat(rule(compiled("late-keep", "errors: true")))
        .startsWith("{targetPerSecond: 10, ")
        .endsWith(", keep: {errors: true}}");
    assertThat(findings(cluster.compiled(), "s/web"))
        .singleElement()
        .asString()
        .startsWith("headwater.dev/late-keep: {errors: true} (applied with a difference: each of");
  }

  @ParameterizedTest
  @CsvSource({"sample-rate, 0", "trace-exclude, true", "made-by, hand"})
  void lateKeep_whereNothingIsTraced_isSaidToDoNothing(String name, String value) {
    Compilation compilation =
        name.equals("made-by")
            ? compiled("late-keep", "errors: true")
            : compiled("late-keep", "errors: true", name, value);

    assertThat(findings(compilation, "s/web"))
        .containsExactly(
            "headwater.dev/late-keep: {errors: true} (inert: of what is traced at rate 0 nothing is"
                + " kept, not even late)");
    assertThat(compilation.configuration().tracing().enabled())
        .isEqualTo(name.equals("sample-rate"));
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
