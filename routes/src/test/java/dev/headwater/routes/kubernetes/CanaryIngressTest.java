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

import dev.headwater.routes.Endpoint;
import dev.headwater.routes.FieldMatch;
import dev.headwater.routes.Route;
import dev.headwater.routes.Route.WeightedUpstream;
import dev.headwater.routes.Steering;
import dev.headwater.routes.Upstream.Balance;
import dev.headwater.routes.ValueMatch;
import io.fabric8.kubernetes.api.model.networking.v1.IngressBuilder;
import io.fabric8.kubernetes.api.model.networking.v1.IngressTLSBuilder;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Ingresses that take some requests of others. */
class CanaryIngressTest {
  private static final String PREFIX = "nginx.ingress.kubernetes.io/";
  private static final String BEFORE = "2025-01-01T00:00:00Z";
  private static final String AFTER = "2027-01-01T00:00:00Z";

  private final Cluster cluster = new Cluster().service("s", "web").service("s", "next");

  private static IngressBuilder with(IngressBuilder ingress, String... keysAndValues) {
    IngressBuilder annotated = ingress;
    for (int i = 0; i < keysAndValues.length; i += 2) {
      annotated = annotated(annotated, PREFIX + keysAndValues[i], keysAndValues[i + 1]);
    }
    return annotated;
  }

  /** A canary that takes a tenth. */
  private static IngressBuilder canary(IngressBuilder ingress) {
    return with(ingress, "canary", "true", "canary-weight", "10");
  }

  private static IngressBuilder next(String host) {
    return canary(ingress("s", "next", host));
  }

  private static List<WeightedUpstream> shares(Compilation compilation, String host, String path) {
    Route route = Cluster.route(compilation, host, path);
    return route == null ? List.of() : route.to();
  }

  private static List<WeightedUpstream> tenth(String main, String canary) {
    return List.of(new WeightedUpstream(main, 90), new WeightedUpstream(canary, 10));
  }

  private static List<WeightedUpstream> all(String main) {
    return List.of(new WeightedUpstream(main, 1));
  }

  private static void assertAlone(Compilation compilation, String canary, String... told) {
    assertThat(report(compilation, "Ingress " + canary).accepted()).isFalse();
    assertThat(findings(compilation, canary)).anySatisfy(each -> assertThat(each).contains(told));
  }

  // Whose canary it is.

  @ParameterizedTest
  @ValueSource(strings = {BEFORE, AFTER})
  void canary_takesItsShare_whicheverIsOlder(String time) {
    cluster.with(ingress("s", "web", "a.test")).with(created(next("a.test"), time));
    Compilation compilation = cluster.compiled();

    assertThat(shares(compilation, "a.test", "/x")).isEqualTo(tenth("s/web:80", "s/next:80"));
    assertThat(compilation.configuration().routes())
        .extracting(Route::name)
        .containsExactly("s/web/0/0");
    assertThat(report(compilation, "Ingress s/next").accepted()).isTrue();
    assertThat(findings(compilation, "s/web")).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "b.test, Prefix, /app",
    "a.test, Prefix, /other",
    "a.test, Prefix, /app/deeper",
    "a.test, Exact, /app",
    "*.test, Prefix, /app",
  })
  void canary_ofAnotherHostOrPath_takesNothing(String host, String type, String path) {
    cluster.with(rule(ingress("s", "web"), "a.test", path("Prefix", "/app", "web")));
    cluster.with(canary(rule(ingress("s", "next"), host, path(type, path, "next"))));
    Compilation compilation = cluster.compiled();

    assertThat(shares(compilation, "a.test", "/app")).isEqualTo(all("s/web:80"));
    assertAlone(
        compilation, "s/next", "spec.rules[0].http.paths[0]: " + host + path, "expected a host");
  }

  @Test
  void canary_ofAnotherNamespace_takesNothing() {
    cluster.service("t", "next");
    cluster.with(ingress("s", "web", "a.test"));
    cluster.with(created(canary(ingress("t", "next", "a.test")), BEFORE));
    Compilation compilation = cluster.compiled();

    assertThat(shares(compilation, "a.test", "/")).isEqualTo(all("s/web:80"));
    assertAlone(compilation, "t/next", "an Ingress of the namespace t serves; Ingress s/web has");
  }

  @Test
  void canary_ofNobody_servesNoHost() {
    cluster.with(next("a.test"));
    Compilation compilation = cluster.compiled();

    assertThat(answered(compilation, "a.test", "/")).isEqualTo("none");
    assertAlone(compilation, "s/next", "a.test/", "an Ingress of the namespace s serves");
  }

  @Test
  void canary_ofACanary_isNone() {
    cluster.with(created(next("a.test"), BEFORE)).with(canary(ingress("s", "web", "a.test")));
    Compilation compilation = cluster.compiled();

    assertThat(answered(compilation, "a.test", "/")).isEqualTo("none");
    assertAlone(compilation, "s/web", "expected a host and path");
  }

  @Test
  void ofSeveralCanaries_theOldestHasIt_andTheNextWhenItGoes() {
    cluster.service("s", "late");
    cluster.with(ingress("s", "web", "a.test")).with(next("a.test"));
    cluster.with(created(canary(ingress("s", "late", "a.test")), AFTER));
    Compilation compilation = cluster.compiled();

    assertThat(shares(compilation, "a.test", "/")).isEqualTo(tenth("s/web:80", "s/next:80"));
    assertAlone(compilation, "s/late", "one canary", "the older Ingress s/next");

    cluster.ingresses.remove(1);
    assertThat(shares(cluster.compiled(), "a.test", "/")).isEqualTo(tenth("s/web:80", "s/late:80"));
  }

  @Test
  void samePathTwice_isTold() {
    cluster.service("s", "late").with(ingress("s", "web", "a.test"));
    cluster.with(
        canary(rule(ingress("s", "next", "a.test"), "a.test", path("Prefix", "/", "late"))));
    Compilation compilation = cluster.compiled();

    assertThat(shares(compilation, "a.test", "/")).isEqualTo(tenth("s/web:80", "s/next:80"));
    assertThat(findings(compilation, "s/next"))
        .contains(
            "spec.rules[1].http.paths[0]: a.test/ (refused: expected each host and path once)");
  }

  @Test
  void whenEitherIsDeleted_theOtherIsAsIfItHadNeverBeen() {
    cluster.with(ingress("s", "web", "a.test")).with(next("a.test"));
    cluster.ingresses.get(1).getMetadata().setDeletionTimestamp("2026-02-01T00:00:00Z");
    assertThat(shares(cluster.compiled(), "a.test", "/")).isEqualTo(all("s/web:80"));

    cluster.ingresses.get(1).getMetadata().setDeletionTimestamp(null);
    cluster.ingresses.remove(0);
    assertThat(answered(cluster.compiled(), "a.test", "/")).isEqualTo("none");
  }

  @Test
  void orderOfObjects_saysNothing() {
    cluster.service("s", "late");
    cluster.with(ingress("s", "web", "a.test")).with(next("a.test"));
    cluster.with(created(canary(ingress("s", "late", "a.test")), AFTER));
    Compilation compilation = cluster.compiled();
    Collections.reverse(cluster.ingresses);
    Compilation reversed = cluster.compiled();

    assertThat(reversed.configuration().routes()).isEqualTo(compilation.configuration().routes());
    assertThat(reversed.reports()).isEqualTo(compilation.reports());
  }

  @Test
  void eachPath_hasItsOwnCanary() {
    cluster.service("s", "late");
    cluster.with(
        rule(
            ingress("s", "web"),
            "a.test",
            path("Prefix", "/one/", "web"),
            path("Prefix", "/two", "web"),
            path("Exact", "/two", "web")));
    cluster.with(canary(rule(ingress("s", "next"), "a.test", path("Prefix", "/one", "next"))));
    cluster.with(
        with(
            rule(
                ingress("s", "late"),
                "a.test",
                path("Exact", "/two", "late"),
                path("Prefix", "/three", "late")),
            "canary",
            "true"));
    Compilation compilation = cluster.compiled();

    assertThat(shares(compilation, "a.test", "/one")).isEqualTo(tenth("s/web:80", "s/next:80"));
    assertThat(shares(compilation, "a.test", "/two"))
        .containsExactly(
            new WeightedUpstream("s/web:80", 100), new WeightedUpstream("s/late:80", 0));
    assertThat(shares(compilation, "a.test", "/two/x")).isEqualTo(all("s/web:80"));
    assertThat(report(compilation, "Ingress s/late").accepted()).isTrue();
    assertThat(findings(compilation, "s/late"))
        .anyMatch(told -> told.startsWith("spec.rules[0].http.paths[1]: a.test/three (refused"));
  }

  @Test
  void expressions_areThoseOfTheOther_andLongerOnesGoFirst() {
    cluster.with(
        with(
            rule(
                ingress("s", "web"),
                "a.test",
                path("ImplementationSpecific", "/api/.*", "web"),
                path("ImplementationSpecific", "/api/v[0-9]+", "late")),
            "use-regex",
            "true"));
    cluster.with(
        canary(
            rule(
                ingress("s", "next"),
                "a.test",
                path("ImplementationSpecific", "/api/.*", "next"),
                path("ImplementationSpecific", "/other/.*", "next"))));
    Compilation compilation = cluster.compiled();

    assertThat(shares(compilation, "a.test", "/api/x")).isEqualTo(tenth("s/web:80", "s/next:80"));
    assertThat(shares(compilation, "a.test", "/api/v1")).isEqualTo(all("s/late:80"));
    assertThat(answered(compilation, "a.test", "/other/x")).isEqualTo("none");
    assertThat(findings(compilation, "s/next"))
        .anyMatch(told -> told.startsWith("spec.rules[0].http.paths[1]: a.test/other/.* (refused"));
  }

  @Test
  void root_isTheCanaryOfADefaultBackend_onAHostWithExpressionsToo() {
    cluster.with(
        with(
            rule(ingress("s", "web"), "a.test", path("ImplementationSpecific", "/x.*", "late"))
                .editSpec()
                .withDefaultBackend(backend("web"))
                .endSpec(),
            "use-regex",
            "true"));
    cluster.with(canary(rule(ingress("s", "next"), "a.test", path("Prefix", "/", "next"))));

    assertThat(shares(cluster.compiled(), "a.test", "/y"))
        .isEqualTo(tenth("s/web:80", "s/next:80"));
  }

  @Test
  void defaultBackend_isTheCanaryOfADefaultBackend() {
    cluster.with(ingress("s", "web").editSpec().withDefaultBackend(backend("web")).endSpec());
    cluster.with(
        canary(ingress("s", "next").editSpec().withDefaultBackend(backend("next")).endSpec()));

    assertThat(shares(cluster.compiled(), "any.test", "/x"))
        .isEqualTo(tenth("s/web:80", "s/next:80"));
  }

  @Test
  void defaultBackend_ofSomeHosts_leavesTheOthersAlone() {
    IngressBuilder web =
        rule(
            rule(ingress("s", "web"), "a.test", path("Prefix", "/one", "web")),
            "b.test",
            path("Prefix", "/one", "web"));
    cluster.with(web.editSpec().withDefaultBackend(backend("web")).endSpec());
    IngressBuilder next = rule(ingress("s", "next"), "b.test", path("Prefix", "/one", "next"));
    cluster.with(canary(next.editSpec().withDefaultBackend(backend("next")).endSpec()));
    Compilation compilation = cluster.compiled();

    assertThat(shares(compilation, "b.test", "/x")).isEqualTo(tenth("s/web:80", "s/next:80"));
    assertThat(shares(compilation, "b.test", "/one")).isEqualTo(tenth("s/web:80", "s/next:80"));
    assertThat(shares(compilation, "a.test", "/x")).isEqualTo(all("s/web:80"));
    assertThat(shares(compilation, "a.test", "/one")).isEqualTo(all("s/web:80"));
    assertThat(compilation.configuration().routes())
        .extracting(Route::name)
        .containsExactlyInAnyOrder("s/web/0/0", "s/web/1/0", "s/web/default", "s/web/default/next");
  }

  @Test
  void aliases_haveTheCanaryOfTheirHost() {
    cluster.with(with(ingress("s", "web", "a.test"), "server-alias", "b.test"));
    cluster.with(next("a.test"));

    assertThat(shares(cluster.compiled(), "b.test", "/")).isEqualTo(tenth("s/web:80", "s/next:80"));
  }

  // Which requests it takes.

  @Test
  void rules_areAskedInTheirOrder() {
    cluster.with(ingress("s", "web", "a.test"));
    cluster.with(with(next("a.test"), "canary-by-header", "X-Next", "canary-by-cookie", "Side"));
    Route route = Cluster.route(cluster.compiled(), "a.test", "/");

    assertThat(route).isNotNull();
    assertThat(route.steering())
        .isEqualTo(
            new Steering(
                List.of(
                    steer(Steering.Source.HEADER, "x-next", "always", "s/next:80"),
                    steer(Steering.Source.HEADER, "x-next", "never", "s/web:80"),
                    steer(Steering.Source.COOKIE, "Side", "always", "s/next:80"),
                    steer(Steering.Source.COOKIE, "Side", "never", "s/web:80")),
                true));
  }

  private static Steering.Rule steer(
      Steering.Source source, String name, String value, String upstream) {
    return new Steering.Rule(source, new FieldMatch(name, new ValueMatch.Exact(value)), upstream);
  }

  @ParameterizedTest
  @CsvSource({
    "canary, maybe",
    "canary, ''",
    "canary-weight, 101",
    "canary-weight-total, 0",
    "canary-by-header, 'a b'",
    "canary-by-cookie, 'a=b'",
    "affinity-canary-behavior, loose",
  })
  void canaryThatCannotBeRead_takesNothing_andLeavesTheOtherAsItWas(String key, String value) {
    cluster.with(ingress("s", "web", "a.test")).with(ingress("s", "good", "good.test"));
    cluster.with(created(with(next("a.test"), key, value), BEFORE));
    Compilation compilation = cluster.compiled();

    assertThat(shares(compilation, "a.test", "/")).isEqualTo(all("s/web:80"));
    assertThat(answered(compilation, "good.test", "/")).isEqualTo("s/good:80");
    assertAlone(compilation, "s/next", PREFIX + key + ": " + value, "refused", "takes no request");
  }

  @Test
  void withoutEndpoints_theOtherKeepsAllRequests_untilThereIsOne() {
    cluster.with(ingress("s", "web", "a.test"));
    cluster.with(canary(rule(ingress("s", "next"), "a.test", path("Prefix", "/", "late"))));
    Compilation missing = cluster.compiled();
    assertThat(shares(missing, "a.test", "/")).isEqualTo(all("s/web:80"));
    assertThat(findings(missing, "s/next"))
        .anySatisfy(
            told ->
                assertThat(told)
                    .contains("backend.service.name: late", "has its requests until there is"));

    cluster.services.add(Cluster.serviceOf("s", "late").build());
    assertThat(shares(cluster.compiled(), "a.test", "/")).isEqualTo(all("s/web:80"));

    cluster.slice("s", "late", "a", "IPv4", null, "10.0.0.9");
    assertThat(shares(cluster.compiled(), "a.test", "/")).isEqualTo(tenth("s/web:80", "s/late:80"));
  }

  @Test
  void ofTheSameBackend_itHasNoEffect() {
    cluster.with(ingress("s", "web", "a.test"));
    cluster.with(
        with(
            canary(rule(ingress("s", "next"), "a.test", path("Prefix", "/", "web"))),
            "load-balance",
            "ewma"));
    Compilation compilation = cluster.compiled();

    assertThat(shares(compilation, "a.test", "/")).isEqualTo(all("s/web:80"));
    assertAlone(compilation, "s/next", "inert", "the same backend");
  }

  // On whose terms.

  @Test
  void backend_isSpokenToAsTheOthers_andChosenAmongAsItsOwn() {
    cluster.with(
        with(
            ingress("s", "web", "a.test"),
            "backend-protocol",
            "HTTPS",
            "upstream-vhost",
            "inner.test",
            "load-balance",
            "ewma"));
    cluster.with(with(next("a.test"), "backend-protocol", "GRPC", "upstream-vhost", "other.test"));
    Compilation compilation = cluster.compiled();
    List<WeightedUpstream> to = shares(compilation, "a.test", "/");
    var main = Cluster.upstream(compilation, to.get(0).upstream());
    var canary = Cluster.upstream(compilation, to.get(1).upstream());

    assertThat(main.balance()).isEqualTo(Balance.LEAST_REQUEST);
    assertThat(canary.balance()).isEqualTo(Balance.ROUND_ROBIN);
    assertThat(canary.host()).isEqualTo("inner.test");
    assertThat(canary.endpoints())
        .extracting(Endpoint::protocol)
        .containsExactly(Endpoint.Protocol.HTTPS);
    assertThat(findings(compilation, "s/next"))
        .filteredOn(told -> told.contains("backend-protocol") || told.contains("vhost"))
        .hasSize(2)
        .allSatisfy(told -> assertThat(told).contains("inert", "on the terms of the Ingress"));
  }

  @Test
  void whatItSaysOfTracesItself_hasNoEffect() {
    cluster.with(annotated(ingress("s", "web", "a.test"), "headwater.dev/sample-rate", "0.25"));
    cluster.with(
        with(
            annotated(next("a.test"), "headwater.dev/trace-exclude", "true"),
            "enable-opentracing",
            "false"));
    Compilation compilation = cluster.compiled();
    Route route = Cluster.route(compilation, "a.test", "/");

    assertThat(route).isNotNull();
    assertThat(route.sampling()).isNotNull();
    assertThat(route.sampling().verdict().rate().rate()).isEqualTo(0.25);
    assertThat(findings(compilation, "s/next"))
        .filteredOn(told -> told.contains("trace-exclude") || told.contains("opentracing"))
        .hasSize(2)
        .allSatisfy(told -> assertThat(told).contains("inert"));
  }

  @Test
  void tracing_isNotTurnedOnByACanary() {
    cluster.configMap("zipkin-collector-host", "zipkin");
    cluster.with(ingress("s", "web", "a.test"));
    cluster.with(with(next("a.test"), "enable-opentracing", "true"));

    assertThat(cluster.compiled().configuration().tracing().enabled()).isFalse();
  }

  @Test
  void certificates_areTheOthers() {
    cluster.with(ingress("s", "web", "a.test"));
    cluster.with(
        next("a.test")
            .editSpec()
            .withTls(new IngressTLSBuilder().withHosts("a.test").withSecretName("c").build())
            .endSpec());
    Compilation compilation = cluster.compiled();

    assertThat(findings(compilation, "s/next"))
        .anySatisfy(told -> assertThat(told).startsWith("spec.tls: a.test (inert"));
    Route route = Cluster.route(compilation, "a.test", "/");
    assertThat(route).isNotNull();
    assertThat(route.https().redirect()).isZero();
  }

  @Test
  void whereTheOtherAnswersItself_itHasNoEffect() {
    cluster.with(with(ingress("s", "web", "a.test"), "auth-type", "basic")).with(next("a.test"));
    Compilation compilation = cluster.compiled();

    assertThat(answered(compilation, "a.test", "/")).isEqualTo("503");
    assertAlone(compilation, "s/next", "inert", "Ingress s/web answers every request itself");
  }

  @Test
  void manyCanaries_costNoMoreThanTheirPaths() {
    IngressBuilder web = ingress("s", "web");
    IngressBuilder next = ingress("s", "next");
    List<String> hosts = new ArrayList<>();
    for (int i = 0; i < 500; i++) {
      String host = "h" + i + ".test";
      hosts.add(host);
      web = rule(web, host, path("Prefix", "/", "web"));
      next = rule(next, host, path("Prefix", "/", "next"));
    }
    cluster.with(web).with(canary(next));
    Compilation compilation = cluster.compiled();

    assertThat(hosts)
        .allSatisfy(
            host ->
                assertThat(shares(compilation, host, "/"))
                    .isEqualTo(tenth("s/web:80", "s/next:80")));
    assertThat(compilation.configuration().upstreams()).hasSize(2);
  }
}
