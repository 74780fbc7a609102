package dev.headwater.routes.kubernetes;

import static dev.headwater.routes.kubernetes.Cluster.annotated;
import static dev.headwater.routes.kubernetes.Cluster.answered;
import static dev.headwater.routes.kubernetes.Cluster.backend;
import static dev.headwater.routes.kubernetes.Cluster.created;
import static dev.headwater.routes.kubernetes.Cluster.findings;
import static dev.headwater.routes.kubernetes.Cluster.ingress;
import static dev.headwater.routes.kubernetes.Cluster.path;
import static dev.headwater.routes.kubernetes.Cluster.rule;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.re2j.Pattern;
import dev.headwater.routes.PathRewrite;
import dev.headwater.routes.Route;
import dev.headwater.routes.match.BoundedRegex;
import io.fabric8.kubernetes.api.model.networking.v1.HTTPIngressPath;
import io.fabric8.kubernetes.api.model.networking.v1.IngressBuilder;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Paths of Ingresses with {@code use-regex} and {@code rewrite-target}. */
class RegexPathsTest {
  private static final String PREFIX = "nginx.ingress.kubernetes.io/";
  private static final String SPECIFIC = "ImplementationSpecific";

  private final Cluster cluster = new Cluster();

  private static IngressBuilder regex(IngressBuilder ingress) {
    return annotated(ingress, PREFIX + "use-regex", "true");
  }

  private static IngressBuilder rewrite(IngressBuilder ingress, String target) {
    return annotated(ingress, PREFIX + "rewrite-target", target);
  }

  /** What the backend gets of a path, or "none" where no route takes it. */
  private static String sent(Compilation compilation, String host, String path) {
    Route route = Cluster.route(compilation, host, path);
    PathRewrite rewrite = route == null ? null : route.rewrite();
    return route == null ? "none" : rewrite == null ? path : rewrite.of(path);
  }

  /** The example of ingress-nginx's page on path matching. */
  @ParameterizedTest
  @CsvSource({
    "/foo/bar/1, one",
    "/foo/bar/, one",
    "/foo/bar/bar, three",
    "/FOO/BAR/Abc/def, three",
    "/foo/bar/ab, one",
    "/foo/barn, one",
    "/foo/baz, none",
    "/x/foo/bar, none",
  })
  void path_longestExpressionThatHolds_hasIt(String path, String service) {
    cluster.with(
        rule(
            ingress("s", "one"),
            "test.com",
            path(SPECIFIC, "/foo/bar", "one"),
            path(SPECIFIC, "/foo/bar/bar", "two")));
    cluster.with(
        regex(
            rule(
                ingress("s", "two"), "test.com", path(SPECIFIC, "/foo/bar/[A-Z0-9]{3}", "three"))));

    assertThat(cluster.answered("test.com", path))
        .isEqualTo(service.equals("none") ? "none" : "s/" + service + ":80");
  }

  @Test
  void host_withOneThatAsks_hasExpressionsOnly() {
    cluster.with(
        rule(
            ingress("s", "plain"),
            "a.test",
            path("Exact", "/exact", "exact"),
            path("Prefix", "/api/v1.0", "api")));
    cluster.with(rule(ingress("s", "other"), "b.test", path("Exact", "/exact", "other")));
    cluster.with(regex(rule(ingress("t", "asks"), "a.test", path(SPECIFIC, "/[0-9]+", "numbers"))));
    Compilation compilation = cluster.compiled();

    assertThat(answered(compilation, "a.test", "/42x")).isEqualTo("t/numbers:80");
    assertThat(answered(compilation, "a.test", "/EXACT/and/more")).isEqualTo("s/exact:80");
    assertThat(answered(compilation, "a.test", "/api/v1x0y")).isEqualTo("s/api:80");
    assertThat(answered(compilation, "b.test", "/exact/and/more")).isEqualTo("none");
    assertThat(findings(compilation, "s/plain"))
        .filteredOn(told -> told.contains("].path: "))
        .hasSize(2)
        .allSatisfy(told -> assertThat(told).contains("applied with a difference", "use-regex"));
  }

  @Test
  void target_ofThePathItself_changesNothing() {
    cluster.with(rewrite(rule(ingress("s", "web"), "a.test", path("Exact", "/", "web")), "/"));
    Compilation compilation = cluster.compiled();

    assertThat(sent(compilation, "a.test", "/")).isEqualTo("/");
    assertThat(sent(compilation, "a.test", "/x")).isEqualTo("none");
  }

  @ParameterizedTest
  @CsvSource({
    "/something, /",
    "/something/, /",
    "/something/new, /new",
    "/SOMETHING/New, /New",
    "/somethingelse, none",
    "/x/something/new, none",
  })
  void path_isRewritten(String path, String sent) {
    cluster.with(
        rewrite(
            regex(
                rule(ingress("s", "web"), "a.test", path(SPECIFIC, "/something(/|$)(.*)", "web"))),
            "/$2"));

    assertThat(sent(cluster.compiled(), "a.test", path)).isEqualTo(sent);
  }

  @Test
  void defaultBackend_getsRewrittenPathsAsWell() {
    cluster.with(
        rewrite(ingress("s", "all").editSpec().withDefaultBackend(backend("all")).endSpec(), "/x"));

    assertThat(sent(cluster.compiled(), "any.test", "/a/b")).isEqualTo("/x");
  }

  @Test
  void defaultBackend_besideExpressions_takesTheRest() {
    cluster.with(
        regex(rule(ingress("s", "web"), "a.test", path(SPECIFIC, "/[0-9]+$", "web")))
            .editSpec()
            .withDefaultBackend(backend("rest"))
            .endSpec());
    Compilation compilation = cluster.compiled();

    assertThat(answered(compilation, "a.test", "/42")).isEqualTo("s/web:80");
    assertThat(answered(compilation, "a.test", "/42x")).isEqualTo("s/rest:80");
  }

  @Test
  void path_twice_isTheOldests() {
    cluster.with(regex(created(ingress("a", "new", "a.test"), "2026-01-02T00:00:00Z")));
    cluster.with(created(ingress("z", "old", "a.test"), "2026-01-01T00:00:00Z"));
    Compilation compilation = cluster.compiled();

    assertThat(answered(compilation, "a.test", "/")).isEqualTo("z/old:80");
    assertThat(findings(compilation, "a/new")).anyMatch(told -> told.contains("z/old has it"));
  }

  @ParameterizedTest
  @CsvSource({
    "/a(, RE2",
    "/(?!admin)(.*), RE2",
    "'/(.*)\\1', RE2",
    "'/((a{100}){100})', steps",
    "'/(.{900}){900}', fewer repetitions",
    "a/.*, slash",
    "/caf\u00e9(.*), ASCII",
    "'/a (.*)', ASCII",
  })
  void expression_thatIsNoneOrTooMuch_isRefusedAlone(String text, String expected) {
    cluster.service("s", "good");
    cluster.with(
        regex(
            rule(
                ingress("s", "web"),
                "a.test",
                path(SPECIFIC, text, "bad"),
                path(SPECIFIC, "/good", "good"))));
    Compilation compilation = cluster.compiled();

    assertThat(answered(compilation, "a.test", "/good")).isEqualTo("s/good:80");
    assertThat(findings(compilation, "s/web"))
        .filteredOn(told -> told.startsWith("spec."))
        .singleElement()
        .asString()
        .startsWith("spec.rules[0].http.paths[0].path: ")
        .contains("expected ", expected);
  }

  @ParameterizedTest
  @ValueSource(ints = {450, 1025})
  void expression_isBoundedInLength(int length) {
    String path = "/" + "y".repeat(length - 1);
    cluster.with(regex(rule(ingress("s", "web"), "a.test", path(SPECIFIC, path, "web"))));

    assertThat(cluster.answered("a.test", path)).isEqualTo(length == 450 ? "s/web:80" : "none");
  }

  @Test
  void expressions_ofOneHost_areBoundedTogether() {
    List<HTTPIngressPath> paths = new ArrayList<>();
    for (int i = 0; i < 40; i++) {
      paths.add(path(SPECIFIC, "/" + i + "/[^x]{400}", "web"));
    }
    cluster.with(regex(rule(ingress("s", "web"), "a.test", paths.toArray(new HTTPIngressPath[0]))));
    cluster.with(regex(rule(ingress("s", "other"), "b.test", path(SPECIFIC, "/[0-9]", "other"))));
    Compilation compilation = cluster.compiled();

    assertThat(answered(compilation, "a.test", "/0/" + "y".repeat(400))).isEqualTo("s/web:80");
    assertThat(answered(compilation, "a.test", "/39/" + "y".repeat(400))).isEqualTo("none");
    assertThat(findings(compilation, "s/web"))
        .anyMatch(told -> told.contains("10000 steps for one host"));
    assertThat(answered(compilation, "b.test", "/1")).isEqualTo("s/other:80");
  }

  @Test
  void target_thatCannotBeUsed_servesNoPath() {
    cluster.with(rewrite(ingress("s", "web", "a.test"), "/$uri"));
    cluster.with(ingress("s", "good", "b.test"));
    Compilation compilation = cluster.compiled();

    assertThat(answered(compilation, "a.test", "/")).isEqualTo("none");
    assertThat(answered(compilation, "b.test", "/")).isEqualTo("s/good:80");
    assertThat(Cluster.report(compilation, "Ingress s/web").accepted()).isFalse();
    assertThat(findings(compilation, "s/web"))
        .anyMatch(told -> told.startsWith(PREFIX + "rewrite-target: /$uri (refused: expected "));
  }

  @ParameterizedTest
  @CsvSource({
    "/api(/|$)(.*), /api",
    "/api/v[0-9]+, /api/v",
    "/api/?(.*), /api",
    "/api/*, /api",
    "/api/+x, /api/",
    "/api/{2}, /api",
    "'/a.b', /a",
    "/a|/b, ''",
    "/a(b|c)|d, ''",
    "/a(b|c)d, /a",
    "/a[|(]b, /a",
    "'/a[]|]b', /a",
    "'/a[^]|]b|c', ''",
    "'/a[\\]|]b', /a",
    "/a\\|b, /a",
    "'/a\\Q(\\E|b', ''",
    "'/a[[:alpha:]]|b', ''",
    "'/a[[:alpha:]|]', ''",
    "/%C3%A9, /%C3%A9",
  })
  void literal_isWhatAllItTakesBeginsWith(String text, String literal) {
    assertThat(RegexPaths.literal(text)).isEqualTo(literal);
  }

  @Test
  void literal_keepsNothingOutThatTheExpressionTakes() {
    Random random = new Random(11);
    int taken = 0;
    for (int i = 0; i < 30_000; i++) {
      String text = "/" + pick(random, 6, "ab.|()[]*?+{1}\\^$");
      String path = "/" + pick(random, 4, "abAB.|(");
      if (new BoundedRegex(64, 1_000).read("^", text, Pattern.CASE_INSENSITIVE)
              instanceof BoundedRegex.Compiled compiled
          && compiled.pattern().matcher(path).find()) {
        taken++;
        assertThat(path.toLowerCase(Locale.ROOT)).as(text).startsWith(RegexPaths.literal(text));
      }
    }
    assertThat(taken).isGreaterThan(1_000);
  }

  private static String pick(Random random, int most, String of) {
    StringBuilder text = new StringBuilder();
    for (int j = random.nextInt(most + 1); j > 0; j--) {
      text.append(of.charAt(random.nextInt(of.length())));
    }
    return text.toString();
  }
}
