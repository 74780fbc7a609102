package dev.headwater.gateway.wire;

import dev.headwater.gateway.pipeline.TunnelFacts;
import io.netty.buffer.ByteBuf;

/**
 * Watches the WebSocket frames of one direction go by (RFC 6455 5.2): counts them, and reads the
 * code of the first Close frame, masked or not, however the bytes are cut. Nothing is copied or
 * held back, payloads are stepped over, and what breaks the protocol only ends the watching: to
 * judge it is the business of the two at the ends. Confined to its loop.
 */
public final class FrameWatch {
  private static final int CLOSE = 8;

  private int at;
  private int opcode;
  private boolean masked;
  private int lengthBytes;
  private long left;
  private int mask;
  private int codeBytes;
  private int code;
  private long frames;
  private boolean over;

  /** Looks at bytes that pass; tells whether they completed the first Close frame. */
  public boolean look(ByteBuf bytes) {
    int from = bytes.readerIndex();
    int to = bytes.writerIndex();
    boolean before = over;
    while (from < to && !over) {
      if (left == 0 || at > 0) {
        header(bytes.getByte(from++) & 0xff);
      } else if (opcode == CLOSE) {
        payload(bytes.getByte(from++) & 0xff);
      } else {
        long step = Math.min(left, to - from);
        left -= step;
        from += (int) step;
      }
    }
    return over && !before && code != 0;
  }

  private void header(int next) {
    if (at == 0) {
      opcode = next & 0x0f;
    } else if (at == 1) {
      masked = (next & 0x80) != 0;
      int length = next & 0x7f;
      lengthBytes = length == 126 ? 2 : length == 127 ? 8 : 0;
      left = lengthBytes == 0 ? length : 0;
      mask = 0;
    } else if (at < 2 + lengthBytes) {
      left = left << 8 | next;
    } else {
      mask = mask << 8 | next;
    }
    at++;
    if (at == 2 + lengthBytes + (masked ? 4 : 0)) {
      begun();
    }
  }

  private void begun() {
    at = 0;
    frames++;
    if (left < 0) {
      over = true;
    } else if (opcode == CLOSE && left == 0) {
      over = true;
      code = TunnelFacts.NO_CODE;
    }
  }

  /** The first two bytes of a Close frame's payload are its code. */
  private void payload(int next) {
    if (codeBytes < 2) {
      int key = masked ? mask >>> 24 - 8 * codeBytes & 0xff : 0;
      code = code << 8 | next ^ key;
      codeBytes++;
    }
    left--;
    if (left == 0) {
      over = true;
      code = codeBytes < 2 ? TunnelFacts.NO_CODE : code;
    }
  }

  /** Frames whose headers were seen whole. */
  public long frames() {
    return frames;
  }

  /** Code of the Close frame that passed, or 0. */
  public int closeCode() {
    return over ? code : 0;
  }

  /** Whether a frame of ours could be put in here: between two frames, and before any Close. */
  public boolean between() {
    return !over && at == 0 && left == 0;
  }
}
