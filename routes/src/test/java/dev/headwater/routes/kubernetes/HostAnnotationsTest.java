package dev.headwater.routes.kubernetes;

import static dev.headwater.routes.kubernetes.Cluster.annotated;
import static dev.headwater.routes.kubernetes.Cluster.answered;
import static dev.headwater.routes.kubernetes.Cluster.created;
import static dev.headwater.routes.kubernetes.Cluster.findings;
import static dev.headwater.routes.kubernetes.Cluster.ingress;
import static dev.headwater.routes.kubernetes.Cluster.path;
import static dev.headwater.routes.kubernetes.Cluster.rule;
import static org.assertj.core.api.Assertions.assertThat;

import dev.headwater.routes.Redirect;
import dev.headwater.routes.Route;
import dev.headwater.routes.RouteAnswer;
import dev.headwater.sampling.network.NetworkSet;
import io.fabric8.kubernetes.api.model.networking.v1.IngressBuilder;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@code app-root}, {@code server-alias} and {@code from-to-www-redirect}. */
class HostAnnotationsTest {
  private static final String PREFIX = "nginx.ingress.kubernetes.io/";

  private final Cluster cluster = new Cluster();

  private static IngressBuilder with(IngressBuilder ingress, String key, String value) {
    return annotated(ingress, PREFIX + key, value);
  }

  private static @Nullable RouteAnswer answer(Compilation compilation, String host, String path) {
    Route route = Cluster.route(compilation, host, path);
    return route == null ? null : route.respond();
  }

  private static List<String> told(Compilation compilation, String ingress, String key) {
    return findings(compilation, ingress).stream()
        .filter(told -> told.startsWith(PREFIX + key + ": "))
        .toList();
  }

  // Where the root leads.

  @Test
  void root_leadsToTheApplication_andNothingElseDoes() {
    cluster.with(with(ingress("s", "web", "a.test"), "app-root", "/app"));
    Compilation compilation = cluster.compiled();

    assertThat(answer(compilation, "a.test", "/")).isEqualTo(new Redirect(302, null, "/app"));
    assertThat(answered(compilation, "a.test", "/app")).isEqualTo("s/web:80");
    assertThat(told(compilation, "s/web", "app-root"))
        .containsExactly(PREFIX + "app-root: /app (applied)");
  }

  @Test
  void root_ofAHostWithoutARuleForIt_leadsThereToo() {
    cluster.with(
        with(
            rule(ingress("s", "web"), "a.test", path("Prefix", "/app", "web")),
            "app-root",
            "/app"));
    cluster.with(
        created(
            rule(ingress("s", "exact"), "a.test", path("Exact", "/", "exact")),
            "2025-01-01T00:00:00Z"));

    assertThat(answer(cluster.compiled(), "a.test", "/"))
        .isEqualTo(new Redirect(302, null, "/app"));
  }

  @Test
  void root_ofSeveral_leadsWhereTheOldestSays() {
    cluster.with(
        with(created(ingress("s", "old", "a.test"), "2025-01-01T00:00:00Z"), "app-root", "/old"));
    cluster.with(
        with(
            rule(ingress("s", "new"), "a.test", path("Prefix", "/new", "new")),
            "app-root",
            "/new"));
    Compilation compilation = cluster.compiled();

    assertThat(answer(compilation, "a.test", "/")).isEqualTo(new Redirect(302, null, "/old"));
    assertThat(told(compilation, "s/new", "app-root"))
        .singleElement()
        .asString()
        .contains("inert", "a.test", "older Ingress");
  }

  @Test
  void root_thatAnotherNamespaceServes_isNotTakenOver() {
    cluster.with(
        with(
            rule(ingress("t", "greedy"), "a.test", path("Prefix", "/app", "web")),
            "app-root",
            "/app"));
    cluster.with(rule(ingress("s", "home"), "a.test", path("Exact", "/", "home")));
    Compilation compilation = cluster.compiled();

    assertThat(answered(compilation, "a.test", "/")).isEqualTo("s/home:80");
    assertThat(told(compilation, "t/greedy", "app-root"))
        .singleElement()
        .asString()
        .contains("inert", "a.test", "another namespace");
  }

  @Test
  void root_behindAGuard_tellsNobodyWhereItLeads() {
    cluster.with(
        with(with(ingress("s", "web", "a.test"), "app-root", "/app"), "auth-type", "basic"));
    Compilation compilation = cluster.compiled();

    assertThat(answered(compilation, "a.test", "/")).isEqualTo("503");
    assertThat(told(compilation, "s/web", "app-root")).singleElement().asString().contains("inert");
  }

  @Test
  void root_isForThoseWhoMayInAlone() {
    cluster.with(
        with(
            with(ingress("s", "web", "a.test"), "app-root", "/app"),
            "whitelist-source-range",
            "10.0.0.0/8"));
    Route route = Cluster.route(cluster.compiled(), "a.test", "/");

    assertThat(route).isNotNull();
    assertThat(route.access().allow()).isEqualTo(NetworkSet.of(List.of("10.0.0.0/8")));
  }

  // Other names.

  @ParameterizedTest
  @CsvSource({
    "a.test, s/web:80",
    "b.test, s/web:80",
    "x.c.test, s/web:80",
    "x.y.c.test, none",
    "d.test, s/taken:80",
    "e.test, none",
  })
  void alias_isServedAsItsHost(String host, String upstream) {
    cluster.with(
        with(ingress("s", "web", "a.test"), "server-alias", "b.test, *.c.test, d.test, a.test"));
    cluster.with(ingress("s", "taken", "d.test"));

    assertThat(cluster.answered(host, "/")).isEqualTo(upstream);
  }

  @Test
  void alias_servesThePathsOfAllIngressesOfItsHost() {
    cluster.with(with(ingress("s", "web", "a.test"), "server-alias", "b.test"));
    cluster.with(rule(ingress("t", "api"), "a.test", path("Prefix", "/api", "api")));
    cluster.with(
        with(
            rule(ingress("t", "late"), "a.test", path("Prefix", "/late", "late")),
            "server-alias",
            "c.test"));
    Compilation compilation = cluster.compiled();

    assertThat(answered(compilation, "b.test", "/api")).isEqualTo("t/api:80");
    assertThat(answered(compilation, "b.test", "/late")).isEqualTo("t/late:80");
    assertThat(answered(compilation, "c.test", "/late")).isEqualTo("none");
    assertThat(told(compilation, "t/late", "server-alias"))
        .singleElement()
        .asString()
        .contains("inert", "a.test", "oldest");
  }

  @Test
  void alias_withRulesOfItsOwn_isTold() {
    cluster.with(with(ingress("s", "web", "a.test"), "server-alias", "b.test,c.test"));
    cluster.with(ingress("t", "other", "b.test"));
    Compilation compilation = cluster.compiled();

    assertThat(answered(compilation, "b.test", "/")).isEqualTo("t/other:80");
    assertThat(told(compilation, "s/web", "server-alias"))
        .singleElement()
        .asString()
        .contains("applied with a difference", "not for b.test");
  }

  @Test
  void alias_whatItsHostLeavesOpen_goesToNoOther() {
    cluster.with(
        with(
            rule(ingress("s", "one"), "a.test", path("Prefix", "/a", "one")),
            "server-alias",
            "x.wild.test"));
    cluster.with(ingress("t", "wild", "*.wild.test"));
    Compilation compilation = cluster.compiled();

    assertThat(answered(compilation, "x.wild.test", "/a")).isEqualTo("s/one:80");
    assertThat(answered(compilation, "x.wild.test", "/b")).isEqualTo("404");
    assertThat(answered(compilation, "y.wild.test", "/b")).isEqualTo("t/wild:80");
  }

  @Test
  void alias_ofAHostWithARoot_hasIt() {
    cluster.with(
        with(with(ingress("s", "web", "a.test"), "server-alias", "b.test"), "app-root", "/app"));

    assertThat(answer(cluster.compiled(), "b.test", "/"))
        .isEqualTo(new Redirect(302, null, "/app"));
  }

  // With www. and without.

  @ParameterizedTest
  @CsvSource({"a.test, www.a.test", "www.a.test, a.test"})
  void theOtherName_leadsToTheHost(String host, String other) {
    cluster.configMap("http-redirect-code", "301");
    cluster.with(with(ingress("s", "web", host), "from-to-www-redirect", "true"));
    Compilation compilation = cluster.compiled();

    assertThat(answer(compilation, other, "/x")).isEqualTo(new Redirect(301, host, null));
    assertThat(answered(compilation, host, "/x")).isEqualTo("s/web:80");
  }

  @Test
  void theOtherName_isPermanentlyElsewhere() {
    cluster.with(with(ingress("s", "web", "a.test"), "from-to-www-redirect", "true"));

    assertThat(answered(cluster.compiled(), "www.a.test", "/")).isEqualTo("308");
  }

  @ParameterizedTest
  @CsvSource({"true, ''", "false, www.a.test"})
  void theOtherName_servedItself_isLeftAlone(boolean asRule, String alias) {
    cluster.with(with(ingress("s", "web", "a.test"), "from-to-www-redirect", "true"));
    cluster.with(
        asRule
            ? ingress("t", "own", "www.a.test")
            : with(ingress("t", "own", "b.test"), "server-alias", alias));
    Compilation compilation = cluster.compiled();

    assertThat(answered(compilation, "www.a.test", "/")).isEqualTo("t/own:80");
    assertThat(told(compilation, "s/web", "from-to-www-redirect"))
        .singleElement()
        .asString()
        .contains("inert", "www.a.test");
  }

  @Test
  void theOtherName_ofNoSingleName_isNone() {
    cluster.with(with(ingress("s", "wild", "*.a.test"), "from-to-www-redirect", "true"));
    cluster.with(with(ingress("s", "any", null), "from-to-www-redirect", "true"));
    Compilation compilation = cluster.compiled();

    assertThat(compilation.configuration().routes())
        .noneMatch(r -> r.respond() instanceof Redirect);
    assertThat(told(compilation, "s/wild", "from-to-www-redirect"))
        .singleElement()
        .asString()
        .contains("inert", "*.a.test");
  }

  @Test
  void names_ofRoutes_areUnique() {
    IngressBuilder both =
        rule(
            rule(ingress("s", "web"), "a.test", path("Prefix", "/", "web")),
            "b.test",
            path("Prefix", "/", "web"));
    with(with(both, "app-root", "/app"), "from-to-www-redirect", "true");
    cluster.with(with(both, "server-alias", "c.test"));

    assertThat(cluster.compiled().configuration().routes())
        .extracting(Route::name)
        .doesNotHaveDuplicates()
        .contains("s/web/root/a.test", "s/web/www/www.b.test");
  }
}
