package dev.headwater.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.concurrent.atomic.AtomicLong;

/** Large bodies whose every byte follows from its place, so that a lost or moved piece shows. */
final class Pattern {
  private static final int PIECE = 64 << 10;

  private Pattern() {}

  private static byte at(long place) {
    return (byte) (place ^ place >>> 8 ^ place >>> 16);
  }

  /** Writes that many bytes; {@code written} follows. */
  static void write(OutputStream out, long length, AtomicLong written) throws IOException {
    byte[] piece = new byte[PIECE];
    for (long place = 0; place < length; ) {
      int count = (int) Math.min(PIECE, length - place);
      for (int i = 0; i < count; i++) {
        piece[i] = at(place + i);
      }
      out.write(piece, 0, count);
      place += count;
      written.set(place);
    }
  }

  /** Reads that many bytes and compares each. */
  static void read(InputStream in, long length) throws IOException {
    byte[] piece = new byte[PIECE];
    for (long place = 0; place < length; ) {
      int count = in.read(piece, 0, (int) Math.min(PIECE, length - place));
      assertThat(count).as("read at %s of %s", place, length).isPositive();
      for (int i = 0; i < count; i++) {
        if (piece[i] != at(place + i)) {
          throw new AssertionError("byte " + (place + i) + " of " + length + " differs");
        }
      }
      place += count;
    }
  }
}
