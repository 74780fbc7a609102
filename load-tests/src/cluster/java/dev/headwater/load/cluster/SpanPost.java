package dev.headwater.load.cluster;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.List;
import zipkin2.reporter.BytesMessageSender;
import zipkin2.reporter.Encoding;

/** Posts the spans of an application; blocks the thread of its reporter. */
final class SpanPost extends BytesMessageSender.Base {
  private final HttpClient client = HttpClient.newHttpClient();
  private final URI target;

  SpanPost(URI target) {
    super(Encoding.JSON);
    this.target = target;
  }

  @Override
  public int messageMaxBytes() {
    return 500_000;
  }

  @Override
  public void send(List<byte[]> spans) throws IOException {
    HttpRequest request =
        HttpRequest.newBuilder(target)
            .header("Content-Type", encoding.mediaType())
            .POST(BodyPublishers.ofByteArray(encoding.encode(spans)))
            .build();
    try {
      int status = client.send(request, BodyHandlers.discarding()).statusCode();
      if (status / 100 != 2) {
        throw new IOException(target + " answered " + status + " (expected 2xx)");
      }
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new IOException(interrupted);
    }
  }

  @Override
  public void close() {
    // The client ends with its last connection.
  }
}
