package dev.headwater.gateway.config;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * Where the text of the configuration comes from: a file, which is read again when it changes, or a
 * text that stays. Immutable.
 */
public final class ConfigSource {
  private static final String STANDARD_INPUT = "standard input";

  private final String name;
  private final @Nullable Path file;
  private final String text;

  private ConfigSource(String name, @Nullable Path file, String text) {
    this.name = name;
    this.file = file;
    this.text = text;
  }

  /** A file; messages name it as given here. */
  public static ConfigSource file(Path file) {
    return new ConfigSource(file.toString(), file.toAbsolutePath(), "");
  }

  /**
   * All that is left of a stream, read now and once. Files it names are relative to the working
   * directory.
   */
  public static ConfigSource standardInput(InputStream in) throws IOException {
    return inline(new String(in.readAllBytes(), StandardCharsets.UTF_8), STANDARD_INPUT);
  }

  /** A text of the program's own, such as the default or what a command's flags amount to. */
  public static ConfigSource inline(String text, String name) {
    return new ConfigSource(name, null, text);
  }

  /** How messages call it. */
  public String name() {
    return name;
  }

  /** The file, or null for a text that stays. */
  @Nullable Path path() {
    return file;
  }

  /** The text that stays; empty for a file. */
  String text() {
    return text;
  }

  /** What names of other files are relative to. */
  Path folder() {
    Path parent = file == null ? null : file.getParent();
    return parent == null ? Path.of("").toAbsolutePath() : parent;
  }
}
