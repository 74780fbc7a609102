package dev.headwater.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Clients that stay at one endpoint by a cookie, through real requests. */
class ITIngressAffinity {
  private static RawUpstream named(String name) throws Exception {
    return RawUpstream.answering(
        "HTTP/1.1 200 OK\r\nContent-Length: " + name.length() + "\r\n\r\n" + name);
  }

  private static IngressEdge edge(Map<String, String> more, RawUpstream... upstreams) {
    Map<String, String> annotations = new HashMap<>(Map.of("affinity", "cookie"));
    annotations.putAll(more);
    return new IngressEdge()
        .service("web", upstreams)
        .ingress("web", annotations, IngressEdge.rule("shop.example", "/app", "web"));
  }

  private static String get(RawClient client, String cookie) throws Exception {
    String field = cookie.isEmpty() ? "" : "Cookie: a=b; " + cookie + "; c=d\r\n";
    return client.send("GET /app/x HTTP/1.1\r\nHost: shop.example\r\n" + field + "\r\n").response();
  }

  private static String cookie(String answer) {
    return answer
        .lines()
        .filter(line -> line.regionMatches(true, 0, "set-cookie: ", 0, 12))
        .map(line -> line.substring(12))
        .findFirst()
        .orElse("");
  }

  private static String body(String answer) {
    return answer.substring(answer.indexOf("\r\n\r\n") + 4);
  }

  @ParameterizedTest
  @ValueSource(strings = {"balanced", "persistent"})
  @ShowsKeys(annotations = {"affinity", "affinity-mode"})
  void aClientWithItsCookieStays_andOthersAreSpread(String mode) throws Exception {
    try (RawUpstream a = named("a");
        RawUpstream b = named("b");
        RawUpstream c = named("c");
        RunningGateway gateway = edge(Map.of("affinity-mode", mode), a, b, c).start();
        RawClient client = gateway.connect()) {
      Set<String> seen = new HashSet<>();
      for (int i = 0; i < 40; i++) {
        String first = get(client, "");
        String given = cookie(first);
        seen.add(body(first));
        assertThat(given).matches("INGRESSCOOKIE=[0-9a-f]+~[0-9a-f]+; Path=/app; HttpOnly");

        String own = given.substring(0, given.indexOf(';'));
        for (int j = 0; j < 5; j++) {
          String next = get(client, own);
          assertThat(body(next)).isEqualTo(body(first));
          assertThat(cookie(next)).isEmpty();
        }
      }
      assertThat(seen).containsExactlyInAnyOrder("a", "b", "c");
    }
  }

  @Test
  @ShowsKeys(
      annotations = {
        "session-cookie-name",
        "session-cookie-path",
        "session-cookie-domain",
        "session-cookie-samesite",
        "session-cookie-secure",
        "session-cookie-max-age",
        "session-cookie-expires"
      })
  void cookieIsWhatTheIngressSays() throws Exception {
    Map<String, String> annotations =
        Map.of(
            "session-cookie-name", "route",
            "session-cookie-path", "/",
            "session-cookie-domain", "shop.example",
            "session-cookie-max-age", "172800",
            "session-cookie-expires", "172800",
            "session-cookie-samesite", "lax",
            "session-cookie-secure", "true");
    try (RawUpstream upstream = named("a");
        RunningGateway gateway = edge(annotations, upstream).start();
        RawClient client = gateway.connect()) {
      assertThat(cookie(get(client, "")))
          .matches(
              "route=[0-9a-f]+~[0-9a-f]+; Path=/; Domain=shop.example; Max-Age=172800; SameSite=Lax;"
                  + " Expires=[A-Z][a-z]{2}, [0-9]{2} [A-Z][a-z]{2} [0-9]{4}"
                  + " [0-9]{2}:[0-9]{2}:[0-9]{2} GMT; Secure; HttpOnly");
    }
  }

  @Test
  void aCookieOfAnEndpointThatIsGone_isReplaced() throws Exception {
    try (RawUpstream upstream = named("a");
        RunningGateway gateway = edge(Map.of("affinity-mode", "persistent"), upstream).start();
        RawClient client = gateway.connect()) {
      assertThat(cookie(get(client, "INGRESSCOOKIE=1234"))).startsWith("INGRESSCOOKIE=");
    }
  }

  /** As ingress-nginx documents it: another endpoint only where the Ingress says so. */
  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  @ShowsKeys(annotations = "session-cookie-change-on-failure")
  void aClientWhoseEndpointFails_goesOnWhereTheIngressSaysSo(boolean changes) throws Exception {
    try (RawUpstream works = named("works");
        RawUpstream fails =
            new RawUpstream(
                peer -> {
                  peer.request();
                  peer.reset();
                });
        RunningGateway gateway =
            edge(Map.of("session-cookie-change-on-failure", String.valueOf(changes)), works, fails)
                .start();
        RawClient client = gateway.connect()) {
      int moved = 0;
      int failed = 0;
      for (int i = 0; i < 24; i++) {
        String key = "INGRESSCOOKIE=key" + i;
        String answer = get(client, key);
        failed += answer.startsWith("HTTP/1.1 502 ") ? 1 : 0;
        if (!cookie(answer).isEmpty()) {
          moved++;
          assertThat(answer).startsWith("HTTP/1.1 200 ");
          String now = cookie(answer).substring(0, cookie(answer).indexOf(';'));
          assertThat(cookie(get(client, now))).isEmpty();
        }
      }
      assertThat(moved > 0).isEqualTo(changes);
      assertThat(failed == 0).isEqualTo(changes);
    }
  }
}
