package dev.headwater.gateway.spool;

import dev.headwater.routes.SpoolPolicy;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.List;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Spans on disk, first in, first out, until they are acknowledged.
 *
 * <p>One thread appends, another reads and acknowledges; a call locks the spool for as long as it
 * writes or reads one message's worth of bytes. What was appended has left the process when the
 * call returns: it survives {@code kill -9}, and a loss of power as far as {@link SpoolPolicy.Sync}
 * asks for it.
 *
 * <p>The files are segments of a sixteenth of the bound, named by a rising number. When an append
 * would pass the bound the oldest segment is removed and its spans are counted as lost; a segment
 * goes as soon as all of it is acknowledged, so an empty spool has no file but its lock. Memory is
 * one message's buffer and a few numbers per segment.
 *
 * <p>{@link #spans()}, {@link #bytes()} and {@link #oldestMicros()} never wait.
 */
public final class Spool implements AutoCloseable {
  private static final Pattern SEGMENT_NAME = Pattern.compile("([0-9a-f]{16})\\.spool");
  private static final int SEGMENTS = 16;

  private final Path directory;
  private final SpoolPolicy policy;
  private final long segmentBytes;
  private final Losses losses;
  private final SpoolLock lock;
  private final RecordBuffer buffer = new RecordBuffer();
  private final ArrayDeque<Segment> segments = new ArrayDeque<>();
  private @Nullable Segment active;
  private @Nullable Stored inHand;
  private long lastNumber;
  private boolean unforced;
  private volatile long spans;
  private volatile long bytes;
  private volatile long oldestMicros;

  private Spool(Path directory, SpoolPolicy policy, Losses losses, SpoolLock lock) {
    this.directory = directory;
    this.policy = policy;
    this.losses = losses;
    this.segmentBytes = policy.maxBytes() / SEGMENTS;
    this.lock = lock;
  }

  /**
   * Takes the directory over and finds what the last process left in it.
   *
   * @throws IOException that names the directory, when it cannot be written, read or locked
   */
  public static Spool open(SpoolPolicy policy, Losses losses) throws IOException {
    Path directory = Path.of(policy.directory());
    try {
      PrivateFiles.createDirectories(directory);
    } catch (IOException e) {
      throw new IOException("spool directory " + directory + " cannot be created: " + e, e);
    }
    SpoolLock lock = lock(directory);
    Spool spool = new Spool(directory, policy, losses, lock);
    try {
      spool.recover();
      return spool;
    } catch (IOException e) {
      lock.close();
      throw new IOException("spool directory " + directory + " cannot be read: " + e, e);
    }
  }

  private static SpoolLock lock(Path directory) throws IOException {
    try {
      return SpoolLock.take(directory);
    } catch (java.nio.file.FileSystemException | java.io.FileNotFoundException e) {
      throw new IOException("spool directory " + directory + " cannot be written: " + e, e);
    }
  }

  private synchronized void recover() throws IOException {
    TreeMap<Long, Path> files = new TreeMap<>(Long::compareUnsigned);
    try (DirectoryStream<Path> listed = Files.newDirectoryStream(directory)) {
      for (Path file : listed) {
        Matcher name = SEGMENT_NAME.matcher(String.valueOf(file.getFileName()));
        if (name.matches()) {
          files.put(Long.parseUnsignedLong(name.group(1), 16), file);
        }
      }
    }
    for (var file : files.entrySet()) {
      lastNumber = file.getKey();
      Segment segment = Segment.recover(file.getValue(), file.getKey(), buffer);
      if (segment != null && segment.spans() == 0) {
        segment.delete();
      } else if (segment != null) {
        segments.add(segment);
      }
    }
    refresh();
  }

  /**
   * Writes spans behind all others.
   *
   * @param format what a reader is told about their encoding
   * @param oldest end of the oldest of them, in microseconds since 1970
   * @throws IOException when the disk does not take them; nothing has changed then
   */
  public synchronized Stored append(List<byte[]> added, byte format, long oldest)
      throws IOException {
    int length = buffer.encode(format, oldest, added);
    makeRoom(length);
    Segment segment = writable(length);
    try {
      Stored place = segment.append(buffer, length, added.size(), oldest);
      unforced = true;
      if (policy.sync() == SpoolPolicy.Sync.ALWAYS) {
        forceOrTakeBack(segment, place);
      }
      return place;
    } finally {
      if (segment.exhausted()) { // Not one record has been written.
        remove(segment);
      }
      refresh();
    }
  }

  private void forceOrTakeBack(Segment segment, Stored place) throws IOException {
    try {
      force();
    } catch (IOException notForced) {
      segment.takeBack(place);
      throw notForced;
    }
  }

  /** The segment that takes a record of this length. */
  private Segment writable(int length) throws IOException {
    Segment last = active;
    if (last != null && last.size() + length <= segmentBytes) {
      return last;
    }
    if (last != null) {
      if (policy.sync() != SpoolPolicy.Sync.NEVER) {
        force();
      }
      if (last != segments.peekFirst()) {
        last.closeFile();
      }
    }
    long number = lastNumber + 1;
    Segment fresh = Segment.create(directory.resolve(String.format("%016x.spool", number)), number);
    lastNumber = number;
    segments.add(fresh);
    active = fresh;
    return fresh;
  }

  private void makeRoom(int length) {
    while (bytes + length + Segment.HEADER_BYTES > policy.maxBytes()) {
      Segment oldest = segments.peekFirst();
      if (oldest == null) {
        return;
      }
      Stored held = inHand;
      // What a sender has in hand may still arrive; the sender counts it.
      long mine = held != null && held.segment() == oldest.number() ? held.spans() : 0;
      remove(oldest);
      losses.full(Math.max(0, oldest.spans() - mine));
      refresh();
    }
  }

  /** Says that a sender has these spans, appended from its hand, and will decide about them. */
  public synchronized void hold(Stored place) {
    inHand = place;
  }

  /**
   * The oldest spans, which stay until they are acknowledged; the caller has them in hand.
   *
   * @param maxBytes the most the message may have, unless the oldest record alone is larger
   * @return null when there is nothing
   * @throws IOException when a file cannot be opened at present
   */
  public synchronized @Nullable StoredSpans oldest(int maxBytes) throws IOException {
    while (true) {
      Segment first = segments.peekFirst();
      if (first == null) {
        return null;
      }
      StoredSpans found = first.first(buffer, maxBytes);
      if (found != null) {
        inHand = found.place();
        return found;
      }
      discard(first);
      refresh();
    }
  }

  /**
   * Spans have arrived, or were given up: they are not found again.
   *
   * @throws IOException when that cannot be written down; a restart would then repeat them
   */
  public synchronized void acknowledge(Stored place) throws IOException {
    inHand = null;
    Segment first = segments.peekFirst();
    if (first == null || first.number() != place.segment()) {
      return; // Its segment made room meanwhile.
    }
    try {
      first.acknowledge(place, buffer);
    } finally {
      if (first.exhausted()) {
        discard(first);
      }
      refresh();
    }
  }

  /** Whether these spans would be found by the next process. */
  public synchronized boolean holds(Stored place) {
    return segments.stream().anyMatch(segment -> segment.number() == place.segment());
  }

  private void discard(Segment segment) {
    remove(segment);
    if (segment.spans() > 0) {
      losses.unreadable(segment.spans());
    }
  }

  private void remove(Segment segment) {
    segments.remove(segment);
    if (segment == active) {
      active = null;
    }
    segment.delete();
  }

  private void refresh() {
    long allSpans = 0;
    long allBytes = 0;
    for (Segment segment : segments) {
      allSpans += segment.spans();
      allBytes += segment.size();
    }
    Segment first = segments.peekFirst();
    spans = allSpans;
    bytes = allBytes;
    oldestMicros = first == null ? 0 : first.oldestMicros();
  }

  /** Forces what was written to the device, when the policy is to do so at intervals. */
  public synchronized void sync() throws IOException {
    if (policy.sync() == SpoolPolicy.Sync.INTERVAL) {
      force();
    }
  }

  private void force() throws IOException {
    Segment last = active;
    if (unforced && last != null) {
      last.force();
    }
    unforced = false;
  }

  /** Whether there is nothing to deliver. Never waits. */
  public boolean isEmpty() {
    return spans == 0;
  }

  /** Spans that are not acknowledged. Never waits. */
  public long spans() {
    return spans;
  }

  /** Bytes of all segments. Never waits. */
  public long bytes() {
    return bytes;
  }

  /** End of the oldest span, in microseconds since 1970; 0 without any. Never waits. */
  public long oldestMicros() {
    return oldestMicros;
  }

  /** Gives files and directory back; what is not acknowledged stays. */
  @Override
  public synchronized void close() {
    segments.forEach(Segment::closeFile);
    lock.close();
  }
}
