package dev.headwater.gateway.config;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What a file's metadata say about its content, links followed: another stamp means that it has to
 * be read again. The place a link leads to is part of it, so a mounted ConfigMap that swaps its
 * {@code ..data} link shows at once.
 *
 * @param place the file behind all links, or null when there is none to read
 * @param modified when its content last changed, by the clock of the disk
 * @param size in bytes
 * @param key what the file system knows it by, as text
 */
record FileStamp(@Nullable Path place, Instant modified, long size, String key) {
  private static final FileStamp ABSENT = new FileStamp(null, Instant.EPOCH, 0, "");

  /** Two changes within this time may leave the same stamp. */
  private static final Duration CLOCK_STEP = Duration.ofSeconds(2);

  static FileStamp of(Path file) {
    try {
      Path place = file.toRealPath();
      BasicFileAttributes found = Files.readAttributes(place, BasicFileAttributes.class);
      return new FileStamp(
          place,
          found.lastModifiedTime().toInstant(),
          found.size(),
          String.valueOf(found.fileKey()));
    } catch (IOException | SecurityException e) {
      return ABSENT;
    }
  }

  /** Whether a change right after {@code read} could hide behind the same stamp. */
  boolean mayHideChangeAfter(Instant read) {
    return place != null && modified.isAfter(read.minus(CLOCK_STEP));
  }
}
