package dev.headwater.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headwater.gateway.fault.StrictAnswer;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Backends in a mesh, through requests. */
class ITIngressMesh {
  private static final String FIELD = "l5d-dst-override: ";
  private static final String MESH = "headwater.dev/mesh";
  private static final String GET =
      "GET / HTTP/1.1\r\nHost: shop.example\r\n" + FIELD + "db.internal.svc:80\r\n\r\n";

  private RawUpstream web;
  private RawUpstream next;

  @BeforeEach
  void listen() throws Exception {
    web = RawUpstream.answering(RawUpstream.OK);
    next = RawUpstream.answering(RawUpstream.OK);
  }

  @AfterEach
  void close() {
    web.close();
    next.close();
  }

  private IngressEdge edge(Map<String, String> annotations) {
    return new IngressEdge()
        .service("web", web)
        .service("next", next)
        .ingress("web", annotations, IngressEdge.rule("shop.example", "/", "web"));
  }

  private static String seen(IngressEdge edge, RawUpstream by) throws Exception {
    try (RunningGateway gateway = edge.start();
        RawClient client = gateway.connect()) {
      assertThat(client.send(GET).answer().status()).isEqualTo(200);
    }
    return by.request();
  }

  @Test
  void sidecarInIngressMode_isToldTheService_whateverAStrangerSays() throws Exception {
    String head = seen(edge(Map.of(MESH, "linkerd-ingress")), web);
    assertThat(head).containsOnlyOnce(FIELD).contains(FIELD + "web.shop.svc.cluster.local:80\r\n");
  }

  @Test
  void eachShareOfACanary_isToldAsItsOwnService() throws Exception {
    IngressEdge edge =
        edge(Map.of(MESH, "linkerd-ingress"))
            .ingress(
                "next",
                Map.of("canary", "true", "canary-weight", "100"),
                IngressEdge.rule("shop.example", "/", "next"));
    assertThat(seen(edge, next)).contains(FIELD + "next.shop.svc.cluster.local:80\r\n");
  }

  @Test
  @ShowsKeys(configMap = "mesh")
  void controllersMesh_holdsUnlessTheIngressSaysAnother() throws Exception {
    Map<String, String> settings = Map.of("mesh", "linkerd-ingress");
    assertThat(seen(edge(Map.of()).configMap("headwater", settings), web))
        .contains(FIELD + "web.shop.svc.cluster.local:80\r\n");
    assertThat(seen(edge(Map.of(MESH, "linkerd")).configMap("headwater", settings), web))
        .doesNotContain(FIELD);
  }

  /** As Linkerd's proxy answers where it cannot reach a Service. */
  @ParameterizedTest
  @CsvSource({"503, service in fail-fast", "200, "})
  void errorOfASidecar_isATagOfTheAttempt(int status, String tag) throws Exception {
    String answer =
        "HTTP/1.1 "
            + status
            + " X\r\nl5d-proxy-error: service in fail-fast\r\n"
            + "Content-Length: 0\r\n\r\n";
    try (RawUpstream proxy = RawUpstream.answering(answer);
        RunningGateway gateway = RunningGateway.of(Configurations.to(proxy.port()));
        RawClient client = gateway.connect()) {
      StrictAnswer seen = client.send(GET).answer();
      assertThat(seen.status()).isEqualTo(status);
      assertThat(gateway.trace(1).get(1).tags().get("l5d.proxy_error")).isEqualTo(tag);
    }
  }
}
