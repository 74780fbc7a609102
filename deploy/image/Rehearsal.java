import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509ExtendedTrustManager;

/**
 * What {@code headwater ingress} meets in a cluster, as little of it as makes it load its classes:
 * an API server with one Ingress, a service behind it, a collector, and a client over HTTP/1, TLS
 * and HTTP/2. Everything is on loopback and ends with this process.
 *
 * <p>{@code java Rehearsal.java DIRECTORY SEEN_AS PROGRAM ARGUMENT...}: writes a kubeconfig to
 * DIRECTORY, which the program sees as SEEN_AS, starts {@code PROGRAM ARGUMENT... ingress ...},
 * sends requests once it is ready, ends it with SIGTERM, and ends with its exit code.
 */
final class Rehearsal {
  private static final int REQUESTS = 50;
  private static final long PATIENCE_S = 60;

  /** Kinds by the path of their list, and the items of each; %d is the port of the service. */
  private static final Map<String, String> LISTS =
      Map.of(
          "/apis/networking.k8s.io/v1/ingressclasses",
          list(
              "networking.k8s.io/v1",
              "IngressClass",
              """
              {"metadata": {"name": "headwater", "uid": "1", "resourceVersion": "1"},
               "spec": {"controller": "headwater.dev/ingress-controller"}}\
              """),
          "/apis/networking.k8s.io/v1/ingresses",
          list(
              "networking.k8s.io/v1",
              "Ingress",
              """
              {"metadata": {"name": "web", "namespace": "shop", "uid": "2", "resourceVersion": "1",
                            "creationTimestamp": "2026-01-01T00:00:00Z",
                            "annotations": {"nginx.ingress.kubernetes.io/proxy-read-timeout": "30"}},
               "spec": {"ingressClassName": "headwater", "rules": [{"http": {"paths": [
                 {"path": "/", "pathType": "Prefix",
                  "backend": {"service": {"name": "web", "port": {"name": "http"}}}}]}}]}}\
              """),
          "/api/v1/services",
          list(
              "v1",
              "Service",
              """
              {"metadata": {"name": "web", "namespace": "shop", "uid": "3", "resourceVersion": "1"},
               "spec": {"clusterIP": "10.96.0.9", "ports": [{"name": "http", "port": 80, "targetPort": 8080}]}}\
              """),
          "/apis/discovery.k8s.io/v1/endpointslices",
          list(
              "discovery.k8s.io/v1",
              "EndpointSlice",
              """
              {"metadata": {"name": "web-1", "namespace": "shop", "uid": "4", "resourceVersion": "1",
                            "labels": {"kubernetes.io/service-name": "web"}},
               "addressType": "IPv4", "ports": [{"name": "http", "port": %d, "protocol": "TCP"}],
               "endpoints": [{"addresses": ["127.0.0.1"], "conditions": {"ready": true}}]}\
              """),
          "/api/v1/namespaces",
          list(
              "v1",
              "Namespace",
              """
              {"metadata": {"name": "shop", "uid": "5", "resourceVersion": "1"}}\
              """),
          "/api/v1/namespaces/headwater/configmaps",
          list(
              "v1",
              "ConfigMap",
              """
              {"metadata": {"name": "headwater", "namespace": "headwater", "uid": "6", "resourceVersion": "1"},
               "data": {"enable-opentracing": "true", "zipkin-collector-host": "127.0.0.1",
                        "zipkin-collector-port": "%d",
                        "sampling": "rate: 0.5\\nrules: [{name: all, match: {path: {prefix: /x}}, always: true}]"}}\
              """));

  private static final Map<String, String> BOOKMARKS =
      LISTS.entrySet().stream()
          .collect(Collectors.toMap(Map.Entry::getKey, list -> bookmark(list.getValue())));

  private final CountDownLatch reported = new CountDownLatch(1);
  private final Map<String, String> written = new ConcurrentHashMap<>();
  private int servicePort;

  public static void main(String[] arguments) {
    List<String> program = List.of(arguments).subList(2, arguments.length);
    int code = 1;
    try {
      code = new Rehearsal().rehearse(Path.of(arguments[0]), arguments[1], program);
    } catch (Exception failed) {
      failed.printStackTrace();
    }
    // The servers' threads would keep the process.
    System.exit(code);
  }

  private int rehearse(Path directory, String seenAs, List<String> program) throws Exception {
    HttpServer service = HttpServer.create(loopback(0), 0);
    service.createContext("/", this::answer);
    start(service);
    servicePort = service.getAddress().getPort();
    HttpsServer cluster = HttpsServer.create(loopback(0), 0);
    cluster.setHttpsConfigurator(new HttpsConfigurator(identity(directory.resolve("api.p12"))));
    cluster.createContext("/", this::serveCluster);
    start(cluster);
    Files.writeString(
        directory.resolve("kubeconfig"), kubeconfig(cluster.getAddress().getPort(), seenAs));
    Ports ports = new Ports(freePort(), freePort(), freePort());
    List<String> command = new ArrayList<>(program);
    command.addAll(ingress(seenAs, ports));
    Process gateway = new ProcessBuilder(command).inheritIO().start();
    try {
      use(gateway, ports);
      gateway.destroy();
      return gateway.waitFor();
    } finally {
      gateway.destroyForcibly();
    }
  }

  /** Where the gateway listens. */
  private record Ports(int clear, int secure, int probe) {}

  private static String kubeconfig(int port, String seenAs) {
    return """
    apiVersion: v1
    kind: Config
    clusters: [{name: it, cluster: {server: "https://127.0.0.1:%d", certificate-authority: %s/api.crt}}]
    users: [{name: it, user: {token: none}}]
    contexts: [{name: it, context: {cluster: it, user: it, namespace: headwater}}]
    current-context: it
    """
        .formatted(port, seenAs);
  }

  private static List<String> ingress(String seenAs, Ports ports) {
    String flags =
        "ingress --kubeconfig=%s/kubeconfig --configmap=headwater/headwater --admin=127.0.0.1:0"
            + " --publish-address=192.0.2.1 --http=127.0.0.1:%d --https=127.0.0.1:%d"
            + " --probe=127.0.0.1:%d";
    return List.of(
        flags.formatted(seenAs, ports.clear(), ports.secure(), ports.probe()).split(" "));
  }

  private void use(Process gateway, Ports ports) throws Exception {
    HttpClient client =
        HttpClient.newBuilder().sslContext(anyone()).version(HttpClient.Version.HTTP_2).build();
    HttpClient older = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    awaitReady(gateway, older, "http://127.0.0.1:" + ports.probe() + "/readyz");
    for (int i = 0; i < REQUESTS; i++) {
      expect(older, "http://127.0.0.1:" + ports.clear() + "/x");
      expect(client, "https://127.0.0.1:" + ports.secure() + "/x");
    }
    expect(older, "http://127.0.0.1:" + ports.probe() + "/metrics");
    if (!reported.await(PATIENCE_S, TimeUnit.SECONDS)) {
      throw new IllegalStateException("no span was reported");
    }
  }

  private static void awaitReady(Process gateway, HttpClient client, String url) throws Exception {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_S);
    while (true) {
      try {
        if (client.send(get(url), BodyHandlers.ofString()).statusCode() == 200) {
          return;
        }
      } catch (IOException notYet) {
        // Nothing listens so far.
      }
      if (gateway.waitFor(50, TimeUnit.MILLISECONDS) || System.nanoTime() > end) {
        throw new IllegalStateException("the gateway did not get ready");
      }
    }
  }

  private static void expect(HttpClient client, String url) throws Exception {
    int status = client.send(get(url), BodyHandlers.ofString()).statusCode();
    if (status != 200) {
      throw new IllegalStateException(url + " was answered " + status + " (expected 200)");
    }
  }

  private static HttpRequest get(String url) {
    return HttpRequest.newBuilder(URI.create(url)).build();
  }

  /** The service, and the collector beside it. */
  private void answer(HttpExchange exchange) throws IOException {
    exchange.getRequestBody().readAllBytes();
    boolean spans = exchange.getRequestURI().getPath().equals("/api/v2/spans");
    send(exchange, spans ? 202 : 200, spans ? "" : "hello");
    if (spans) {
      reported.countDown();
    }
  }

  /** Lists, watches that tell nothing, and whatever is written as it was written. */
  private void serveCluster(HttpExchange exchange) throws IOException {
    String path = exchange.getRequestURI().getPath();
    String query = String.valueOf(exchange.getRequestURI().getQuery());
    String body;
    try (InputStream in = exchange.getRequestBody()) {
      body = new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
    exchange.getResponseHeaders().set("Content-Type", "application/json");
    if (exchange.getRequestHeaders().containsKey("Upgrade")) {
      // No WebSocket here: the client then watches over a response that does not end.
      send(exchange, 200, "");
    } else if (query.contains("watch=true")) {
      // The head goes out with the first bytes of the body only.
      exchange.sendResponseHeaders(200, 0);
      exchange.getResponseBody().write(BOOKMARKS.get(path).getBytes(StandardCharsets.UTF_8));
      exchange.getResponseBody().flush();
    } else if (LISTS.containsKey(path)) {
      send(exchange, 200, LISTS.get(path).replace("%d", Integer.toString(servicePort)));
    } else if (exchange.getRequestMethod().equals("POST")) {
      written.put(path.substring(path.lastIndexOf('/')), body);
      send(exchange, 201, body);
    } else if (path.contains("/leases/") && written.containsKey("/leases")) {
      send(exchange, 200, written.get("/leases"));
    } else {
      String missing =
          """
          {"kind": "Status", "apiVersion": "v1", "status": "Failure", "reason": "NotFound", "code": 404}\
          """;
      send(exchange, 404, missing);
    }
  }

  private static void send(HttpExchange exchange, int status, String body) throws IOException {
    byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
    exchange.sendResponseHeaders(status, bytes.length == 0 ? -1 : bytes.length);
    exchange.getResponseBody().write(bytes);
    exchange.close();
  }

  /** What a watch begins with: nothing has changed since the list. */
  private static String bookmark(String list) {
    Matcher kind =
        Pattern.compile("\"kind\": \"(\\w+)List\", \"apiVersion\": \"([^\"]+)\"").matcher(list);
    if (!kind.find()) {
      throw new IllegalArgumentException("list: " + list);
    }
    return """
    {"type": "BOOKMARK", "object": {"kind": "%s", "apiVersion": "%s", "metadata": {"resourceVersion": "1"}}}
    """
        .formatted(kind.group(1), kind.group(2));
  }

  private static String list(String version, String kind, String item) {
    return """
    {"kind": "%sList", "apiVersion": "%s", "metadata": {"resourceVersion": "1"}, "items": [\
    """
            .formatted(kind, version)
        + "{\"kind\": \""
        + kind
        + "\", \"apiVersion\": \""
        + version
        + "\", "
        + item.substring(1)
        + "]}";
  }

  private static InetSocketAddress loopback(int port) {
    return new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
  }

  private static void start(HttpServer server) {
    server.setExecutor(
        Executors.newCachedThreadPool(
            task -> {
              Thread thread = new Thread(task);
              thread.setDaemon(true);
              return thread;
            }));
    server.start();
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket()) {
      socket.bind(loopback(0));
      return socket.getLocalPort();
    }
  }

  private static SSLContext identity(Path keystore) throws Exception {
    char[] password = "rehearsal".toCharArray();
    KeyStore store = KeyStore.getInstance("PKCS12");
    try (InputStream in = Files.newInputStream(keystore)) {
      store.load(in, password);
    }
    KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    keys.init(store, password);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(keys.getKeyManagers(), null, null);
    return context;
  }

  /** The gateway shows the certificate that it makes for itself. */
  private static SSLContext anyone() throws Exception {
    X509ExtendedTrustManager all =
        new X509ExtendedTrustManager() {
          @Override
          public void checkClientTrusted(X509Certificate[] chain, String type) {}

          @Override
          public void checkServerTrusted(X509Certificate[] chain, String type) {}

          @Override
          public void checkClientTrusted(X509Certificate[] c, String t, java.net.Socket s) {}

          @Override
          public void checkServerTrusted(X509Certificate[] c, String t, java.net.Socket s) {}

          @Override
          public void checkClientTrusted(X509Certificate[] c, String t, SSLEngine e) {}

          @Override
          public void checkServerTrusted(X509Certificate[] c, String t, SSLEngine e) {}

          @Override
          public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[0];
          }
        };
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(null, new TrustManager[] {all}, new SecureRandom());
    return context;
  }
}
