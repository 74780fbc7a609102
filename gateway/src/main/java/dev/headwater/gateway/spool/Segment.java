package dev.headwater.gateway.spool;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * One file of a spool: a header, then records, oldest first. The header remembers up to where they
 * are acknowledged, so that a restart repeats little; a damaged header costs repetition, not spans.
 *
 * <pre>
 * header = "HWSP" (4 bytes), version (4), CRC32C of these (4), unused (4),
 *          acknowledged offset (8), CRC32C of that (4), unused (4)
 * </pre>
 *
 * Files are read and written by {@link RandomAccessFile}: a channel would be closed by the
 * interrupt that ends a sink's thread. Confined to the spool's lock.
 */
final class Segment {
  static final int HEADER_BYTES = 32;

  private static final int MAGIC = 0x48575350;
  private static final int VERSION = 1;
  private static final int ACKNOWLEDGED_AT = 16;
  private static final int ACKNOWLEDGED_BYTES = 12;

  private final Path path;
  private final long number;
  private @Nullable RandomAccessFile file;
  private long size = HEADER_BYTES;
  private long acknowledged = HEADER_BYTES;
  private long spans;
  private long oldestMicros;

  private Segment(Path path, long number) {
    this.path = path;
    this.number = number;
  }

  /** A new, empty segment. */
  static Segment create(Path path, long number) throws IOException {
    PrivateFiles.createFile(path);
    Segment segment = new Segment(path, number);
    try {
      RandomAccessFile file = segment.file();
      ByteBuffer head = ByteBuffer.allocate(HEADER_BYTES).putInt(MAGIC).putInt(VERSION);
      file.write(head.putInt(crc(head.array(), 0, 8)).array());
      return segment;
    } catch (IOException | RuntimeException e) {
      segment.delete();
      throw e;
    }
  }

  /**
   * Reads what another process left; what follows the last intact record is cut off.
   *
   * @return null when a newer version wrote it: it is left alone then
   */
  static @Nullable Segment recover(Path path, long number, RecordBuffer buffer) throws IOException {
    Segment segment = new Segment(path, number);
    try {
      RandomAccessFile file = segment.file();
      long length = file.length();
      if (length >= HEADER_BYTES && !segment.readHeader(file, length)) {
        return null;
      }
      segment.scan(file, length, buffer);
      return segment;
    } finally {
      segment.closeFile();
    }
  }

  /** False when the header is whole and of a version that this program does not know. */
  private boolean readHeader(RandomAccessFile file, long length) throws IOException {
    ByteBuffer head = ByteBuffer.allocate(HEADER_BYTES);
    file.seek(0);
    file.readFully(head.array());
    if (head.getInt(8) == crc(head.array(), 0, 8)
        && (head.getInt(0) != MAGIC || head.getInt(4) != VERSION)) {
      return false;
    }
    long offset = head.getLong(ACKNOWLEDGED_AT);
    if (head.getInt(ACKNOWLEDGED_AT + 8) == crc(head.array(), ACKNOWLEDGED_AT, 8)
        && offset >= HEADER_BYTES
        && offset <= length) {
      acknowledged = offset;
    }
    return true;
  }

  /** Counts what is not acknowledged. */
  private void scan(RandomAccessFile file, long length, RecordBuffer buffer) throws IOException {
    size = Math.max(HEADER_BYTES, acknowledged);
    long offset = acknowledged;
    while (true) {
      RecordBuffer.Found found = buffer.read(file, offset, length);
      if (found == null) {
        break;
      }
      offset = found.end();
      if (found.intact()) {
        oldestMicros = spans == 0 ? found.oldestMicros() : oldestMicros;
        spans += found.spans();
        size = offset;
      }
    }
    if (length > size) {
      file.setLength(size);
    }
  }

  /** Appends the record that the buffer holds; nothing of it counts when that fails. */
  Stored append(RecordBuffer buffer, int length, int added, long oldest) throws IOException {
    RandomAccessFile file = file();
    file.seek(size);
    file.write(buffer.bytes(), 0, length);
    Stored place = new Stored(number, size, size + length, added);
    oldestMicros = spans == 0 ? oldest : oldestMicros;
    size += length;
    spans += added;
    return place;
  }

  /** Undoes the last append. */
  void takeBack(Stored place) {
    size = place.start();
    spans -= place.spans();
  }

  /**
   * The oldest records that fit a message, at least one; null when none can be read any more.
   *
   * @param maxBytes of the spans alone, a byte added for each
   */
  @Nullable StoredSpans first(RecordBuffer buffer, int maxBytes) throws IOException {
    RandomAccessFile file = file();
    List<byte[]> taken = new ArrayList<>();
    RecordBuffer.@Nullable Found first = null;
    long bytes = 0;
    long end = acknowledged;
    for (long at = acknowledged; at < size; ) {
      RecordBuffer.Found found = read(file, at, buffer);
      if (found == null) {
        break;
      }
      long length = found.end() - at;
      at = found.end();
      if (found.intact()) {
        if (first != null && (bytes + length > maxBytes || found.format() != first.format())) {
          break;
        }
        first = first == null ? found : first;
        buffer.copySpans(found.spans(), taken);
        bytes += length;
        end = at;
      }
    }
    if (first == null) {
      return null;
    }
    Stored place = new Stored(number, acknowledged, end, taken.size());
    return new StoredSpans(taken, first.format(), first.oldestMicros(), place);
  }

  /** A device that gives an error is damage like any other: what lies there is lost. */
  private RecordBuffer.@Nullable Found read(RandomAccessFile file, long at, RecordBuffer buffer) {
    try {
      return buffer.read(file, at, size);
    } catch (IOException damaged) {
      return null;
    }
  }

  /** Never sends again what lies before the end of this place, if it is the oldest that waits. */
  void acknowledge(Stored place, RecordBuffer buffer) throws IOException {
    if (place.start() != acknowledged || place.end() > size) {
      return;
    }
    acknowledged = place.end();
    spans = Math.max(0, spans - place.spans());
    RandomAccessFile file = file();
    oldestMicros = spans == 0 ? 0 : buffer.readOldest(file, acknowledged, size);
    ByteBuffer slot = ByteBuffer.allocate(ACKNOWLEDGED_BYTES).putLong(acknowledged);
    file.seek(ACKNOWLEDGED_AT);
    file.write(slot.putInt(crc(slot.array(), 0, 8)).array());
  }

  long number() {
    return number;
  }

  /** Bytes of the file. */
  long size() {
    return size;
  }

  /** Whether nothing is left to be read. */
  boolean exhausted() {
    return acknowledged >= size;
  }

  /** Spans that are not acknowledged. */
  long spans() {
    return spans;
  }

  /** End of the oldest of those. */
  long oldestMicros() {
    return oldestMicros;
  }

  void force() throws IOException {
    file().getFD().sync();
  }

  /** Gives the descriptor back; a later use opens the file again. */
  void closeFile() {
    RandomAccessFile open = file;
    file = null;
    if (open != null) {
      try {
        open.close();
      } catch (IOException e) {
        // Nothing was buffered, so nothing is lost.
      }
    }
  }

  /** Removes the file; what cannot be removed is found again by the next process. */
  void delete() {
    closeFile();
    try {
      Files.deleteIfExists(path);
    } catch (IOException e) {
      // Its spans are delivered or counted as dropped; delivering them twice harms nobody.
    }
  }

  private RandomAccessFile file() throws IOException {
    RandomAccessFile open = file;
    if (open == null) {
      if (!Files.exists(path)) {
        PrivateFiles.createFile(path); // Somebody removed it: what it held is found missing.
      }
      open = new RandomAccessFile(path.toFile(), "rw");
      file = open;
    }
    return open;
  }

  private static int crc(byte[] bytes, int from, int length) {
    CRC32C crc = new CRC32C();
    crc.update(bytes, from, length);
    return (int) crc.getValue();
  }
}
