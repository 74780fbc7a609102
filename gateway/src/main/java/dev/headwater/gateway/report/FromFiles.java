package dev.headwater.gateway.report;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A value made from small files that are replaced while we run, such as a token or certificates.
 *
 * <p>The files are read again when the value is asked for and the last look is ten seconds old. A
 * look that fails is counted and logged once, and the last good value stays. Reading blocks: on a
 * sink's thread only.
 */
final class FromFiles<T> {
  /** Makes the value; whatever it throws means that the files do not hold one. */
  interface Maker<T> {
    T make(List<String> texts) throws IOException;
  }

  static final long PERIOD_NANOS = TimeUnit.SECONDS.toNanos(10);

  private static final int MAX_BYTES = 1024 * 1024;
  private static final Logger LOG = LoggerFactory.getLogger(FromFiles.class);

  private final List<String> files;
  private final Maker<T> maker;
  private final Time time;
  private final SinkEvents events;
  private List<String> texts = List.of();
  private @Nullable T value;
  private long lookedAt;
  private boolean saidBroken;

  /**
   * A value from these files.
   *
   * @param events where a look that fails is counted
   */
  FromFiles(List<String> files, Maker<T> maker, Time time, SinkEvents events) {
    this.files = List.copyOf(files);
    this.maker = maker;
    this.time = time;
    this.events = events;
  }

  /**
   * The value.
   *
   * @throws IOException when there never was a good one
   */
  synchronized T get() throws IOException {
    T last = value;
    return last == null || time.nanos() - lookedAt >= PERIOD_NANOS ? look() : last;
  }

  /** Looks now; true when the value is another one than before. */
  synchronized boolean renewed() throws IOException {
    T before = value;
    return look() != before;
  }

  private T look() throws IOException {
    lookedAt = time.nanos();
    try {
      List<String> now = read();
      T present = value;
      if (present == null || !now.equals(texts)) {
        present = maker.make(now);
        value = present;
        texts = now;
      }
      saidBroken = false;
      return present;
    } catch (IOException | RuntimeException broken) {
      events.fileFault();
      return lastGood(broken);
    }
  }

  private T lastGood(Exception broken) throws IOException {
    T last = value;
    if (last == null) {
      throw broken instanceof IOException expected
          ? expected
          : new IOException(String.join(", ", files) + ": " + broken.getMessage(), broken);
    }
    if (!saidBroken) {
      saidBroken = true;
      LOG.warn("what was read before stays in use: {}", broken.getMessage());
    }
    return last;
  }

  private List<String> read() throws IOException {
    List<String> read = new ArrayList<>(files.size());
    for (String file : files) {
      read.add(read(file));
    }
    return read;
  }

  private static String read(String file) throws IOException {
    try {
      Path path = Path.of(file);
      if (Files.size(path) > MAX_BYTES) {
        throw new IOException(file + ": more than " + MAX_BYTES + " bytes");
      }
      return Files.readString(path, StandardCharsets.UTF_8);
    } catch (NoSuchFileException missing) {
      throw new IOException(file + ": no such file", missing);
    }
  }
}
