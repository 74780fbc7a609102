package dev.headwater.load.cluster;

import dev.headwater.load.GatewayProcess;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** {@code ./headwater ingress} in a process of its own, with addresses on loopback. */
final class IngressProcess implements AutoCloseable {
  /** What statuses of Ingresses tell, where a test does not say otherwise (RFC 5737). */
  static final String PUBLISHED = "192.0.2.10";

  static final String LAUNCHER = Testbed.MODULE.resolve("../headwater").normalize().toString();
  private static final Duration PATIENCE = Duration.ofMinutes(1);

  private final HttpClient http = HttpClient.newHttpClient();
  private final GatewayProcess process;
  private final Ports ports;
  private final Clients clients;
  private final Path log;
  private final Duration readyAfter;
  private boolean ended;

  private IngressProcess(
      GatewayProcess process, Ports ports, Clients clients, Path log, Duration readyAfter) {
    this.process = process;
    this.ports = ports;
    this.clients = clients;
    this.log = log;
    this.readyAfter = readyAfter;
  }

  /** Where it listens on loopback. */
  record Ports(int http, int https, int admin, int probe) {
    static Ports free() {
      return new Ports(freePort(), freePort(), freePort(), freePort());
    }
  }

  /**
   * How one is started.
   *
   * @param name of its log
   * @param wrapper a command that runs the launcher; empty for none
   * @param flags beside those of its addresses
   */
  record Setup(
      String name,
      Path kubeconfig,
      List<String> wrapper,
      List<String> flags,
      Map<String, String> environment) {
    Setup with(String... more) {
      List<String> all = Stream.concat(flags.stream(), Stream.of(more)).toList();
      return new Setup(name, kubeconfig, wrapper, all, environment);
    }

    Setup variable(String variable, String value) {
      Map<String, String> all = new HashMap<>(environment);
      all.put(variable, value);
      return new Setup(name, kubeconfig, wrapper, flags, all);
    }

    Setup within(List<String> command) {
      return new Setup(name, kubeconfig, command, flags, environment);
    }

    /**
     * With a pod's way to look up names: another {@code /etc/resolv.conf}, in a mount namespace of
     * its own. Needs root.
     */
    Setup asking(ClusterDns dns) throws IOException {
      Path file = Testbed.TARGET.resolve(name + ".resolv.conf");
      Files.writeString(file, dns.resolvConf());
      return within(
          List.of(
              "unshare",
              "--mount",
              "sh",
              "-c",
              "mount --make-rprivate / && mount --bind \"$0\" /etc/resolv.conf && exec \"$@\"",
              file.toString()));
    }

    private List<String> command(Ports ports) {
      List<String> command = new ArrayList<>(wrapper);
      command.addAll(
          List.of(
              LAUNCHER,
              "ingress",
              "--kubeconfig=" + kubeconfig,
              "--http=127.0.0.1:" + ports.http,
              "--https=127.0.0.1:" + ports.https,
              "--admin=127.0.0.1:" + ports.admin,
              "--probe=127.0.0.1:" + ports.probe));
      if (flags.stream().noneMatch(flag -> flag.startsWith("--publish-"))) {
        command.add("--publish-address=" + PUBLISHED);
      }
      command.addAll(flags);
      return command;
    }
  }

  static Setup setup(String name, Path kubeconfig) {
    return new Setup(name, kubeconfig, List.of(), List.of(), Map.of("POD_NAME", name));
  }

  /** Has the launcher build what is newer, so that no start waits for it. */
  static void build() throws IOException, InterruptedException {
    int code =
        new ProcessBuilder(LAUNCHER, "version")
            .redirectErrorStream(true)
            .redirectOutput(Testbed.TARGET.resolve("build.log").toFile())
            .start()
            .waitFor();
    if (code != 0) {
      throw new IOException(LAUNCHER + " version ended with " + code);
    }
  }

  /** Starts one and waits until it is ready. */
  static IngressProcess start(Vertx vertx, Setup setup) throws Exception {
    Ports ports = Ports.free();
    Path log = Files.createDirectories(Testbed.TARGET).resolve(setup.name + ".log");
    long from = System.nanoTime();
    GatewayProcess process =
        GatewayProcess.start(
            setup.command(ports),
            log,
            URI.create("http://127.0.0.1:" + ports.admin + "/healthz"),
            PATIENCE,
            setup.environment);
    HttpClient http = HttpClient.newHttpClient();
    URI ready = URI.create("http://127.0.0.1:" + ports.admin + "/readyz");
    try {
      Await.until(
          setup.name + " is ready; see " + log,
          Duration.ofSeconds(60),
          () ->
              http.send(HttpRequest.newBuilder(ready).build(), BodyHandlers.discarding())
                      .statusCode()
                  == 200);
    } catch (Exception | AssertionError late) {
      process.kill();
      throw late;
    }
    return new IngressProcess(
        process,
        ports,
        new Clients(vertx, ports.http),
        log,
        Duration.ofNanos(System.nanoTime() - from));
  }

  private static int freePort() {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
      return socket.getLocalPort();
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Clients of its address in clear. */
  Clients clients() {
    return clients;
  }

  Ports ports() {
    return ports;
  }

  long pid() {
    return process.pid();
  }

  /** From its start to its first 200 of {@code /readyz}. */
  Duration readyAfter() {
    return readyAfter;
  }

  /** What it printed so far. */
  String log() throws IOException {
    return Files.readString(log);
  }

  /** A page of the operator's address. */
  HttpResponse<String> page(String path) throws IOException, InterruptedException {
    URI page = URI.create("http://127.0.0.1:" + ports.admin + path);
    return http.send(HttpRequest.newBuilder(page).build(), BodyHandlers.ofString());
  }

  /** Routes in matching order, then objects that there is something to say about. */
  List<JsonObject> routes() throws IOException, InterruptedException {
    return new JsonArray(page("/routes").body()).stream().map(JsonObject.class::cast).toList();
  }

  /** Ingresses of a namespace with something refused, changed or without effect, by name. */
  Set<String> remarked(String namespace) throws IOException, InterruptedException {
    String begin = "Ingress " + namespace + "/";
    return routes().stream()
        .map(each -> each.getString("object", ""))
        .filter(object -> object.startsWith(begin))
        .map(object -> object.substring(begin.length()))
        .collect(Collectors.toCollection(TreeSet::new));
  }

  /** The findings about an object; empty when there is nothing to say. */
  List<String> findings(String object) throws IOException, InterruptedException {
    return routes().stream()
        .filter(each -> object.equals(each.getString("object")))
        .flatMap(each -> each.getJsonArray("findings").stream())
        .map(String::valueOf)
        .toList();
  }

  /** Sends it a signal, such as STOP or CONT. */
  void signal(String name) throws IOException, InterruptedException {
    int code = new ProcessBuilder("kill", "-" + name, Long.toString(pid())).start().waitFor();
    if (code != 0) {
      throw new IOException("kill -" + name + " ended with " + code);
    }
  }

  /** Whether the process is still there. */
  boolean lives() {
    return ProcessHandle.of(pid()).map(ProcessHandle::isAlive).orElse(false);
  }

  /** Ends the process as {@code kill -9} does. */
  void kill() {
    ended = true;
    process.kill();
  }

  /** SIGTERM; fails unless it drains and exits with 0. */
  @Override
  public void close() {
    if (!ended) {
      ended = true;
      clients.close();
      process.close();
    }
  }
}
