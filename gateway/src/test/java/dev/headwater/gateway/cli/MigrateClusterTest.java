package dev.headwater.gateway.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code migrate ingress-nginx} of a cluster, whose API server answers as it is told. */
class MigrateClusterTest {
  private static final String SERVICES = "/api/v1/services";
  private static final String INGRESSES = "/apis/networking.k8s.io/v1/ingresses";
  private static final String SETTINGS =
      "/api/v1/namespaces/ingress-nginx/configmaps named ingress-nginx-controller";
  private static final String SECRET = "/api/v1/namespaces/shop/secrets named tls";

  private static final String INGRESS =
      """
      {"apiVersion": "networking.k8s.io/v1", "kind": "Ingress",
       "metadata": {"name": "web", "namespace": "shop", "annotations":
         {"nginx.ingress.kubernetes.io/proxy-read-timeout": "7"}},
       "spec": {"ingressClassName": "nginx", "tls": [{"hosts": ["a.test"], "secretName": "tls"}],
         "rules": [{"host": "a.test", "http": {"paths": [{"path": "/", "pathType": "Prefix",
           "backend": {"service": {"name": "web", "port": {"number": 80}}}}]}}]}}
      """;
  private static final String CONFIG_MAP =
      """
      {"apiVersion": "v1", "kind": "ConfigMap",
       "metadata": {"name": "ingress-nginx-controller", "namespace": "ingress-nginx"},
       "data": {"zipkin-sample-rate": "0.5"}}
      """;

  private final Map<String, JsonObject> objects = new ConcurrentHashMap<>();
  private final Map<String, Integer> refused = new ConcurrentHashMap<>();
  private final Queue<String> asked = new ConcurrentLinkedQueue<>();
  private HttpServer server;

  @TempDir Path folder;

  @BeforeEach
  void serve() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/", this::answer);
    server.start();
    objects.put(INGRESSES, new JsonObject(INGRESS));
    objects.put(SETTINGS, new JsonObject(CONFIG_MAP));
  }

  @AfterEach
  void stop() {
    server.stop(0);
  }

  /** Lists, of one object where there is one; with a selector under the name that it asks for. */
  private void answer(HttpExchange exchange) throws IOException {
    String query = exchange.getRequestURI().getQuery();
    String name =
        query == null ? "" : query.replaceFirst(".*metadata\\.name=([^&]*).*", " named $1");
    String what = exchange.getRequestURI().getPath() + name;
    asked.add(exchange.getRequestMethod() + " " + what);
    int status = refused.getOrDefault(what, 200);
    JsonArray items = new JsonArray();
    if (objects.containsKey(what)) {
      items.add(objects.get(what));
    }
    JsonObject body =
        status == 200
            ? new JsonObject()
                .put("kind", "List")
                .put("apiVersion", "v1")
                .put("metadata", new JsonObject())
                .put("items", items)
            : new JsonObject()
                .put("kind", "Status")
                .put("apiVersion", "v1")
                .put("status", "Failure")
                .put("message", "it is " + status)
                .put("code", status);
    byte[] bytes = body.encode().getBytes(StandardCharsets.UTF_8);
    exchange.getResponseHeaders().set("content-type", "application/json");
    exchange.sendResponseHeaders(status, bytes.length);
    exchange.getResponseBody().write(bytes);
    exchange.close();
  }

  private CommandLineRun.Result run(String... flags) throws IOException {
    Path kubeconfig = folder.resolve("kubeconfig");
    Files.writeString(
        kubeconfig,
        """
        apiVersion: v1
        kind: Config
        clusters: [{name: c, cluster: {server: "http://127.0.0.1:%d"}}]
        users: [{name: u, user: {token: t}}]
        contexts: [{name: x, context: {cluster: c, user: u}}]
        current-context: x
        """
            .formatted(server.getAddress().getPort()));
    String[] arguments = new String[flags.length + 4];
    arguments[0] = "migrate";
    arguments[1] = "ingress-nginx";
    arguments[2] = "--kubeconfig";
    arguments[3] = kubeconfig.toString();
    System.arraycopy(flags, 0, arguments, 4, flags.length);
    return new CommandLineRun().run(arguments);
  }

  @Test
  void keysOfTheClusterHaveTheirLines_andItIsOnlyListed() throws IOException {
    CommandLineRun.Result result = run();

    assertThat(result.exitCode()).as(result.err()).isZero();
    assertThat(result.err()).isEmpty();
    assertThat(result.out())
        .containsPattern(
            "ConfigMap ingress-nginx/ingress-nginx-controller +zipkin-sample-rate +0.5 +applied\n")
        .containsPattern("Ingress shop/web +\\S+/proxy-read-timeout +7 +applied\n")
        .containsPattern("Ingress shop/web +spec.tls\\[0].secretName +tls +refused +expected")
        .containsPattern("Ingress shop/web +spec.rules\\[0]\\S+ +web +refused +expected a Service");
    assertThat(asked)
        .containsExactlyInAnyOrder(
            "GET " + INGRESSES,
            "GET /apis/networking.k8s.io/v1/ingressclasses",
            "GET " + SERVICES,
            "GET " + SETTINGS,
            "GET " + SECRET);
  }

  @Test
  void whatMayNotBeReadIsNamed_andTheRestHasItsLines() throws IOException {
    refused.put(SECRET, 403);
    refused.put(SERVICES, 403);
    refused.put(SETTINGS, 403);
    CommandLineRun.Result result = run();

    assertThat(result.exitCode()).isEqualTo(1);
    assertThat(result.err().lines())
        .containsExactly(
            "ConfigMap ingress-nginx/ingress-nginx-controller: may not be read (403)",
            "Secret shop/tls: may not be read (403)",
            "Services: may not be read (403)");
    assertThat(result.out())
        .containsPattern("Ingress shop/web +\\S+/proxy-read-timeout +7 +applied\n")
        .doesNotContain("spec.tls")
        .doesNotContain("spec.rules");
  }

  @Test
  void anotherFailureEndsIt() throws IOException {
    refused.put(INGRESSES, 401);

    assertThat(run().err()).contains("the API server at http://127.0.0.1:", "it is 401");
    assertThat(run().exitCode()).isEqualTo(1);
  }

  @Test
  void aServerThatIsAwayIsNamed() throws IOException {
    server.stop(0);
    CommandLineRun.Result result = run();

    assertThat(result.exitCode()).isEqualTo(1);
    assertThat(result.out()).isEmpty();
    assertThat(result.err().lines())
        .singleElement()
        .asString()
        .contains("the API server at http://127.0.0.1:" + server.getAddress().getPort());
  }

  @Test
  void aConfigMapThatIsNotThereIsTold_andIsNoTrouble() throws IOException {
    CommandLineRun.Result result = run("--configmap", "edge/settings");

    assertThat(result.exitCode()).isZero();
    assertThat(result.err()).contains("ConfigMap edge/settings is not there");
    assertThat(result.out()).contains("proxy-read-timeout").doesNotContain("zipkin-sample-rate");
  }

  @Test
  void rightsAreThoseForTheObjectsFound_andNoSecretIsReadForThem() throws IOException {
    CommandLineRun.Result result = run("--rbac", "--service-account", "edge/gate");

    assertThat(result.exitCode()).isZero();
    assertThat(result.out())
        .contains("name: gate-secrets\n  namespace: \"shop\"\n")
        .contains("resources: [secrets]\n    resourceNames:\n      - \"tls\"\n")
        .contains("name: gate-settings\n  namespace: \"ingress-nginx\"\n")
        .doesNotContain("OBJECT");
    assertThat(asked)
        .containsExactlyInAnyOrder(
            "GET " + INGRESSES, "GET /apis/networking.k8s.io/v1/ingressclasses");
  }

  @Test
  void flagsThatMakeNoSenseAreTold() throws IOException {
    assertThat(run("file.yaml").err()).contains("--kubeconfig and files exclude each other");
    assertThat(run("file.yaml").exitCode()).isEqualTo(2);
    assertThat(run("--service-account", "gate").err())
        .contains("--service-account: gate (expected NAMESPACE/NAME)");
    assertThat(run("--configmap", "a/b/c").exitCode()).isEqualTo(2);
  }
}
