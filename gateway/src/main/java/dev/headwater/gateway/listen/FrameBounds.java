package dev.headwater.gateway.listen;

import io.netty.buffer.ByteBuf;

/**
 * Tells from the bytes of one HTTP/2 connection whether its client is in the middle of something:
 * the preface with its SETTINGS, a frame, or a block of headers (RFC 9113 3.4, 4.1, 4.3). Netty
 * does not say what it waits for, nor of every frame that it came. Confined to its loop.
 */
final class FrameBounds {
  private static final int PREFACE = 24;
  private static final int HEAD = 9;
  private static final int HEADERS = 1;
  private static final int CONTINUATION = 9;
  private static final int END_HEADERS = 4;

  private int preface = PREFACE;
  private int at;
  private int left;
  private int type;
  private int flags;
  private boolean unfinished = true;

  /** Looks at bytes as they come; tells whether something ended among them. */
  boolean look(ByteBuf bytes) {
    int to = bytes.writerIndex();
    int skipped = Math.min(preface, bytes.readableBytes());
    int from = bytes.readerIndex() + skipped;
    preface -= skipped;
    boolean ended = false;
    while (from < to) {
      if (at < HEAD) {
        head(bytes.getByte(from++) & 0xff);
      } else {
        int step = Math.min(left, to - from);
        left -= step;
        from += step;
      }
      if (at == HEAD && left == 0) {
        at = 0;
        boolean ofBlock = type == HEADERS || type == CONTINUATION;
        unfinished = ofBlock && (flags & END_HEADERS) == 0;
        ended |= !unfinished;
      }
    }
    return ended;
  }

  private void head(int next) {
    switch (at++) {
      case 0 -> left = next << 16;
      case 1 -> left |= next << 8;
      case 2 -> left |= next;
      case 3 -> type = next;
      case 4 -> flags = next;
      default -> {
        // The stream's number.
      }
    }
  }

  /** Whether nothing has begun that did not end. */
  boolean between() {
    return at == 0 && !unfinished;
  }
}
