package dev.headwater.gateway.config;

import dev.headwater.routes.compile.ConfigurationFiles;
import dev.headwater.routes.compile.ConfigurationInput;
import dev.headwater.routes.compile.ConfigurationInput.SamplingText;
import dev.headwater.routes.compile.ConfigurationLoader;
import dev.headwater.routes.compile.Loaded;
import dev.headwater.routes.document.Origin;
import dev.headwater.routes.document.Problem;
import dev.headwater.routes.document.YamlDocument;
import dev.headwater.routes.schema.Setting;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Reads a configuration with everything it depends on: source, variables, flags, files it names. A
 * file that cannot be read is a problem like any other. Blocks on the disk; each reading stands
 * alone, so any thread may ask.
 */
public final class ConfigReader {
  private final ConfigSource source;
  private final Map<String, String> environment;
  private final List<Setting> flags;
  private final Clock clock;

  /**
   * A reader.
   *
   * @param environment variables of the process
   * @param flags settings of the command line, weakest first
   */
  public ConfigReader(
      ConfigSource source, Map<String, String> environment, List<Setting> flags, Clock clock) {
    this.source = source;
    this.environment = Map.copyOf(environment);
    this.flags = List.copyOf(flags);
    this.clock = clock;
  }

  /** Where the text comes from. */
  public ConfigSource source() {
    return source;
  }

  /** Reads and checks. */
  public ConfigReading read() {
    Disk disk = new Disk(source.folder());
    return read(disk, null);
  }

  /**
   * Checks what was read before with its sampling written elsewhere. Only files that this one names
   * anew are looked at on the disk: what is half changed there now has no part in it.
   */
  public ConfigReading with(ConfigReading before, SamplingText sampling) {
    Disk disk = new Disk(source.folder());
    disk.content.putAll(before.content());
    disk.stamps.putAll(before.stamps());
    return read(disk, sampling);
  }

  private ConfigReading read(Disk disk, @Nullable SamplingText sampling) {
    Path file = source.path();
    String text;
    String unreadable = null;
    try {
      text = file == null ? source.text() : disk.read(file);
    } catch (IOException e) {
      text = "";
      unreadable = String.valueOf(e.getMessage());
    }
    Loaded loaded =
        ConfigurationLoader.load(
            new ConfigurationInput(text, source.name(), environment, flags, disk, sampling));
    return new ConfigReading(
        unreadable == null ? loaded : refused(loaded, unreadable),
        disk.content,
        disk.stamps,
        clock.instant());
  }

  /** Stamps of files as they are now. */
  static Map<Path, FileStamp> stamps(Set<Path> paths) {
    Map<Path, FileStamp> stamps = new HashMap<>();
    paths.forEach(path -> stamps.put(path, FileStamp.of(path)));
    return stamps;
  }

  private Loaded refused(Loaded loaded, String reason) {
    List<Problem> problems = new ArrayList<>();
    Origin origin = new Origin.InFile(source.name(), 1, 1);
    problems.add(
        new Problem("document", "not read", "expected a readable file: " + reason, origin));
    problems.addAll(loaded.problems());
    return new Loaded(
        Optional.empty(), problems, loaded.effective(), loaded.masked(), loaded.files());
  }

  /** The disk, and what was read from it. */
  private static final class Disk implements ConfigurationFiles {
    private final Path folder;
    private final Map<String, String> content = new LinkedHashMap<>();
    private final Map<Path, FileStamp> stamps = new LinkedHashMap<>();

    Disk(Path folder) {
      this.folder = folder;
    }

    @Override
    public String resolve(String written) {
      Path path = path(written);
      return path == null ? written : path.toString();
    }

    @Override
    public String read(String written) throws IOException {
      Path path = path(written);
      if (path == null) {
        throw new IOException("not a file name");
      }
      return read(path);
    }

    private @Nullable Path path(String written) {
      try {
        return folder.resolve(written).toAbsolutePath().normalize();
      } catch (java.nio.file.InvalidPathException e) {
        return null;
      }
    }

    String read(Path path) throws IOException {
      String known = content.get(path.toString());
      if (known != null) {
        return known;
      }
      FileStamp stamp = FileStamp.of(path);
      stamps.put(path, stamp);
      try {
        String text = text(path, stamp);
        content.put(path.toString(), text);
        return text;
      } catch (IOException e) {
        // No text holds a NUL, so an unreadable file never equals a readable one.
        content.put(path.toString(), "\0" + e.getMessage());
        throw e;
      }
    }

    private static String text(Path path, FileStamp stamp) throws IOException {
      if (stamp.size() > 4L * YamlDocument.MAX_CHARACTERS) {
        throw new IOException(stamp.size() + " bytes are too many");
      }
      try {
        return Files.readString(path);
      } catch (NoSuchFileException e) {
        throw new IOException("no such file", e);
      } catch (AccessDeniedException e) {
        throw new IOException("not readable by this user", e);
      } catch (CharacterCodingException e) {
        throw new IOException("not UTF-8", e);
      } catch (IOException e) {
        String reason = Files.isDirectory(path) ? "a directory" : String.valueOf(e.getMessage());
        throw new IOException(reason, e);
      }
    }
  }
}
