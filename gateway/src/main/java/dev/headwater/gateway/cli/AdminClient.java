package dev.headwater.gateway.cli;

import java.io.IOException;
import java.io.InputStream;
import java.net.HttpURLConnection;
import java.net.URI;
import java.net.URL;
import java.nio.charset.StandardCharsets;

/** Asks the admin address of a running gateway. Blocks; a question takes five seconds at most. */
final class AdminClient {
  private static final int TIMEOUT_MILLIS = 5_000;
  private static final int MOST_BYTES = 1 << 20;

  private final URI admin;

  AdminClient(URI admin) {
    this.admin = admin;
  }

  /** An answer: status and text. */
  record Answer(int status, String body) {}

  /**
   * GETs a path of the admin address.
   *
   * @throws IOException when nobody answers, with the address in the message
   */
  Answer get(String pathAndQuery) throws IOException {
    URL url = admin.resolve(pathAndQuery).toURL();
    HttpURLConnection connection = (HttpURLConnection) url.openConnection();
    connection.setConnectTimeout(TIMEOUT_MILLIS);
    connection.setReadTimeout(TIMEOUT_MILLIS);
    connection.setInstanceFollowRedirects(false);
    connection.setRequestProperty("Accept", "application/json");
    try {
      int status = connection.getResponseCode();
      try (InputStream body =
          status >= 400 ? connection.getErrorStream() : connection.getInputStream()) {
        byte[] bytes = body == null ? new byte[0] : body.readNBytes(MOST_BYTES);
        return new Answer(status, new String(bytes, StandardCharsets.UTF_8));
      }
    } catch (IOException unreachable) {
      throw new IOException(
          url
              + ": "
              + unreachable.getMessage()
              + " (is the gateway running, and its admin"
              + " address this one?)",
          unreachable);
    } finally {
      connection.disconnect();
    }
  }
}
