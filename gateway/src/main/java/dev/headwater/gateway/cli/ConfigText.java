package dev.headwater.gateway.cli;

import dev.headwater.routes.compile.ConfigurationFiles;
import dev.headwater.routes.compile.ConfigurationInput;
import dev.headwater.routes.schema.Setting;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * A configuration as it was given on the command line, read but not understood yet.
 *
 * @param text YAML
 * @param name how messages call it
 * @param files what it names, relative to its own place
 */
record ConfigText(String text, String name, ConfigurationFiles files) {
  private static final String STANDARD_INPUT = "-";
  private static final String STANDARD_INPUT_NAME = "standard input";

  /**
   * Reads a file, or standard input for {@code -}.
   *
   * @throws IOException with the name and the reason
   */
  static ConfigText read(String file, InputStream in) throws IOException {
    if (file.equals(STANDARD_INPUT)) {
      String text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
      return new ConfigText(text, STANDARD_INPUT_NAME, new BesideFile(Path.of("")));
    }
    Path path = Path.of(file);
    Path folder = path.toAbsolutePath().getParent();
    return new ConfigText(read(path), file, new BesideFile(folder == null ? Path.of("") : folder));
  }

  /** Whether it stands in a file that can change. */
  boolean isFile() {
    return !name.equals(STANDARD_INPUT_NAME);
  }

  ConfigurationInput with(Map<String, String> environment, List<Setting> flags) {
    return new ConfigurationInput(text, name, environment, flags, files);
  }

  private static String read(Path path) throws IOException {
    try {
      return Files.readString(path);
    } catch (NoSuchFileException missing) {
      throw new IOException(path + ": no such file", missing);
    } catch (AccessDeniedException denied) {
      throw new IOException(path + ": not readable by this user", denied);
    } catch (IOException other) {
      throw new IOException(path + ": " + other.getMessage(), other);
    }
  }

  /** Files relative to a folder. */
  private record BesideFile(Path folder) implements ConfigurationFiles {
    @Override
    public String resolve(String written) {
      return folder.resolve(written).toAbsolutePath().normalize().toString();
    }

    @Override
    public String read(String written) throws IOException {
      return ConfigText.read(folder.resolve(written));
    }
  }
}
