package dev.headwater.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;

/** {@code custom-headers} through real requests. */
class ITIngressHeaders {
  private static final String GET = "GET /a HTTP/1.1\r\nHost: shop.example\r\n\r\n";
  private static final String ANSWER =
      "HTTP/1.1 200 OK\r\nX-Frame-Options: SAMEORIGIN\r\nX-Powered-By: x\r\n"
          + "Content-Length: 0\r\n\r\n";

  private static IngressEdge edge(RawUpstream upstream, String allowed) {
    return new IngressEdge()
        .service("web", upstream)
        .configMap("headwater", Map.of("global-allowed-response-headers", allowed))
        .configMap("fields", Map.of("X-Frame-Options", "DENY", "X-Powered-By", "", "X-More", "a b"))
        .ingress(
            "web",
            Map.of("custom-headers", "shop/fields"),
            IngressEdge.rule("shop.example", "/a", "web"));
  }

  @Test
  @ShowsKeys(configMap = "global-allowed-response-headers", annotations = "custom-headers")
  void fieldsAreSetOnResponses_inPlaceOfTheBackends() throws Exception {
    try (RawUpstream upstream = RawUpstream.answering(ANSWER);
        RunningGateway gateway = edge(upstream, "X-Frame-Options,X-Powered-By,X-More").start();
        RawClient client = gateway.connect()) {
      String answer = client.send(GET).response();

      assertThat(answer)
          .startsWith("HTTP/1.1 200 ")
          .containsIgnoringCase("x-frame-options: DENY\r\n")
          .containsIgnoringCase("x-more: a b\r\n")
          .doesNotContainIgnoringCase("sameorigin")
          .doesNotContainIgnoringCase("x-powered-by");
    }
  }

  @Test
  void nobodyIsServed_withoutFieldsThatBelongToTheAnswer() throws Exception {
    try (RawUpstream upstream = RawUpstream.answering(ANSWER);
        RunningGateway gateway = edge(upstream, "X-Frame-Options").start();
        RawClient client = gateway.connect()) {
      assertThat(client.send(GET).response()).startsWith("HTTP/1.1 503 ");
      assertThat(upstream.total()).isZero();
    }
  }
}
