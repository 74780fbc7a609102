package dev.headwater.load;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import zipkin2.DependencyLink;
import zipkin2.Span;
import zipkin2.codec.DependencyLinkBytesDecoder;
import zipkin2.codec.SpanBytesDecoder;

/** The Zipkin server itself, as its project releases it, with spans in memory. */
public final class ZipkinServer implements AutoCloseable {
  private static final long READY_SECONDS = 180;
  private static final long STORED_SECONDS = 20;

  private final HttpClient client = HttpClient.newHttpClient();
  private final Process process;
  private final String authority;

  private ZipkinServer(Process process, String authority) {
    this.process = process;
    this.authority = authority;
  }

  /**
   * Starts the executable jar and waits until it is healthy.
   *
   * @param log takes what it prints
   * @param address of this machine, with a port that is free
   * @throws IllegalStateException when it ended or is not healthy within three minutes
   */
  public static ZipkinServer start(Path jar, Path log, InetSocketAddress address)
      throws IOException, InterruptedException {
    String ip = address.getAddress().getHostAddress();
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx256m",
                "-XX:+UseSerialGC",
                "-jar",
                jar.toString(),
                // Its own option for the address is ignored by the server inside.
                "--armeria.ports[0].ip=" + ip,
                "--armeria.ports[0].port=" + address.getPort(),
                "--armeria.ports[0].protocols[0]=http")
            .redirectErrorStream(true)
            .redirectOutput(log.toFile())
            .start();
    ZipkinServer server = new ZipkinServer(process, ip + ":" + address.getPort());
    server.awaitHealth(log);
    return server;
  }

  /** Where it listens, as in {@code 127.0.0.1:9411}. */
  public String authority() {
    return authority;
  }

  /**
   * The spans of a trace, once there are that many of them.
   *
   * @throws AssertionError when there are fewer after 20 s
   */
  public List<Span> trace(String id, int spans) throws IOException, InterruptedException {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(STORED_SECONDS);
    while (true) {
      HttpResponse<byte[]> answer = get("/api/v2/trace/" + id);
      if (answer.statusCode() == 200) {
        List<Span> stored = SpanBytesDecoder.JSON_V2.decodeList(answer.body());
        if (stored.size() >= spans) {
          return stored;
        }
      }
      if (System.nanoTime() > end) {
        throw new AssertionError(
            "trace " + id + " (expected " + spans + " spans): " + text(answer.body()));
      }
    }
  }

  /** Whether it has no span of a trace at this moment. */
  public boolean lacks(String id) throws IOException, InterruptedException {
    return get("/api/v2/trace/" + id).statusCode() == 404;
  }

  /** Names of all services that spans were stored for. */
  public String services() throws IOException, InterruptedException {
    return text(get("/api/v2/services").body());
  }

  /** Who called whom, as the server links it. */
  public List<DependencyLink> dependencies() throws IOException, InterruptedException {
    String query = "?endTs=" + System.currentTimeMillis() + "&lookback=3600000";
    return DependencyLinkBytesDecoder.JSON_V1.decodeList(
        get("/api/v2/dependencies" + query).body());
  }

  private HttpResponse<byte[]> get(String path) throws IOException, InterruptedException {
    URI url = URI.create("http://" + authority + path);
    return client.send(HttpRequest.newBuilder(url).build(), BodyHandlers.ofByteArray());
  }

  private static String text(byte[] body) {
    return new String(body, StandardCharsets.UTF_8);
  }

  private void awaitHealth(Path log) throws InterruptedException {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(READY_SECONDS);
    while (System.nanoTime() < end) {
      if (process.waitFor(200, TimeUnit.MILLISECONDS)) {
        throw new IllegalStateException(
            "zipkin-server exited with " + process.exitValue() + "; it printed to " + log);
      }
      try {
        if (get("/health").statusCode() == 200) {
          return;
        }
      } catch (IOException notYet) {
        // Refused until it is up.
      }
    }
    close();
    throw new IllegalStateException(
        "zipkin-server is not healthy after " + READY_SECONDS + " s; it printed to " + log);
  }

  @Override
  public void close() {
    process.destroy();
  }
}
