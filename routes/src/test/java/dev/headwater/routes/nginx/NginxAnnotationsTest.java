package dev.headwater.routes.nginx;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headwater.routes.AccessPolicy;
import dev.headwater.routes.ClientLimits;
import dev.headwater.routes.CorsPolicy;
import dev.headwater.routes.DirectResponse;
import dev.headwater.routes.Endpoint.Protocol;
import dev.headwater.routes.HeaderFilter;
import dev.headwater.routes.HttpsPolicy;
import dev.headwater.routes.RetryPolicy.Condition;
import dev.headwater.routes.RouteLimits;
import dev.headwater.routes.StickyPolicy;
import dev.headwater.routes.StickyPolicy.Mode;
import dev.headwater.sampling.network.NetworkSet;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Annotations of an Ingress over the settings of the ConfigMap. */
class NginxAnnotationsTest {
  private static IngressSettings read(String... pairs) {
    return read(Map.of(), pairs);
  }

  private static IngressSettings read(Map<String, String> configMap, String... pairs) {
    Map<String, String> annotations = new HashMap<>();
    for (int i = 0; i < pairs.length; i += 2) {
      annotations.put(NginxKeys.PREFIX + pairs[i], pairs[i + 1]);
    }
    return NginxAnnotations.read(annotations, NginxConfigMap.read(configMap));
  }

  private static KeyFinding only(IngressSettings settings, String name) {
    return settings.findings().stream()
        .filter(finding -> finding.key().equals(NginxKeys.PREFIX + name))
        .findFirst()
        .orElseThrow();
  }

  @Test
  void theConfigMapHolds_whereAnnotationsSayNothing() {
    Map<String, String> configMap =
        Map.of("proxy-read-timeout", "90", "proxy-connect-timeout", "9", "proxy-body-size", "4m");
    IngressSettings settings = read(configMap);

    assertThat(settings.route()).isEqualTo(NginxConfigMap.read(configMap).route());
    assertThat(settings.backend()).isEqualTo(NginxConfigMap.read(configMap).backend());
    assertThat(settings.findings()).isEmpty();
  }

  @Test
  void annotationsOfOthersArePassedOver() {
    Map<String, String> annotations = Map.of("kubernetes.io/ingress.class", "nginx", "a/b", "c");

    assertThat(NginxAnnotations.read(annotations, NginxConfigMap.read(Map.of())).findings())
        .isEmpty();
  }

  @Test
  void timesAndSizesAreTheIngresssOwn() {
    IngressSettings settings =
        read(
            Map.of("proxy-next-upstream", "off", "proxy-body-size", "1g"),
            "proxy-read-timeout",
            "10",
            "proxy-connect-timeout",
            "2",
            "proxy-body-size",
            "0",
            "proxy-next-upstream",
            "timeout",
            "proxy-next-upstream-tries",
            "4");

    assertThat(settings.route().timeouts().attempt()).isEqualTo(Duration.ofSeconds(10));
    assertThat(settings.route().timeouts().response()).isEqualTo(Duration.ofSeconds(40));
    assertThat(settings.route().retry().conditions()).containsExactly(Condition.TIMEOUT);
    assertThat(settings.route().bodyBytes()).isEqualTo(1L << 40);
    assertThat(settings.backend().pool().connectTimeout()).isEqualTo(Duration.ofSeconds(2));
  }

  @ParameterizedTest
  @CsvSource({"HTTP, HTTP", "http, HTTP", "HTTPS, HTTPS", "GRPC, H2C", "GRPCS, H2"})
  void theBackendIsSpokenTo_inItsProtocol(String value, Protocol protocol) {
    assertThat(read("backend-protocol", value).backend().protocol()).isEqualTo(protocol);
  }

  @Test
  void hostAndAddressOfTheBackendCanBeOthers() {
    BackendTerms backend =
        read("upstream-vhost", "internal.example:8080", "service-upstream", "true").backend();

    assertThat(backend.host()).isEqualTo("internal.example:8080");
    assertThat(backend.clusterAddress()).isTrue();
  }

  @Test
  void upstreamsAreTheSame_whereTermsAre() {
    assertThat(read("upstream-vhost", "a").backend())
        .isEqualTo(read("upstream-vhost", "a", "limit-rps", "5").backend())
        .isNotEqualTo(read().backend());
  }

  @Test
  void prefixIsToldToTheBackend() {
    assertThat(read("x-forwarded-prefix", "/app").route().filters())
        .containsExactly(
            new HeaderFilter(
                HeaderFilter.Direction.REQUEST,
                Map.of("x-forwarded-prefix", "/app"),
                Map.of(),
                List.of()));
  }

  @Test
  void everyRequestIsSentElsewhere_byARedirect() {
    assertThat(read("permanent-redirect", "https://new.example/a").route().respond())
        .isEqualTo(new DirectResponse(301, Map.of("location", "https://new.example/a"), ""));
    assertThat(
            read(
                    "permanent-redirect", "https://new.example/",
                    "permanent-redirect-code", "308")
                .route()
                .respond())
        .isEqualTo(new DirectResponse(308, Map.of("location", "https://new.example/"), ""));
    IngressSettings both =
        read("permanent-redirect", "https://a.example/", "temporal-redirect", "https://b.example/");
    assertThat(both.route().respond())
        .isEqualTo(new DirectResponse(302, Map.of("location", "https://b.example/"), ""));
    assertThat(only(both, "permanent-redirect").verdict()).isEqualTo(Verdict.INERT);
  }

  @ParameterizedTest
  @CsvSource({
    "auth-type, basic",
    "auth-url, https://auth.example/",
    "auth-tls-secret, shop/ca",
  })
  void nobodyIsLetIn_whereAGuardIsMissing(String guard, String value) {
    IngressSettings settings = read(guard, value, "permanent-redirect", "https://new.example/");

    assertThat(settings.route().respond())
        .isNotNull()
        .satisfies(answer -> assertThat(answer.status()).isEqualTo(503));
    assertThat(only(settings, guard).verdict()).isEqualTo(Verdict.NOT_YET);
    assertThat(only(settings, guard).message()).contains("503");
  }

  @ParameterizedTest
  @CsvSource({"whitelist-source-range", "allowlist-source-range"})
  void clientsAreLetInByAddress_asTheIngressSays(String allow) {
    Map<String, String> configMap =
        Map.of("whitelist-source-range", "192.0.2.0/24", "block-cidrs", "10.2.0.0/16");

    assertThat(read(configMap).route().access().policy())
        .isEqualTo(
            new AccessPolicy(
                NetworkSet.of(List.of("192.0.2.0/24")), NetworkSet.of(List.of("10.2.0.0/16"))));
    assertThat(read(configMap, allow, "10.0.0.0/8").route().access().policy())
        .isEqualTo(
            new AccessPolicy(
                NetworkSet.of(List.of("10.0.0.0/8")), NetworkSet.of(List.of("10.2.0.0/16"))));
  }

  @ParameterizedTest
  @CsvSource({
    "whitelist-source-range, everybody",
    "allowlist-source-range, 10.0.0.0/33",
    "denylist-source-range, '10.0.0.0/8;'",
  })
  void nobodyIsLetIn_whereAListCannotBeRead(String list, String value) {
    IngressSettings settings = read(list, value);

    assertThat(only(settings, list).verdict()).isEqualTo(Verdict.REFUSED);
    assertThat(settings.route().respond())
        .isNotNull()
        .satisfies(answer -> assertThat(answer.status()).isEqualTo(503));
  }

  @Test
  void certificatesThatNeedNotBeShownGuardNothing() {
    assertThat(read("auth-tls-secret", "shop/ca", "auth-tls-verify-client", "optional").route())
        .isEqualTo(read().route());
  }

  @ParameterizedTest
  @CsvSource({
    ", , true, 308",
    ", , false, 0",
    "false, , true, 0",
    "true, , false, 0",
    "false, true, false, 308",
    ", true, true, 308",
  })
  void requestsInClearAreSentToHttps(String redirect, String force, boolean tls, int status) {
    Map<String, String> annotations = new HashMap<>();
    if (redirect != null) {
      annotations.put(NginxKeys.PREFIX + "ssl-redirect", redirect);
    }
    if (force != null) {
      annotations.put(NginxKeys.PREFIX + "force-ssl-redirect", force);
    }
    IngressSettings settings = NginxAnnotations.read(annotations, NginxConfigMap.read(Map.of()));

    assertThat(settings.route().https().policy(tls, "/cart").redirect()).isEqualTo(status);
    assertThat(settings.route().https().policy(tls, "/.well-known/acme-challenge/t").redirect())
        .isZero();
  }

  @Test
  void anIngressUsesTheConfigMapsWordsAboutHttps() {
    Map<String, String> configMap =
        Map.of("ssl-redirect", "false", "http-redirect-code", "301", "hsts-preload", "true");

    assertThat(read(configMap, "ssl-redirect", "true").route().https().policy(true, "/"))
        .isEqualTo(new HttpsPolicy(301, "max-age=31536000; includeSubDomains; preload"));
    assertThat(read(Map.of("hsts", "false")).route().https().policy(true, "/"))
        .isEqualTo(new HttpsPolicy(308, null));
  }

  @Test
  void pagesOfOtherOriginsMayDoWhatTheIngressSays() {
    assertThat(read("cors-allow-origin", "https://a.example").route().cors()).isNull();
    assertThat(read("enable-cors", "true").route().cors())
        .isEqualTo(
            new CorsPolicy(
                List.of(),
                true,
                "GET, PUT, POST, DELETE, PATCH, OPTIONS",
                "DNT,Keep-Alive,User-Agent,X-Requested-With,If-Modified-Since,Cache-Control,"
                    + "Content-Type,Range,Authorization",
                null,
                1_728_000));
    assertThat(
            read(
                    "enable-cors", "true",
                    "cors-allow-origin", "https://A.example, https://*.b.example:8443",
                    "cors-allow-credentials", "false",
                    "cors-allow-methods", "GET, PUT",
                    "cors-allow-headers", "X-A",
                    "cors-expose-headers", "X-B, X-C",
                    "cors-max-age", "60")
                .route()
                .cors())
        .isEqualTo(
            new CorsPolicy(
                List.of("https://a.example", "https://*.b.example:8443"),
                false,
                "GET, PUT",
                "X-A",
                "X-B, X-C",
                60));
  }

  @ParameterizedTest
  @CsvSource({
    "https://a.example, true",
    "https://A.EXAMPLE, true",
    "http://a.example, false",
    "https://x.b.example:8443, true",
    "https://x.y.b.example:8443, false",
    "https://x.b.example, false",
    "https://.b.example:8443, false",
    "https://a.example.evil.example, false",
    ", false",
  })
  void anOriginIsToldOfItself_whenItIsListed(String origin, boolean listed) {
    CorsPolicy policy =
        read(
                "enable-cors", "true",
                "cors-allow-origin", "https://a.example,https://*.b.example:8443")
            .route()
            .cors();

    assertThat(policy).isNotNull();
    assertThat(policy.told(origin)).isEqualTo(listed ? origin : null);
  }

  @ParameterizedTest
  @CsvSource({
    "/$2, /api, true",
    "/, /, false",
    "/, /api, true",
    "$1, /, true",
    "'', /, false",
    "/a//%20;b=(c)/$1$2, /a, true"
  })
  void pathsAreRewritten_whereTheTargetIsNotThePathItself(
      String target, String path, boolean rewrites) {
    RewriteTerms terms = read("rewrite-target", target).rewrite();

    assertThat(terms.rewrites(path)).isEqualTo(rewrites);
    assertThat(terms.asksForRegex(path)).isEqualTo(rewrites);
    assertThat(terms.unreadable()).isFalse();
    assertThat(read("use-regex", "true", "rewrite-target", target).rewrite().asksForRegex(path))
        .isTrue();
  }

  @Test
  void noPathIsServed_whereTheTargetCannotBeUsed() {
    RewriteTerms terms = read("rewrite-target", "/" + "x".repeat(1024)).rewrite();

    assertThat(terms.unreadable()).isTrue();
    assertThat(terms.rewrites("/")).isFalse();
  }

  @Test
  void clientsStayAtTheirEndpoint_byACookie() {
    assertThat(read().route().sticky()).isNull();
    assertThat(read("session-cookie-name", "route").route().sticky()).isNull();
    assertThat(read("affinity", "cookie").route().sticky())
        .isEqualTo(new StickyPolicy("INGRESSCOOKIE", Mode.BALANCED, false, "", "", 0, false));
    assertThat(
            read(
                    "affinity", "cookie",
                    "affinity-mode", "persistent",
                    "session-cookie-name", "route",
                    "session-cookie-path", "/app",
                    "session-cookie-domain", "shop.example",
                    "session-cookie-max-age", "172800",
                    "session-cookie-expires", "172801",
                    "session-cookie-samesite", "strict",
                    "session-cookie-secure", "true",
                    "session-cookie-change-on-failure", "true")
                .route()
                .sticky())
        .isEqualTo(
            new StickyPolicy(
                "route",
                Mode.PERSISTENT,
                true,
                "/app",
                "; Domain=shop.example; Max-Age=172800; SameSite=Strict",
                172_801,
                true));
  }

  @Test
  void nobodyStays_behindOneAddress() {
    IngressSettings settings = read("affinity", "cookie", "service-upstream", "true");

    assertThat(settings.route().sticky()).isNull();
    assertThat(only(settings, "affinity").verdict()).isEqualTo(Verdict.REFUSED);
    assertThat(only(settings, "affinity").message()).contains("service-upstream");
  }

  @Test
  void clientsAreLimited_asTheIngressSays() {
    Map<String, String> configMap =
        Map.of("limit-req-status-code", "429", "limit-conn-status-code", "509");

    assertThat(read(configMap).route().limits().policy("a")).isEqualTo(RouteLimits.NONE);
    assertThat(read(configMap, "limit-rps", "0").route().limits().policy("a"))
        .isEqualTo(RouteLimits.NONE);
    assertThat(
            read(
                    configMap,
                    "limit-rps",
                    "4",
                    "limit-rpm",
                    "30",
                    "limit-connections",
                    "7",
                    "limit-allowlist",
                    "10.0.0.0/8")
                .route()
                .limits()
                .policy("a"))
        .isEqualTo(
            new RouteLimits(
                0,
                new ClientLimits(
                    "a",
                    List.of(
                        new ClientLimits.Rate(250_000_000, 20),
                        new ClientLimits.Rate(2_000_000_000, 150)),
                    7,
                    NetworkSet.of(List.of("10.0.0.0/8")),
                    429,
                    509)));
    IngressSettings both =
        read("limit-rps", "1", "limit-allowlist", "10.0.0.1", "limit-whitelist", "10.0.0.2");
    assertThat(both.route().limits().exempt()).isEqualTo(NetworkSet.of(List.of("10.0.0.1")));
    assertThat(only(both, "limit-whitelist").verdict()).isEqualTo(Verdict.INERT);
  }

  @Test
  void hostsHaveARootAndOtherNames() {
    HostTerms terms =
        read(
                "app-root", "/app/#/start?x=1",
                "server-alias", "A.example, *.b.example,a.example.",
                "from-to-www-redirect", "true")
            .hosts();

    assertThat(terms)
        .isEqualTo(new HostTerms("/app/#/start?x=1", true, List.of("a.example", "*.b.example")));
    assertThat(read().hosts()).isEqualTo(new HostTerms(null, false, List.of()));
  }

  @ParameterizedTest
  @CsvSource({
    "proxy-read-timeout, 0, 1s to",
    "proxy-connect-timeout, 76, 1s to 75s",
    "proxy-body-size, big, bytes",
    "backend-protocol, FCGI, HTTPS",
    "backend-protocol, AUTO_HTTP, HTTPS",
    "upstream-vhost, $service_name.$namespace.svc, without variables",
    "x-forwarded-prefix, $1, without variables",
    "permanent-redirect, https://new.example$request_uri, without variables",
    "permanent-redirect, 'javascript:alert(1)', URL",
    "permanent-redirect-code, 200, 300 to 308",
    "temporal-redirect-code, 399, 300 to 308",
    "canary, maybe, true or false; the Ingress takes no request",
    "use-regex, maybe, true or false",
    "affinity, ip, cookie",
    "affinity-mode, none, 'balanced, persistent'",
    "session-cookie-name, 'a=b', a token",
    "session-cookie-name, 'a;b', a token",
    "session-cookie-path, '/a; Domain=b', a path",
    "session-cookie-path, a, a path",
    "session-cookie-domain, 'a.example; Secure', a name",
    "session-cookie-domain, 'a.example:80', a name",
    "session-cookie-samesite, never, 'None, Lax or Strict'",
    "session-cookie-max-age, -1, 0 to",
    "session-cookie-expires, soon, 0 to",
    "limit-rps, -1, 0 to 1000000",
    "limit-rpm, 1.5, 0 to 1000000",
    "limit-connections, many, 0 to 1000000",
    "limit-burst-multiplier, 0, 1 to 1000",
    "limit-allowlist, everybody, addresses",
    "from-to-www-redirect, maybe, true or false",
    "app-root, app, begins with one slash",
    "app-root, //evil.example/, begins with one slash",
    "app-root, https://evil.example/, begins with one slash",
    "app-root, /$host, without variables",
    "app-root, '/a b', begins with one slash",
    "app-root, '/a\nb', begins with one slash",
    "server-alias, '~^www\\d+\\.example\\.com$', expressions are not taken",
    "server-alias, 'a.example,b.example:80', names such as",
    "server-alias, '*', names such as",
    "server-alias, '[::1]', names such as",
    "server-alias, 'a.example; b.example', names such as",
    "rewrite-target, app/$1, a path of",
    "rewrite-target, /$uri, $1 to $9",
    "rewrite-target, /$0, $1 to $9",
    "rewrite-target, /$, $1 to $9",
    "rewrite-target, /$1$1$1$1$1$1$1$1$1$1, at most 9",
    "rewrite-target, /a?b=$1, a path of",
    "rewrite-target, https://new.example/$1, a path of",
    "rewrite-target, /../$1, a path of",
    "rewrite-target, /a/%2e/$1, a path of",
    "rewrite-target, /%5C$1, a path of",
    "rewrite-target, '/a b', a path of",
    "rewrite-target, '/a;} location / {', a path of",
    "enable-cors, maybe, true or false",
    "cors-allow-origin, 'https://a b', origins",
    "cors-allow-methods, 'GET;', names",
    "cors-max-age, -1, 0 to",
    "configuration-snippet, 'more_set_headers \"a: b\";', none",
    "proxy-ssl-verify, off, verified",
    "proxy-request-buffering, on, expected off",
  })
  void aValueThatIsNotTakenTellsWhatIs(String name, String value, String expected) {
    KeyFinding finding = only(read(name, value), name);

    assertThat(finding.verdict()).isEqualTo(Verdict.REFUSED);
    assertThat(finding.message()).startsWith("expected ").contains(expected);
  }

  @ParameterizedTest
  @CsvSource({
    "mirror-target, https://a.example/, ''",
    "limit-rate, 5, ''",
    "upstream-hash-by, $request_uri, ''",
  })
  void whatIsNotThereYetIsNamed(String name, String value, String word) {
    KeyFinding finding = only(read(name, value), name);

    assertThat(finding.verdict()).isEqualTo(Verdict.NOT_YET);
    assertThat(finding.message()).contains(word);
  }

  @Test
  void aValueThatSaysWhatIsDoneAnywayIsApplied() {
    assertThat(only(read("use-regex", "false"), "use-regex").verdict()).isEqualTo(Verdict.APPLIED);
    assertThat(only(read("proxy-http-version", "1.1"), "proxy-http-version").verdict())
        .isEqualTo(Verdict.APPLIED);
  }
}
