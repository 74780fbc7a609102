package dev.headwater.gateway.config;

import dev.headwater.routes.compile.Loaded;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Map;

/**
 * One look at the configuration and everything it depends on.
 *
 * @param loaded what came of it
 * @param content texts by name; equal content means equal results
 * @param stamps metadata of each file, taken before it was read
 * @param at when
 */
public record ConfigReading(
    Loaded loaded, Map<String, String> content, Map<Path, FileStamp> stamps, Instant at) {
  public ConfigReading {
    content = Map.copyOf(content);
    stamps = Map.copyOf(stamps);
  }

  /** Which files, and nothing of what is in them: keys are among them. */
  @Override
  public String toString() {
    return "configuration of " + content.keySet() + " at " + at;
  }

  boolean mayHideChange() {
    return stamps.values().stream().anyMatch(stamp -> stamp.mayHideChangeAfter(at));
  }
}
