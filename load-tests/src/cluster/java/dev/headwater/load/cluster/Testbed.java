package dev.headwater.load.cluster;

import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** The API server that all classes of a run share: {@code deploy/testbed/run}. */
final class Testbed implements AutoCloseable {
  static final Path MODULE = Path.of(System.getProperty("headwater.module", ".")).toAbsolutePath();
  static final Path TARGET = MODULE.resolve("target/cluster");
  private static final Path SCRIPT = MODULE.resolve("../deploy/testbed/run").normalize();
  private static final Path STATE = TARGET.resolve("testbed");
  private static final int CANNOT_BE_HAD = 3;
  private static final int BUILD_MINUTES = 20;

  private final Path kubeconfig;

  private Testbed(Path kubeconfig) {
    this.kubeconfig = kubeconfig;
  }

  /** There is no API server on this machine, and no way to one. */
  static final class Unavailable extends Exception {
    private static final long serialVersionUID = 1;

    Unavailable(String reason) {
      super(reason);
    }
  }

  /** Starts it, which builds its programs where there are none yet. */
  static Testbed up() throws Exception {
    Files.createDirectories(TARGET);
    List<String> printed = command("up");
    Testbed testbed = new Testbed(Path.of(printed.get(printed.size() - 1)));
    // Should the run be ended from outside: processes in sessions of their own would stay.
    Runtime.getRuntime().addShutdownHook(new Thread(testbed::close));
    return testbed;
  }

  private static List<String> command(String... arguments) throws Exception {
    Path output = Files.createTempFile(TARGET, "testbed", ".out");
    try {
      List<String> command = new ArrayList<>(List.of(SCRIPT.toString()));
      command.addAll(List.of(arguments));
      ProcessBuilder builder =
          new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(output.toFile());
      builder.environment().put("TESTBED_RUN", STATE.toString());
      Process process = builder.start();
      if (!process.waitFor(BUILD_MINUTES, TimeUnit.MINUTES)) {
        process.destroyForcibly();
      }
      List<String> lines = Files.readAllLines(output);
      int code = process.waitFor();
      if (code == CANNOT_BE_HAD) {
        throw new Unavailable(String.join("\n", lines));
      }
      if (code != 0) {
        throw new IOException(command + " ended with " + code + ": " + String.join("\n", lines));
      }
      return lines;
    } finally {
      Files.deleteIfExists(output);
    }
  }

  /** Of an administrator. */
  Path kubeconfig() {
    return kubeconfig;
  }

  /** A kubeconfig of a ServiceAccount, which is made if need be. */
  Path account(String namespace, String name) throws Exception {
    return Path.of(command("account", namespace, name).get(0));
  }

  /** Runs kubectl as administrator; what it printed, a line each. */
  List<String> kubectl(String... arguments) throws Exception {
    return command(
        Stream.concat(Stream.of("kubectl"), Stream.of(arguments)).toArray(String[]::new));
  }

  /** Ends the API server as {@code kill -9} does. */
  void stopApiServer() throws Exception {
    command("stop", "kube-apiserver");
  }

  /** Starts it again, with what etcd has kept; returns when it is ready. */
  void startApiServer() throws Exception {
    command("start", "kube-apiserver");
  }

  /** Where etcd speaks JSON. */
  String etcd() throws IOException {
    String ports = Files.readString(STATE.resolve("ports"));
    return "http://127.0.0.1:" + ports.substring(0, ports.indexOf(' '));
  }

  /** The port of the API server. */
  int apiPort() throws IOException {
    return Integer.parseInt(Files.readString(STATE.resolve("ports")).strip().split(" ")[2]);
  }

  Path auditLog() {
    return file("audit.log");
  }

  /** Of its state, such as {@code admin.crt}. */
  Path file(String name) {
    return STATE.resolve(name);
  }

  /** A client of an administrator. */
  KubernetesClient client() {
    Config config =
        new ConfigBuilder(Config.fromKubeconfig(kubeconfig.toFile()))
            .withAutoConfigure(false)
            .withUserAgent("test")
            .build();
    return new KubernetesClientBuilder().withConfig(config).build();
  }

  @Override
  public void close() {
    try {
      command("down");
    } catch (Exception e) {
      throw new IllegalStateException("the testbed does not end", e);
    }
  }
}
