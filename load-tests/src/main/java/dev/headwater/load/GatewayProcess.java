package dev.headwater.load;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * The gateway as users start it: {@code headwater run -c FILE}, or another command that serves, in
 * a process of its own.
 *
 * <p>A gateway inside the load generator's JVM would share its heap, its compiler and its garbage
 * collector, and what is measured would be neither. Ending it goes the way of an operator too:
 * SIGTERM, and the exit code tells whether the drain was clean.
 */
public final class GatewayProcess implements AutoCloseable {
  private static final Duration DRAIN = Duration.ofSeconds(40);
  private static final Duration POLL = Duration.ofMillis(50);

  private final Process process;
  private final Path log;

  private GatewayProcess(Process process, Path log) {
    this.process = process;
    this.log = log;
  }

  /**
   * Starts the gateway and waits until it answers anything over HTTP.
   *
   * @param launcher the {@code headwater} script; it builds first when sources are newer
   * @param configuration file for {@code -c}
   * @param log takes what the process prints
   * @param answering URL asked until it answers
   * @param patience how long to wait for it, a build included
   * @throws IllegalStateException when it ended or did not answer in time
   */
  public static GatewayProcess start(
      Path launcher, Path configuration, Path log, URI answering, Duration patience) {
    return start(launcher, configuration, log, answering, patience, Map.of());
  }

  /**
   * The same with more in its environment.
   *
   * @param environment such as {@code HEADWATER_JAVA_OPTS}
   */
  public static GatewayProcess start(
      Path launcher,
      Path configuration,
      Path log,
      URI answering,
      Duration patience,
      Map<String, String> environment) {
    List<String> command = List.of(launcher.toString(), "run", "-c", configuration.toString());
    return start(command, log, answering, patience, environment);
  }

  /**
   * Starts any command that serves, and waits until it answers anything over HTTP.
   *
   * @param command the {@code headwater} script and its arguments
   * @throws IllegalStateException when it ended or did not answer in time
   */
  public static GatewayProcess start(
      List<String> command,
      Path log,
      URI answering,
      Duration patience,
      Map<String, String> environment) {
    try {
      ProcessBuilder builder =
          new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile());
      builder.environment().putAll(environment);
      GatewayProcess gateway = new GatewayProcess(builder.start(), log);
      gateway.awaitAnswer(answering, patience);
      return gateway;
    } catch (IOException cannotStart) {
      throw new UncheckedIOException(command.get(0) + " cannot be started", cannotStart);
    }
  }

  /** The gateway's own process: the launcher has become it. */
  public long pid() {
    return process.pid();
  }

  /**
   * Drains and ends the process.
   *
   * @throws IllegalStateException when it does not end by itself, or not with exit code 0
   */
  @Override
  public void close() {
    process.destroy();
    try {
      if (!process.waitFor(DRAIN.toMillis(), TimeUnit.MILLISECONDS)) {
        throw failed("has not drained within " + DRAIN.toSeconds() + " s");
      }
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw failed("was not awaited");
    }
    if (process.exitValue() != 0) {
      throw failed("exited with " + process.exitValue() + " (expected 0)");
    }
  }

  /** Has its heap collected, by the JDK's jcmd. */
  public void collect() {
    try {
      new ProcessBuilder(
              Path.of(System.getProperty("java.home"), "bin", "jcmd").toString(),
              Long.toString(process.pid()),
              "GC.run")
          .redirectErrorStream(true)
          .redirectOutput(ProcessBuilder.Redirect.DISCARD)
          .start()
          .waitFor();
    } catch (IOException cannot) {
      throw new UncheckedIOException("jcmd cannot be started", cannot);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  /**
   * Ends the process as {@code kill -9} does, and waits until it has gone.
   *
   * @throws IllegalStateException when it is still there after the time of a drain
   */
  public void kill() {
    process.destroyForcibly();
    try {
      if (!process.waitFor(DRAIN.toMillis(), TimeUnit.MILLISECONDS)) {
        throw failed("was killed and is still there");
      }
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw failed("was not awaited");
    }
  }

  private void awaitAnswer(URI url, Duration patience) {
    HttpClient client = HttpClient.newHttpClient();
    HttpRequest request = HttpRequest.newBuilder(url).timeout(Duration.ofSeconds(2)).build();
    long deadline = System.nanoTime() + patience.toNanos();
    try {
      while (System.nanoTime() < deadline) {
        if (process.waitFor(POLL.toMillis(), TimeUnit.MILLISECONDS)) {
          throw failed("exited with " + process.exitValue() + " before it answered");
        }
        try {
          client.send(request, BodyHandlers.discarding());
          return;
        } catch (IOException notYet) {
          // Refused until the listener is bound.
        }
      }
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
    throw failed("has not answered " + url + " within " + patience.toSeconds() + " s");
  }

  private IllegalStateException failed(String how) {
    process.destroyForcibly();
    return new IllegalStateException("the gateway " + how + "; it printed to " + log);
  }
}
