package dev.headwater.routes.nginx;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headwater.routes.Route.WeightedUpstream;
import dev.headwater.routes.Steering;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The canary annotations, by ingress-nginx's page on annotations. */
class CanaryReadingTest {
  private static IngressSettings read(String... keysAndValues) {
    Map<String, String> annotations = new HashMap<>();
    for (int i = 0; i < keysAndValues.length; i += 2) {
      annotations.put(NginxKeys.PREFIX + keysAndValues[i], keysAndValues[i + 1]);
    }
    return NginxAnnotations.read(annotations, NginxConfigMap.read(Map.of()));
  }

  private static CanaryTerms canary(String... keysAndValues) {
    CanaryTerms terms = withCanary(keysAndValues).canary();
    assertThat(terms).isNotNull();
    return terms;
  }

  private static IngressSettings withCanary(String... keysAndValues) {
    String[] all = new String[keysAndValues.length + 2];
    all[0] = "canary";
    all[1] = "true";
    System.arraycopy(keysAndValues, 0, all, 2, keysAndValues.length);
    return read(all);
  }

  private static KeyFinding told(IngressSettings settings, String key) {
    return settings.findings().stream()
        .filter(each -> each.key().equals(NginxKeys.PREFIX + key))
        .findFirst()
        .orElseThrow(() -> new AssertionError("nothing told of " + key));
  }

  @ParameterizedTest
  @CsvSource({
    "0, 100, 100, 0",
    "10, 100, 90, 10",
    "100, 100, 0, 100",
    "1, 1000, 999, 1",
    "1000, 1000, 0, 1000",
    "1000000, 1000000, 0, 1000000",
    // As there: a total below 100 is no total.
    "30, 50, 70, 30",
  })
  void weightIsOfATotal(String weight, String total, int main, int canary) {
    assertThat(canary("canary-weight", weight, "canary-weight-total", total).shares("m", "c"))
        .containsExactly(new WeightedUpstream("m", main), new WeightedUpstream("c", canary));
  }

  @Test
  void withoutWeight_chanceSendsNobodyThere() {
    assertThat(canary("canary-by-header", "x").shares("m", "c"))
        .containsExactly(new WeightedUpstream("m", 100), new WeightedUpstream("c", 0));
  }

  @ParameterizedTest
  @CsvSource({
    "canary-weight, -1, 0 to 100",
    "canary-weight, 101, 0 to 100",
    "canary-weight, 1.5, 0 to 100",
    "canary-weight, '', 0 to 100",
    "canary-weight, 99999999999999999999, 0 to 100",
    "canary-weight-total, 0, 1 to 1000000",
    "canary-weight-total, 1000001, 1 to 1000000",
    "canary-by-header, 'x y', the name of a header field",
    "canary-by-header, 'x: y', the name of a header field",
    "canary-by-cookie, 'a;b', the name of a cookie",
    "affinity-canary-behavior, sometimes, sticky or legacy",
  })
  void aValueThatIsNotTaken_makesItTakeNothing(String key, String value, String expected) {
    IngressSettings settings = withCanary(key, value);

    assertThat(settings.canary()).isNotNull();
    assertThat(settings.canary().readable()).isFalse();
    assertThat(told(settings, key).verdict()).isEqualTo(Verdict.REFUSED);
    assertThat(told(settings, key).message())
        .startsWith("expected " + expected)
        .endsWith("; the canary takes no request");
  }

  @ParameterizedTest
  @ValueSource(strings = {"[][**da?$&*", "(?=a)b", "(a)\\1", "((a{100}){100}){100}", "a{1000}"})
  void anExpressionThatCostsTooMuch_orIsNone_isNotTaken(String pattern) {
    IngressSettings settings =
        withCanary("canary-by-header", "x", "canary-by-header-pattern", pattern);

    assertThat(settings.canary()).isNotNull();
    assertThat(settings.canary().readable()).isFalse();
    assertThat(told(settings, "canary-by-header-pattern").verdict()).isEqualTo(Verdict.REFUSED);
  }

  @ParameterizedTest
  @ValueSource(strings = {"canary-by-header-value", "canary-by-header-pattern"})
  void valueAndExpression_areReadBesideAHeaderAlone(String key) {
    IngressSettings settings = withCanary(key, "[][**", "canary-weight", "5");

    assertThat(told(settings, key).verdict()).isEqualTo(Verdict.INERT);
    assertThat(told(settings, key).message()).isEqualTo("read only beside canary-by-header");
    assertThat(settings.canary()).isEqualTo(canary("canary-weight", "5"));
  }

  @Test
  void expressionBesideAValue_isNotEvenRead() {
    IngressSettings settings =
        withCanary(
            "canary-by-header", "x",
            "canary-by-header-value", "green",
            "canary-by-header-pattern", "[][**");

    assertThat(told(settings, "canary-by-header-pattern").verdict()).isEqualTo(Verdict.INERT);
    assertThat(settings.canary())
        .isEqualTo(canary("canary-by-header", "x", "canary-by-header-value", "green"));
    assertThat(settings.canary().rules())
        .singleElement()
        .satisfies(
            rule -> {
              assertThat(rule.source()).isEqualTo(Steering.Source.HEADER);
              assertThat(rule.field().value().accepts("green")).isTrue();
              assertThat(rule.field().value().accepts("always")).isFalse();
            });
  }

  @Test
  void canaryWithoutARule_isTold() {
    assertThat(told(withCanary(), "canary").verdict()).isEqualTo(Verdict.INERT);
    assertThat(told(withCanary("canary-weight", "0"), "canary").verdict()).isEqualTo(Verdict.INERT);
    assertThat(told(withCanary("canary-weight", "1"), "canary").verdict())
        .isEqualTo(Verdict.DIFFERENT);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "false"})
  void onAnIngressThatIsNone_theyHaveNoEffect(String canary) {
    List<String> keys =
        List.of(
            "canary-by-header",
            "canary-by-header-value",
            "canary-by-header-pattern",
            "canary-by-cookie",
            "canary-weight",
            "canary-weight-total",
            "affinity-canary-behavior");
    for (String key : keys) {
      IngressSettings settings =
          canary.isEmpty() ? read(key, "[1") : read(key, "[1", "canary", canary);

      assertThat(settings.canary()).isNull();
      assertThat(told(settings, key).verdict()).isEqualTo(Verdict.INERT);
      assertThat(told(settings, key).message()).contains("canary: \"true\"");
    }
  }

  @Test
  void otherAnnotations_haveNoEffect_butForTheBalance() {
    IngressSettings settings =
        withCanary(
            "canary-weight", "5",
            "load-balance", "ewma",
            "rewrite-target", "/$9$",
            "affinity", "cookie",
            "proxy-body-size", "1g",
            "enable-opentracing", "true");

    assertThat(settings.route()).isEqualTo(read().route());
    assertThat(settings.rewrite()).isEqualTo(RewriteTerms.NONE);
    assertThat(settings.traced()).isFalse();
    assertThat(settings.backend()).isEqualTo(read("load-balance", "ewma").backend());
    assertThat(settings.findings())
        .filteredOn(each -> each.verdict() == Verdict.INERT)
        .extracting(KeyFinding::key)
        .containsExactlyInAnyOrder(
            NginxKeys.PREFIX + "rewrite-target",
            NginxKeys.PREFIX + "affinity",
            NginxKeys.PREFIX + "proxy-body-size",
            NginxKeys.PREFIX + "enable-opentracing");
  }

  @Test
  void clientsStay_unlessTheCanarySaysOtherwise() {
    assertThat(canary("canary-weight", "5").steering("m", "c").sticks()).isTrue();
    assertThat(
            canary("canary-weight", "5", "affinity-canary-behavior", "sticky")
                .steering("m", "c")
                .sticks())
        .isTrue();
    assertThat(
            canary("canary-weight", "5", "affinity-canary-behavior", "legacy")
                .steering("m", "c")
                .sticks())
        .isFalse();
  }
}
