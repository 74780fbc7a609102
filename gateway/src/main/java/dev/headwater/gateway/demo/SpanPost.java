package dev.headwater.gateway.demo;

import java.io.IOException;
import java.io.OutputStream;
import java.net.HttpURLConnection;
import java.net.URI;
import java.util.List;
import java.util.function.Supplier;
import zipkin2.reporter.BytesMessageSender;
import zipkin2.reporter.Encoding;

/**
 * Posts spans as the applications' own reporter does. Blocks the thread that sends, which is the
 * reporter's own; not shared with the gateway's sender because an application has its own.
 */
final class SpanPost extends BytesMessageSender.Base {
  private static final int TIMEOUT_MILLIS = 5_000;

  private final Supplier<URI> target;

  SpanPost(Supplier<URI> target) {
    super(Encoding.JSON);
    this.target = target;
  }

  @Override
  public int messageMaxBytes() {
    return 500_000;
  }

  @Override
  public void send(List<byte[]> spans) throws IOException {
    URI url = target.get();
    int status;
    try {
      status = post(url, encoding.encode(spans));
    } catch (IOException unreachable) {
      throw new Undelivered(url + ": " + unreachable.getMessage());
    }
    if (status / 100 != 2) {
      throw new Undelivered(url + " answered " + status + " (expected 2xx)");
    }
  }

  private int post(URI url, byte[] body) throws IOException {
    HttpURLConnection connection = (HttpURLConnection) url.toURL().openConnection();
    connection.setConnectTimeout(TIMEOUT_MILLIS);
    connection.setReadTimeout(TIMEOUT_MILLIS);
    connection.setRequestMethod("POST");
    connection.setRequestProperty("Content-Type", encoding.mediaType());
    connection.setRequestProperty("b3", "0");
    connection.setDoOutput(true);
    connection.setFixedLengthStreamingMode(body.length);
    try (OutputStream out = connection.getOutputStream()) {
      out.write(body);
    }
    int status = connection.getResponseCode();
    if (status >= 400) {
      connection.disconnect();
    } else {
      connection.getInputStream().close();
    }
    return status;
  }

  /** A collector that is away is no programmer's error: the reporter logs it without a stack. */
  private static final class Undelivered extends IOException {
    private static final long serialVersionUID = 1L;

    Undelivered(String message) {
      super(message);
    }

    @Override
    public synchronized Throwable fillInStackTrace() {
      return this;
    }
  }

  @Override
  public void close() {
    // Connections are the JDK's, which closes idle ones.
  }

  @Override
  public String toString() {
    return "SpanPost";
  }
}
