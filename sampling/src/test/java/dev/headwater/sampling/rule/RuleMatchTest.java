package dev.headwater.sampling.rule;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.re2j.Pattern;
import dev.headwater.sampling.network.NetworkSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RuleMatchTest {
  /** A request made of what matters to a test. */
  private record Request(
      @Nullable String route,
      String method,
      String host,
      String path,
      Map<String, String> headers,
      boolean trusted)
      implements SamplingFacts {
    static Request of(String method, String path) {
      return new Request("r", method, "a.example.com", path, new HashMap<>(), false);
    }

    static Request host(String host) {
      return new Request("r", "GET", host, "/", new HashMap<>(), false);
    }

    Request with(String header, String value) {
      headers.put(header, value);
      return this;
    }

    Request ofTrusted() {
      return new Request(route, method, host, path, headers, true);
    }

    @Override
    public @Nullable String header(String name) {
      return headers.get(name);
    }

    @Override
    public byte[] client() {
      return new byte[] {(byte) 192, 0, 2, 7};
    }
  }

  private static boolean holds(Condition condition, SamplingFacts facts) {
    return new RuleMatch(List.of(condition)).matches(facts);
  }

  @ParameterizedTest
  @CsvSource({
    "/api, /api, true",
    "/api, /api/x, true",
    "/api, /apix, false",
    "/api/, /api/x, true",
    "/api/, /api, false",
    "/, /x, true",
    "/api, /, false",
  })
  void prefix_takesWholeElements(String prefix, String path, boolean expected) {
    Condition condition = new Condition.Path(new PathPattern.Prefix(prefix));
    assertThat(holds(condition, Request.of("GET", path))).isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource({
    "/users/{id}, /users/1, true",
    "/users/{id}, /users/, false",
    "/users/{id}, /users, false",
    "/users/{id}, /users/1/x, false",
    "/users/{id}, /users/1/, false",
    "/users/{id}/x, /users/1/x, true",
    "/users/{id}/x, /users/1/y, false",
    "/{a}/{b}, /x/y, true",
    "/{a}/{b}, /x, false",
    "/{a}/{b}, /x//, false",
    "/users/{id}, /user/1, false",
    "/a, /a, true",
    "/a, /ab, false",
    "/ab, /a, false",
  })
  void template_takesAnyOneElementPerBrace(String template, String path, boolean expected) {
    Condition condition = new Condition.Path(new PathPattern.Template(template));
    assertThat(holds(condition, Request.of("GET", path))).isEqualTo(expected);
  }

  @Test
  void exactPaths_takeNoOther() {
    Condition one = new Condition.Path(new PathPattern.Exact("/a"));
    Condition some = new Condition.Path(new PathPattern.OneOf(Set.of("/a", "/bcd")));
    String longPath = "/" + "x".repeat(100);
    Condition longOnes = new Condition.Path(new PathPattern.OneOf(Set.of(longPath)));
    assertThat(holds(one, Request.of("GET", "/a"))).isTrue();
    assertThat(holds(one, Request.of("GET", "/a/"))).isFalse();
    assertThat(holds(some, Request.of("GET", "/bcd"))).isTrue();
    assertThat(holds(some, Request.of("GET", "/b"))).isFalse();
    assertThat(holds(longOnes, Request.of("GET", longPath))).isTrue();
    assertThat(holds(longOnes, Request.of("GET", longPath + "y"))).isFalse();
  }

  @ParameterizedTest
  @CsvSource({
    "a.example.com, a.example.com, true", "a.example.com, b.example.com, false",
    "*.example.com, a.example.com, true", "*.example.com, a.b.example.com, true",
    "*.example.com, example.com, false", "*.example.com, aexample.com, false",
    "*.example.com, .example.com, false",
  })
  void hosts_areExactOrBelowAName(String pattern, String host, boolean expected) {
    assertThat(holds(new Condition.Hosts(Set.of(pattern, "other")), Request.host(host)))
        .isEqualTo(expected);
  }

  @Test
  void headers_allHoldByValuePresenceAndExpression() {
    Condition condition =
        new Condition.Headers(
            List.of(
                new HeaderPattern("a", new HeaderPattern.Exact("1")),
                new HeaderPattern("b", new HeaderPattern.Present()),
                new HeaderPattern("c", new HeaderPattern.Regex(Pattern.compile("x+")))));
    Request request = Request.of("GET", "/").with("a", "1").with("b", "").with("c", "xx");
    assertThat(holds(condition, request)).isTrue();
    assertThat(holds(condition, request.with("c", "xxy"))).isFalse();
    assertThat(holds(condition, Request.of("GET", "/").with("a", "1").with("c", "x"))).isFalse();
  }

  @Test
  void regex_isLinearInTheValue() {
    Condition condition =
        new Condition.Headers(
            List.of(new HeaderPattern("a", new HeaderPattern.Regex(Pattern.compile("(a*)*b")))));
    Request request = Request.of("GET", "/").with("a", "a".repeat(8192));
    assertThat(holds(condition, request)).isFalse();
  }

  @Test
  void routeMethodNetworkAndTrust_areAsked() {
    Request request = Request.of("POST", "/");
    assertThat(holds(new Condition.OfRoute("r"), request)).isTrue();
    assertThat(holds(new Condition.OfRoute("s"), request)).isFalse();
    assertThat(holds(new Condition.Methods(Set.of("POST", "PUT")), request)).isTrue();
    assertThat(holds(new Condition.Methods(Set.of("GET")), request)).isFalse();
    assertThat(holds(networks("192.0.2.0/24"), request)).isTrue();
    assertThat(holds(networks("198.51.100.0/24"), request)).isFalse();
    assertThat(holds(new Condition.Trusted(false), request)).isTrue();
    assertThat(holds(new Condition.Trusted(true), request)).isFalse();
    assertThat(holds(new Condition.Trusted(true), request.ofTrusted())).isTrue();
  }

  private static Condition networks(String network) {
    return new Condition.Networks(NetworkSet.of(List.of(network)));
  }

  @Test
  void conditions_areAskedCheapOnesFirstAndEqualInAnyOrder() {
    Condition headers =
        new Condition.Headers(List.of(new HeaderPattern("a", new HeaderPattern.Present())));
    Condition route = new Condition.OfRoute("r");
    assertThat(new RuleMatch(List.of(headers, route)))
        .isEqualTo(new RuleMatch(List.of(route, headers)))
        .hasToString("{route: r, headers: [{name: a, present: true}]}");
  }

  @ParameterizedTest
  @CsvSource({
    "GET, /healthz, true", "HEAD, /-/ready, true", "POST, /healthz, false",
    "GET, /healthz/, false", "GET, /healthz/x, false", "GET, /xhealthz, false",
    "GET, /.well-known/acme-challenge/x, true", "GET, /.well-known/security.txt, false",
  })
  void shippedRules_takeExactHealthPathsAndAcme(String method, String path, boolean expected) {
    assertThat(isExcluded(NetworkSet.NONE, Request.of(method, path))).isEqualTo(expected);
  }

  @Test
  void shippedRules_takeProbesByAgentOnlyFromWhomOneBelieves() {
    NetworkSet here = NetworkSet.of(List.of("192.0.2.0/24"));
    NetworkSet elsewhere = NetworkSet.of(List.of("198.51.100.0/24"));
    for (String agent : List.of("kube-probe/1.31", "GoogleHC/1.0", "ELB-HealthChecker/2.0")) {
      Request stranger = Request.of("GET", "/x").with("user-agent", agent);
      assertThat(isExcluded(NetworkSet.NONE, stranger)).isFalse();
      assertThat(isExcluded(elsewhere, stranger)).isFalse();
      assertThat(isExcluded(here, stranger)).isTrue();
      assertThat(isExcluded(NetworkSet.NONE, stranger.ofTrusted())).isTrue();
    }
    Request browser = Request.of("GET", "/x").with("user-agent", "kube-probed").ofTrusted();
    assertThat(isExcluded(here, browser)).isFalse();
  }

  private static boolean isExcluded(NetworkSet probeNetworks, SamplingFacts facts) {
    return ShippedRules.of(probeNetworks).stream().anyMatch(rule -> rule.match().matches(facts));
  }
}
