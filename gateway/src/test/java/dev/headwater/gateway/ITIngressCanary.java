package dev.headwater.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headwater.gateway.explain.ExplainQuery;
import dev.headwater.gateway.explain.Explainer;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Canary Ingresses, through real requests. What goes where is what ingress-nginx's page on
 * annotations says of its {@code canary} keys.
 */
class ITIngressCanary {
  private static final String RULE = IngressEdge.rule("shop.example", "/app", "web");
  private static final String SHARE = IngressEdge.rule("shop.example", "/app", "next");

  private RawUpstream web;
  private RawUpstream next;

  @BeforeEach
  void listen() throws Exception {
    web = named("web");
    next = named("next");
  }

  @AfterEach
  void close() {
    web.close();
    next.close();
  }

  private static RawUpstream named(String name) throws Exception {
    return RawUpstream.answering(
        "HTTP/1.1 200 OK\r\nContent-Length: " + name.length() + "\r\n\r\n" + name);
  }

  private IngressEdge edge(Map<String, String> main, Map<String, String> canary) {
    Map<String, String> annotations = new HashMap<>(canary);
    annotations.put("canary", "true");
    return new IngressEdge()
        .service("web", web)
        .service("next", next)
        .ingress("web", main, RULE)
        .ingress("next", annotations, SHARE);
  }

  private static String get(RawClient client, String fields) throws Exception {
    return client
        .send("GET /app/x HTTP/1.1\r\nHost: shop.example\r\n" + fields + "\r\n")
        .response();
  }

  private static String body(String answer) {
    return answer.substring(answer.indexOf("\r\n\r\n") + 4);
  }

  private static String cookie(String answer) {
    return answer
        .lines()
        .filter(line -> line.regionMatches(true, 0, "set-cookie: ", 0, 12))
        .map(line -> "Cookie: " + line.substring(12, line.indexOf(';')) + "\r\n")
        .findFirst()
        .orElse("");
  }

  /**
   * Header goes before cookie, and cookie before weight; what says nothing leaves it to the next.
   */
  @ParameterizedTest
  @CsvSource({
    "always, '', 0, next",
    "never, '', 100, web",
    "other, '', 0, web",
    "other, '', 100, next",
    "Always, '', 0, web",
    "'', '', 0, web",
    "'', '', 100, next",
    "'', always, 0, next",
    "'', never, 100, web",
    "'', other, 0, web",
    "'', other, 100, next",
    "never, always, 100, web",
    "always, never, 0, next",
    "other, always, 0, next",
    "other, never, 100, web",
  })
  @ShowsKeys(annotations = {"canary", "canary-by-header", "canary-by-cookie"})
  void headerThenCookieThenWeightDecide(String header, String cookie, int weight, String body)
      throws Exception {
    Map<String, String> canary =
        Map.of(
            "canary-by-header", "X-Canary",
            "canary-by-cookie", "side",
            "canary-weight", String.valueOf(weight));
    String fields =
        (header.isEmpty() ? "" : "x-canary: " + header + "\r\n")
            + (cookie.isEmpty() ? "" : "Cookie: a=always; side=" + cookie + "; b=never\r\n");
    try (RunningGateway gateway = edge(Map.of(), canary).start();
        RawClient client = gateway.connect()) {
      for (int i = 0; i < 20; i++) {
        assertThat(body(get(client, fields))).isEqualTo(body);
      }
    }
  }

  @ParameterizedTest
  @CsvSource({
    "DoCanary, '', DoCanary, next",
    "DoCanary, '', DoCanaryToo, web",
    "DoCanary, '', docanary, web",
    "DoCanary, '', always, web",
    // With a value the expression says nothing.
    "DoCanary, '^Do[A-Z][a-z]+y$', DoCananry, web",
    "'', '^Do[A-Z][a-z]+y$', DoCananry, next",
    "'', '^Do[A-Z][a-z]+y$', xDoCananry, web",
    "'', '^Do[A-Z][a-z]+y$', always, web",
    // As with PCRE there, it is looked for anywhere in the value.
    "'', 'beta|gamma', is-gamma-2, next",
    "'', 'beta|gamma', is-delta, web",
  })
  @ShowsKeys(annotations = {"canary-by-header-value", "canary-by-header-pattern"})
  void valueOrExpressionIsAskedOfTheHeader(String value, String pattern, String sent, String body)
      throws Exception {
    Map<String, String> canary = new HashMap<>(Map.of("canary-by-header", "CanaryByHeader"));
    canary.put("canary-by-header-value", value);
    canary.put("canary-by-header-pattern", pattern);
    try (RunningGateway gateway = edge(Map.of(), canary).start();
        RawClient client = gateway.connect()) {
      assertThat(body(get(client, "CanaryByHeader: " + sent + "\r\n"))).isEqualTo(body);
    }
  }

  /** The bounds are 6.5 deviations off: a fair share leaves them less than once in 1e10 runs. */
  @ParameterizedTest
  @CsvSource({"20, 100", "200, 1000"})
  @ShowsKeys(annotations = {"canary-weight", "canary-weight-total"})
  void weightIsAShareOfAllRequests(String weight, String total) throws Exception {
    Map<String, String> canary = Map.of("canary-weight", weight, "canary-weight-total", total);
    int requests = 2000;
    try (RunningGateway gateway = edge(Map.of(), canary).start();
        RawClient client = gateway.connect()) {
      for (int i = 0; i < requests; i++) {
        assertThat(get(client, "")).startsWith("HTTP/1.1 200 ");
      }
    }
    double deviation = Math.sqrt(requests * 0.2 * 0.8);
    assertThat((double) next.total())
        .isBetween(requests * 0.2 - 6.5 * deviation, requests * 0.2 + 6.5 * deviation);
    assertThat(next.total() + web.total()).isEqualTo(requests);
  }

  @Test
  void weightChangesWhileRequestsCome() throws Exception {
    try (RunningGateway gateway = edge(Map.of(), Map.of("canary-weight", "0")).start();
        RawClient client = gateway.connect()) {
      for (String[] weight : new String[][] {{"0", "web"}, {"100", "next"}, {"0", "web"}}) {
        gateway.swap(edge(Map.of(), Map.of("canary-weight", weight[0])).configuration());
        for (int i = 0; i < 50; i++) {
          assertThat(body(get(client, ""))).isEqualTo(weight[1]);
        }
      }
    }
  }

  @Test
  void canaryOfNobody_takesNothing() throws Exception {
    IngressEdge alone =
        new IngressEdge()
            .service("next", next)
            .ingress("next", Map.of("canary", "true", "canary-weight", "100"), SHARE);
    try (RunningGateway gateway = alone.start();
        RawClient client = gateway.connect()) {
      assertThat(get(client, "")).startsWith("HTTP/1.1 404 ");
      assertThat(next.total()).isZero();
    }
  }

  @Test
  void canaryWithoutEndpoints_leavesItsShareToTheOther() throws Exception {
    IngressEdge empty =
        new IngressEdge()
            .service("web", web)
            .service("next")
            .ingress("web", Map.of(), RULE)
            .ingress("next", Map.of("canary", "true", "canary-weight", "100"), SHARE);
    try (RunningGateway gateway = empty.start();
        RawClient client = gateway.connect()) {
      assertThat(body(get(client, ""))).isEqualTo("web");
    }
  }

  /** All annotations but those of canaries are inherited of the main Ingress. */
  @ParameterizedTest
  @CsvSource({
    "whitelist-source-range, 10.0.0.0/8, 403",
    "force-ssl-redirect, true, 308",
    "auth-type, basic, 503",
    "permanent-redirect, https://new.example/, 301",
  })
  void termsAreThoseOfTheMainIngress(String key, String value, int status) throws Exception {
    Map<String, String> all = Map.of("canary-weight", "100");
    Map<String, String> allAndOwn = new HashMap<>(all);
    allAndOwn.put(key, value);
    try (RunningGateway gateway = edge(Map.of(key, value), all).start();
        RawClient client = gateway.connect()) {
      assertThat(get(client, "")).startsWith("HTTP/1.1 " + status + " ");
    }
    try (RunningGateway gateway = edge(Map.of(), allAndOwn).start();
        RawClient client = gateway.connect()) {
      assertThat(body(get(client, ""))).isEqualTo("next");
    }
  }

  @Test
  void pathIsRewrittenAsForTheMainIngress() throws Exception {
    IngressEdge edge =
        new IngressEdge()
            .service("web", web)
            .service("next", next)
            .ingress(
                "web",
                Map.of("rewrite-target", "/$1", "upstream-vhost", "inner.example"),
                IngressEdge.rule("shop.example", "/app/(.*)", "web", "/app/x.*", "web"))
            .ingress(
                "next",
                Map.of("canary", "true", "canary-by-header", "x-canary"),
                IngressEdge.rule("shop.example", "/app/(.*)", "next"));
    try (RunningGateway gateway = edge.start();
        RawClient client = gateway.connect()) {
      assertThat(body(get(client, "x-canary: always\r\n"))).isEqualTo("next");
      assertThat(next.request()).startsWith("GET /x HTTP/1.1\r\n").contains("Host: inner.example");
      assertThat(body(get(client, ""))).isEqualTo("web");
      assertThat(web.request()).startsWith("GET /x HTTP/1.1\r\n");
    }
  }

  /** {@code affinity-canary-behavior: sticky}, which is the default. */
  @ParameterizedTest
  @ValueSource(strings = {"balanced", "persistent"})
  @ShowsKeys(annotations = {"affinity-canary-behavior"})
  void clientStaysOnItsSide_whateverRulesSay(String mode) throws Exception {
    Map<String, String> sticky = Map.of("affinity", "cookie", "affinity-mode", mode);
    Map<String, String> canary =
        Map.of("canary-by-header", "x-canary", "canary-by-cookie", "side", "canary-weight", "1");
    try (RunningGateway gateway = edge(sticky, canary).start();
        RawClient client = gateway.connect()) {
      String there = get(client, "x-canary: always\r\n");
      String here = get(client, "x-canary: never\r\n");
      assertThat(body(there)).isEqualTo("next");
      assertThat(body(here)).isEqualTo("web");

      for (int i = 0; i < 50; i++) {
        String again = get(client, cookie(there) + "x-canary: never\r\n");
        assertThat(body(again)).isEqualTo("next");
        assertThat(cookie(again)).isEmpty();
        assertThat(body(get(client, cookie(here) + "x-canary: always\r\n"))).isEqualTo("web");
      }
    }
  }

  @Test
  void clientOfTheMainIngress_staysThereWhenACanaryComes_andGetsBackWhenItGoes() throws Exception {
    Map<String, String> sticky = Map.of("affinity", "cookie");
    IngressEdge before = new IngressEdge().service("web", web).ingress("web", sticky, RULE);
    try (RunningGateway gateway = before.start();
        RawClient client = gateway.connect()) {
      String old = cookie(get(client, ""));
      gateway.swap(edge(sticky, Map.of("canary-weight", "100")).configuration());
      assertThat(body(get(client, old))).isEqualTo("web");
      String fresh = get(client, "");
      assertThat(body(fresh)).isEqualTo("next");

      gateway.swap(before.configuration());
      String back = get(client, cookie(fresh));
      assertThat(body(back)).isEqualTo("web");
      assertThat(cookie(back)).isEmpty();
      assertThat(cookie(get(client, old))).isEmpty();
    }
  }

  /** A browser sends a cookie of the root's Ingress to the one below as well. */
  @Test
  void cookieOfAnotherIngress_saysNothing() throws Exception {
    Map<String, String> sticky = Map.of("affinity", "cookie");
    try (RawUpstream home = named("home");
        RunningGateway gateway =
            edge(sticky, Map.of("canary-weight", "100"))
                .service("home", home)
                .ingress("home", sticky, IngressEdge.rule("shop.example", "/", "home"))
                .start();
        RawClient client = gateway.connect()) {
      String ofHome =
          cookie(client.send("GET / HTTP/1.1\r\nHost: shop.example\r\n\r\n").response());
      assertThat(ofHome).isNotEmpty();
      assertThat(body(get(client, ofHome))).isEqualTo("next");
    }
  }

  /** {@code affinity-canary-behavior: legacy}: affinity is ignored where canaries are concerned. */
  @Test
  @ShowsKeys(annotations = {"affinity-canary-behavior"})
  void clientGoesWhereRulesSay_whereTheCanarySaysSo() throws Exception {
    Map<String, String> canary =
        Map.of(
            "canary-by-header", "x-canary",
            "canary-weight", "50",
            "affinity-canary-behavior", "legacy");
    try (RunningGateway gateway = edge(Map.of("affinity", "cookie"), canary).start();
        RawClient client = gateway.connect()) {
      assertThat(cookie(get(client, "x-canary: always\r\n"))).isEmpty();
      String here = cookie(get(client, "x-canary: never\r\n"));
      assertThat(here).isNotEmpty();
      assertThat(body(get(client, here + "x-canary: always\r\n"))).isEqualTo("next");

      // 64 times the same of two is less likely than 1e-18.
      Set<String> seen = new HashSet<>();
      for (int i = 0; i < 64; i++) {
        seen.add(body(get(client, here)));
      }
      assertThat(seen).containsExactlyInAnyOrder("web", "next");
    }
  }

  /** Explained without a request, it comes out as it does with one. */
  @ParameterizedTest
  @CsvSource({
    "x-canary, always, forwarded to shop/next:80 (as header or cookie says)",
    "x-canary, never, forwarded to shop/web:80 (as header or cookie says)",
    "cookie, side=always, forwarded to shop/next:80 (as header or cookie says)",
    "x-canary, other, 'forwarded to shop/web:80 (weight 90), shop/next:80 (weight 10)'",
  })
  void explainSaysWhere(String name, String value, String answer) {
    Map<String, String> canary =
        Map.of("canary-by-header", "x-canary", "canary-by-cookie", "side", "canary-weight", "10");
    Explainer explainer = Explainer.of(edge(Map.of(), canary).configuration());

    assertThat(
            explainer
                .explain(
                    ExplainQuery.parse(
                        "GET",
                        "http://shop.example/app/x",
                        List.of(name + ": " + value),
                        null,
                        null))
                .answer())
        .isEqualTo(answer);
  }

  private static int bodyLength(String head) {
    String lower = head.toLowerCase(Locale.ROOT);
    int from = lower.indexOf("content-length: ") + "content-length: ".length();
    return Integer.parseInt(lower.substring(from, lower.indexOf('\r', from)));
  }

  /** One name, whichever side a request goes to: caps, rules and metrics are per route. */
  @Test
  void spansAreOfTheMainIngresssRoute() throws Exception {
    try (RawUpstream collector =
            new RawUpstream(
                peer -> {
                  for (String head = peer.request(); head != null; head = peer.request()) {
                    peer.read(bodyLength(head));
                    peer.send("HTTP/1.1 202 Accepted\r\nContent-Length: 0\r\n\r\n");
                  }
                });
        RunningGateway gateway =
            edge(Map.of(), Map.of("canary-by-header", "x-canary"))
                .configMap(
                    "headwater",
                    Map.of(
                        "enable-opentracing", "true",
                        "zipkin-collector-host", "127.0.0.1",
                        "zipkin-collector-port", String.valueOf(collector.port())))
                .start();
        RawClient client = gateway.connect()) {
      for (String side : List.of("always", "never")) {
        get(client, "x-canary: " + side + "\r\n");
        assertThat(gateway.trace(1).get(0).tags()).containsEntry("headwater.route", "shop/web/0/0");
      }
    }
  }
}
