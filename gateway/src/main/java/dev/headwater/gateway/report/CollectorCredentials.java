package dev.headwater.gateway.report;

import dev.headwater.routes.SinkCredentials;
import java.io.IOException;
import java.util.List;

/** The {@code authorization} field that a collector asks for, from a file that may change. */
final class CollectorCredentials {
  private final FromFiles<String> field;

  CollectorCredentials(SinkCredentials credentials, Time time, SinkEvents events) {
    this.field =
        new FromFiles<>(
            List.of(credentials.file()), texts -> field(credentials, texts.get(0)), time, events);
  }

  /** The value of the field now. */
  String field() throws IOException {
    return field.get();
  }

  /** Whether the file says another thing than it did: after a refusal. */
  boolean renewed() throws IOException {
    return field.renewed();
  }

  private static String field(SinkCredentials credentials, String text) throws IOException {
    String secret = text.strip();
    if (secret.isEmpty() || secret.length() > 16 * 1024 || !isVisible(secret)) {
      throw new IOException(
          credentials.file() + ": expected one line of visible ASCII, at most 16 KiB");
    }
    return credentials.authorization(secret);
  }

  private static boolean isVisible(String secret) {
    return secret.chars().allMatch(c -> c >= 0x20 && c < 0x7f);
  }
}
