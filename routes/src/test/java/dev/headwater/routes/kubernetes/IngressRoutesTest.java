package dev.headwater.routes.kubernetes;

import static dev.headwater.routes.kubernetes.Cluster.annotated;
import static dev.headwater.routes.kubernetes.Cluster.answered;
import static dev.headwater.routes.kubernetes.Cluster.backend;
import static dev.headwater.routes.kubernetes.Cluster.created;
import static dev.headwater.routes.kubernetes.Cluster.findings;
import static dev.headwater.routes.kubernetes.Cluster.ingress;
import static dev.headwater.routes.kubernetes.Cluster.path;
import static dev.headwater.routes.kubernetes.Cluster.report;
import static dev.headwater.routes.kubernetes.Cluster.rule;
import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.networking.v1.IngressBuilder;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class IngressRoutesTest {
  private static final String OURS = ControllerPolicy.CONTROLLER;
  private static final String NGINX = "k8s.io/ingress-nginx";

  private final Cluster cluster = new Cluster();

  // Classes.

  @ParameterizedTest
  @CsvSource({
    "headwater, true", // by name alone, where no object says otherwise
    "edge, true",
    "nginx, false",
    "foreign, false",
    "nobodys, false"
  })
  void className_oursByItsController_isServed(String name, boolean served) {
    cluster.ingressClass("edge", OURS, false).ingressClass("foreign", "example.com/x", true);
    cluster.ingressClass("nginx", NGINX, false);
    cluster.with(ingress("shop", "web", "a.test").editSpec().withIngressClassName(name).endSpec());
    assertThat(cluster.answered("a.test", "/")).isEqualTo(served ? "shop/web:80" : "none");
    assertThat(cluster.compiled().reports()).hasSize(served ? 1 : 0);
  }

  @Test
  void className_ofAForeignController_isNotOursByName() {
    cluster.ingressClass("headwater", "example.com/x", false);
    cluster.with(ingress("shop", "web", "a.test"));
    assertThat(cluster.answered("a.test", "/")).isEqualTo("none");
  }

  @ParameterizedTest
  @CsvSource({"true, k8s.io/ingress-nginx, true", "true, , true", "true, nginx.org/x, false"})
  void classNginx_adopted_isServedUnlessItIsAnothers(
      boolean adopt, String controller, boolean served) {
    cluster.policy = adopting(adopt);
    if (controller != null) {
      cluster.ingressClass("nginx", controller, false);
    }
    cluster.with(
        ingress("shop", "web", "a.test").editSpec().withIngressClassName("nginx").endSpec());
    cluster.with(legacy("old", "nginx"));
    assertThat(cluster.answered("a.test", "/")).isEqualTo(served ? "shop/web:80" : "none");
    assertThat(cluster.answered("old.test", "/")).isEqualTo(served ? "shop/old:80" : "none");
  }

  private static ControllerPolicy adopting(boolean adopt) {
    ControllerPolicy usual = Cluster.POLICY;
    return new ControllerPolicy(
        usual.className(),
        adopt,
        null,
        usual.configMap(),
        null,
        null,
        usual.addresses(),
        usual.fallback(),
        usual.log(),
        usual.environment());
  }

  private static IngressBuilder legacy(String name, String value) {
    IngressBuilder ingress = ingress("shop", name, name + ".test");
    return annotated(ingress, "kubernetes.io/ingress.class", value)
        .editSpec()
        .withIngressClassName(null)
        .endSpec();
  }

  @Test
  void annotationOfOld_ofOurClass_isServed() {
    cluster.with(legacy("ours", "headwater")).with(legacy("theirs", "nginx"));
    assertThat(cluster.answered("ours.test", "/")).isEqualTo("shop/ours:80");
    assertThat(cluster.answered("theirs.test", "/")).isEqualTo("none");
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void noClass_ourClassIsDefault_isServed(boolean isDefault) {
    cluster.ingressClass("headwater", OURS, isDefault);
    cluster.with(ingress("shop", "web", "a.test").editSpec().withIngressClassName(null).endSpec());
    assertThat(cluster.answered("a.test", "/")).isEqualTo(isDefault ? "shop/web:80" : "none");
  }

  // Paths and hosts.

  @ParameterizedTest
  @CsvSource({
    "/exact, s/exact:80",
    "/exact/, s/root:80",
    "/api, s/api:80",
    "/api/, s/api:80",
    "/api/x, s/api:80",
    "/apix, s/root:80",
    "/API, s/root:80",
    "/impl/x, s/impl:80",
    "/implx, s/root:80",
    "/slash, s/slash:80",
    "/slash/x, s/slash:80"
  })
  void path_matchesByItsType(String path, String upstream) {
    cluster.with(
        rule(
            ingress("s", "web"),
            "a.test",
            path("Prefix", "/", "root"),
            path("Exact", "/exact", "exact"),
            path("Prefix", "/api", "api"),
            path("Prefix", "/slash/", "slash"),
            path("ImplementationSpecific", "/impl", "impl")));
    assertThat(cluster.answered("a.test", path)).isEqualTo(upstream);
  }

  @Test
  void path_empty_isTheRoot() {
    cluster.with(rule(ingress("s", "web"), "a.test", path("ImplementationSpecific", "", "web")));
    assertThat(cluster.answered("a.test", "/x")).isEqualTo("s/web:80");
  }

  @Test
  void path_notInNormalForm_isTakenInItAndTold() {
    cluster.service("s", "web");
    cluster.with(rule(ingress("s", "web"), "a.test", path("Exact", "/caf\u00e9//x", "web")));
    Compilation compilation = cluster.compiled();
    assertThat(answered(compilation, "a.test", "/caf%C3%A9/x")).isEqualTo("s/web:80");
    assertThat(findings(compilation, "s/web")).singleElement().asString().contains("/caf%C3%A9/x");
  }

  @ParameterizedTest
  @CsvSource({
    "a.test, one",
    "b.test, any",
    "x.wild.test, wild",
    "x.y.wild.test, any",
    "wild.test, any"
  })
  void host_wildcardStandsForOneLabel(String host, String upstream) {
    cluster.with(ingress("s", "one", "a.test"));
    cluster.with(ingress("s", "wild", "*.wild.test"));
    cluster.with(ingress("s", "any", null));
    assertThat(cluster.answered(host, "/")).isEqualTo("s/" + upstream + ":80");
  }

  @Test
  void host_whatItsRulesLeaveOpen_goesToNoOther() {
    cluster.with(rule(ingress("s", "one"), "x.wild.test", path("Prefix", "/a", "one")));
    cluster.with(rule(ingress("t", "wild"), "*.wild.test", path("Prefix", "/b", "wild")));
    cluster.with(ingress("u", "any", null));
    Compilation compilation = cluster.compiled();
    assertThat(answered(compilation, "x.wild.test", "/a")).isEqualTo("s/one:80");
    assertThat(answered(compilation, "x.wild.test", "/b")).isEqualTo("404");
    assertThat(answered(compilation, "y.wild.test", "/b")).isEqualTo("t/wild:80");
    assertThat(answered(compilation, "y.wild.test", "/c")).isEqualTo("404");
    assertThat(answered(compilation, "other.test", "/c")).isEqualTo("u/any:80");
  }

  // Default backends.

  @Test
  void defaultBackend_withoutRules_takesWhatNobodyElseDoes() {
    cluster.with(ingress("s", "all").editSpec().withDefaultBackend(backend("all")).endSpec());
    assertThat(cluster.answered("any.test", "/x")).isEqualTo("s/all:80");
  }

  @Test
  void defaultBackend_besideRules_takesTheRestOfTheirHosts() {
    cluster.with(
        rule(ingress("s", "web"), "a.test", path("Prefix", "/api", "web"))
            .editSpec()
            .withDefaultBackend(backend("rest"))
            .endSpec());
    assertThat(cluster.answered("a.test", "/api")).isEqualTo("s/web:80");
    assertThat(cluster.answered("a.test", "/x")).isEqualTo("s/rest:80");
    assertThat(cluster.answered("b.test", "/x")).isEqualTo("none");
  }

  @Test
  void defaultBackend_ofTheController_takesTheRestOfAll() {
    ControllerPolicy usual = Cluster.POLICY;
    cluster.policy =
        new ControllerPolicy(
            usual.className(),
            false,
            null,
            usual.configMap(),
            null,
            new ObjectName("Service", "ops", "nothing"),
            usual.addresses(),
            usual.fallback(),
            usual.log(),
            usual.environment());
    cluster.with(rule(ingress("s", "web"), "a.test", path("Prefix", "/api", "web")));
    assertThat(report(cluster.compiled(), "Service ops/nothing").findings()).hasSize(1);
    assertThat(cluster.answered("b.test", "/")).isEqualTo("none");
    cluster.service("ops", "nothing");
    assertThat(cluster.answered("a.test", "/")).isEqualTo("ops/nothing:80");
    assertThat(cluster.answered("b.test", "/")).isEqualTo("ops/nothing:80");
  }

  // Conflicts.

  @Test
  void sameHostAndPath_theOldestHasIt_theOtherIsTold() {
    cluster.with(created(ingress("a", "new", "a.test"), "2026-01-02T00:00:00Z"));
    cluster.with(created(ingress("z", "old", "a.test"), "2026-01-01T00:00:00Z"));
    Compilation compilation = cluster.compiled();
    assertThat(answered(compilation, "a.test", "/")).isEqualTo("z/old:80");
    assertThat(report(compilation, "Ingress z/old").accepted()).isTrue();
    assertThat(report(compilation, "Ingress a/new").accepted()).isFalse();
    assertThat(findings(compilation, "a/new"))
        .singleElement()
        .asString()
        .contains("spec.rules[0].http.paths[0]", "a.test/", "Ingress z/old has it");
  }

  @Test
  void sameAge_theFirstNameHasIt() {
    cluster.with(ingress("b", "web", "a.test")).with(ingress("a", "web", "a.test"));
    assertThat(cluster.answered("a.test", "/")).isEqualTo("a/web:80");
  }

  @Test
  void leaving_claimsNothing() {
    cluster.with(
        created(ingress("a", "going", "a.test"), "2025-01-01T00:00:00Z")
            .editMetadata()
            .withDeletionTimestamp("2026-01-01T00:00:01Z")
            .endMetadata());
    cluster.with(created(ingress("dying", "web", "a.test"), "2025-01-01T00:00:00Z"));
    cluster.dying.add("dying");
    cluster.with(ingress("b", "web", "a.test"));
    Compilation compilation = cluster.compiled();
    assertThat(answered(compilation, "a.test", "/")).isEqualTo("b/web:80");
    assertThat(compilation.reports()).hasSize(1);
  }

  @Test
  void exactAndPrefixOfOneText_areNoConflict() {
    cluster.with(rule(ingress("a", "one"), "a.test", path("Exact", "/x", "one")));
    cluster.with(rule(ingress("b", "two"), "a.test", path("Prefix", "/x", "two")));
    Compilation compilation = cluster.compiled();
    assertThat(answered(compilation, "a.test", "/x")).isEqualTo("a/one:80");
    assertThat(answered(compilation, "a.test", "/x/y")).isEqualTo("b/two:80");
  }

  // Bad input.

  @ParameterizedTest
  @ValueSource(
      strings = {"a b", "a.test:80", "*", "*.*.test", "a\nb", "{a}", "\"a\"", "$a", "[::1]x"})
  void host_thatIsNone_isRefusedAlone(String host) {
    cluster.service("s", "good");
    cluster.with(rule(ingress("s", "bad", host), "good.test", path("Prefix", "/", "good")));
    Compilation compilation = cluster.compiled();
    assertThat(answered(compilation, "good.test", "/")).isEqualTo("s/good:80");
    assertThat(findings(compilation, "s/bad"))
        .singleElement()
        .asString()
        .contains("spec.rules[0].host", IngressHost.EXPECTED);
  }

  @ParameterizedTest
  @ValueSource(strings = {"x", "/a\nb", "/%00", "/a%zz", "/../..", "/a\\b"})
  void path_thatIsNone_isRefusedAlone(String path) {
    cluster.with(
        rule(
            ingress("s", "web"),
            "a.test",
            path("Prefix", path, "bad"),
            path("Prefix", "/good", "good")));
    cluster.service("s", "good");
    Compilation compilation = cluster.compiled();
    assertThat(answered(compilation, "a.test", "/good")).isEqualTo("s/good:80");
    assertThat(answered(compilation, "a.test", "/")).isEqualTo("none");
    assertThat(findings(compilation, "s/web"))
        .singleElement()
        .asString()
        .contains("spec.rules[0].http.paths[0].path", "expected");
  }

  @ParameterizedTest
  @ValueSource(strings = {"\n}", "{}", ";#$", "\"'`", "${jndi:x}", "%0a", "LONG"})
  void strangeTexts_areData(String text) {
    String strange = text.equals("LONG") ? "x".repeat(1 << 20) : text;
    IngressBuilder ingress =
        rule(
            ingress("s", "strange"),
            strange,
            path("Prefix", "/" + strange, strange),
            path(strange, "/", "web"));
    rule(ingress, "b.test", path("Prefix", "/", strange));
    annotated(ingress, "headwater.dev/sample-rate", strange);
    annotated(ingress, "headwater.dev/" + strange, "1");
    annotated(ingress, "nginx.ingress.kubernetes.io/" + strange, strange);
    cluster.with(ingress).with(ingress("s", "good", "good.test")).service("s", "good");
    Compilation strangeAmong = cluster.compiled();
    assertThat(answered(strangeAmong, "good.test", "/")).isEqualTo("s/good:80");
    assertThat(findings(strangeAmong, "s/good")).isEmpty();
    assertThat(findings(strangeAmong, "s/strange")).isNotEmpty();
    assertThat(Cluster.endpoints(strangeAmong, "s/good:80")).isEqualTo(List.of("10.0.0.1:8080"));
  }

  @Test
  void answers_nameTheServer() {
    cluster.with(ingress("s", "web", "a.test"));
    assertThat(cluster.compiled().configuration().routes().get(0).filters().get(0).set())
        .containsEntry("server", "headwater");
  }

  @Test
  void report_namesTheVeryObject() {
    cluster.with(ingress("s", "web", "a.test"));
    ObjectReport report = report(cluster.compiled(), "Ingress s/web");
    assertThat(report.uid()).isEqualTo("s-web");
    assertThat(report.generation()).isEqualTo(7);
  }
}
