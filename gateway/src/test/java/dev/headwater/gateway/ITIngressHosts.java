package dev.headwater.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Annotations of an Ingress about its hosts, through real requests. */
class ITIngressHosts {
  private static String get(String host, String target) {
    return "GET " + target + " HTTP/1.1\r\nHost: " + host + "\r\n\r\n";
  }

  private static IngressEdge edge(RawUpstream upstream, String annotation, String value) {
    return new IngressEdge()
        .service("web", upstream)
        .ingress("web", Map.of(annotation, value), IngressEdge.rule("shop.example", "/", "web"));
  }

  private static String location(String answer) {
    return answer
        .lines()
        .filter(line -> line.regionMatches(true, 0, "location: ", 0, 10))
        .map(line -> line.substring(10))
        .findFirst()
        .orElse("none");
  }

  @ParameterizedTest
  @CsvSource({
    "/, 302, http://shop.example:8080/app?x=1",
    "/?q=a, 302, http://shop.example:8080/app?x=1",
    "//, 302, http://shop.example:8080/app?x=1",
    "/app, 200, none",
    "/index.html, 200, none",
  })
  @ShowsKeys(annotations = "app-root")
  void rootLeadsToTheApplication(String target, int status, String location) throws Exception {
    try (RawUpstream upstream = RawUpstream.answering(RawUpstream.OK);
        RunningGateway gateway = edge(upstream, "app-root", "/app?x=1").start();
        RawClient client = gateway.connect()) {
      String answer = client.send(get("shop.example:8080", target)).response();

      assertThat(answer).startsWith("HTTP/1.1 " + status + " ");
      assertThat(location(answer)).isEqualTo(location);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "www.shop.example, /a%20b/?c=d, 308, http://shop.example/a%20b/?c=d",
    "WWW.Shop.Example:8080, /, 308, http://shop.example/",
    "shop.example, /a, 200, none",
    "other.shop.example, /a, 404, none",
  })
  @ShowsKeys(annotations = "from-to-www-redirect")
  void nameWithWwwLeadsToTheOneWithout(String host, String target, int status, String location)
      throws Exception {
    try (RawUpstream upstream = RawUpstream.answering(RawUpstream.OK);
        RunningGateway gateway = edge(upstream, "from-to-www-redirect", "true").start();
        RawClient client = gateway.connect()) {
      String answer = client.send(get(host, target)).response();

      assertThat(answer).startsWith("HTTP/1.1 " + status + " ");
      assertThat(location(answer)).isEqualTo(location);
    }
  }

  @Test
  void redirectKeepsTheSchemeThatABelievedProxyTells() throws Exception {
    try (RawUpstream upstream = RawUpstream.answering(RawUpstream.OK);
        RunningGateway gateway =
            edge(upstream, "from-to-www-redirect", "true")
                .configMap("headwater", Map.of("use-forwarded-headers", "true"))
                .start();
        RawClient client = gateway.connect()) {
      String request =
          get("www.shop.example", "/a").replace("Host:", "X-Forwarded-Proto: https\r\nHost:");

      assertThat(location(client.send(request).response())).isEqualTo("https://shop.example/a");
    }
  }

  @ParameterizedTest
  @CsvSource({
    "shop.example, 200",
    "alias.example, 200",
    "ALIAS.example:80, 200",
    "x.wild.example, 200",
    "x.y.wild.example, 404",
    "other.example, 404",
  })
  @ShowsKeys(annotations = "server-alias")
  void aliasIsServedAsTheHost(String host, int status) throws Exception {
    try (RawUpstream upstream = RawUpstream.answering(RawUpstream.OK);
        RunningGateway gateway =
            edge(upstream, "server-alias", "alias.example, *.wild.example").start();
        RawClient client = gateway.connect()) {
      assertThat(client.send(get(host, "/a")).response()).startsWith("HTTP/1.1 " + status + " ");
      if (status == 200) {
        assertThat(upstream.request()).contains("\r\nHost: " + host + "\r\n");
      }
    }
  }
}
