package dev.headwater.gateway;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** The program in a process of its own, started through a shell so that limits can be set on it. */
final class EdgeProcess implements AutoCloseable {
  private final Process process;
  private final Path log;
  private final Path file;
  private final int port;
  private final int admin;

  /**
   * Starts and waits until it is ready.
   *
   * @param limits shell commands that come first, such as {@code ulimit -n 200;}
   * @param rest of the configuration, behind a listener {@code web} and an admin address
   */
  EdgeProcess(Path folder, String limits, int port, String listener, String rest) throws Exception {
    this.port = port;
    this.admin = freePort();
    this.log = Files.createTempFile(folder, "edge", ".log");
    this.file = Files.createTempFile(folder, "edge", ".yaml");
    Files.writeString(
        file,
        """
        listeners: [{name: web, address: "127.0.0.1:%d"%s}]
        admin: {address: "127.0.0.1:%d"}
        """
                .formatted(port, listener, admin)
            + rest);
    List<String> command = new ArrayList<>(List.of("/bin/sh", "-c", limits + " exec \"$@\"", "sh"));
    command.addAll(
        List.of(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-Xmx128m",
            "-XX:+UseSerialGC",
            "-XX:TieredStopAtLevel=1",
            "-cp",
            System.getProperty("java.class.path"),
            "dev.headwater.gateway.Main",
            "run",
            "-c",
            file.toString()));
    process =
        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile()).start();
    try {
      Await.until(
          "it is ready or over",
          Duration.ofSeconds(60),
          () -> ready() == 200 || !process.isAlive());
    } catch (AssertionError late) {
      process.destroyForcibly();
      throw new AssertionError(log(), late);
    }
    if (!process.isAlive()) {
      throw new AssertionError("it ended with " + process.exitValue() + ": " + log());
    }
  }

  /** A port that was free a moment ago. */
  static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    }
  }

  int port() {
    return port;
  }

  int admin() {
    return admin;
  }

  /** Its configuration. */
  Path file() {
    return file;
  }

  /** Status of the readiness probe; 0 when nobody answers. */
  int ready() throws InterruptedException {
    try {
      return HttpClient.newHttpClient()
          .send(
              HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + admin + "/readyz"))
                  .timeout(Duration.ofSeconds(5))
                  .build(),
              BodyHandlers.discarding())
          .statusCode();
    } catch (IOException nobody) {
      return 0;
    }
  }

  /** Sends a signal, such as STOP. */
  void signal(String name) throws Exception {
    Process kill = new ProcessBuilder("kill", "-" + name, Long.toString(process.pid())).start();
    if (!kill.waitFor(10, TimeUnit.SECONDS) || kill.exitValue() != 0) {
      throw new IllegalStateException("signal " + name + " was not delivered");
    }
  }

  /** Asks it to end. */
  void terminate() {
    process.destroy();
  }

  /** Its exit code; fails when it does not end in time. */
  int exit(Duration within) throws InterruptedException {
    if (!process.waitFor(within.toMillis(), TimeUnit.MILLISECONDS)) {
      throw new AssertionError("not ended within " + within + ": " + log());
    }
    return process.exitValue();
  }

  boolean alive() {
    return process.isAlive();
  }

  /** Processor time that it has used. */
  Duration cpu() {
    return process.toHandle().info().totalCpuDuration().orElseThrow();
  }

  /** What it has printed. */
  String log() {
    try {
      return Files.readString(log);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Ends it at once, as kill -9 does. */
  @Override
  public void close() throws InterruptedException {
    process.destroyForcibly();
    process.waitFor();
  }
}
