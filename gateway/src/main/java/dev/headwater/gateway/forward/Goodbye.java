package dev.headwater.gateway.forward;

import dev.headwater.gateway.pipeline.Bytes;
import dev.headwater.gateway.wire.Octets;

/**
 * The Close frame of an endpoint that is going away: code 1001, no reason (RFC 6455 5.5.1, 7.4.1).
 */
final class Goodbye {
  private static final int HEADER = 0x88;
  private static final int MASKED = 0x80;
  private static final int HIGH = 1001 >> 8;
  private static final int LOW = 1001 & 0xff;

  private Goodbye() {}

  static Bytes toClient() {
    return Octets.wrap(new byte[] {(byte) HEADER, 2, (byte) HIGH, (byte) LOW});
  }

  /** A client masks what it sends (RFC 6455 5.3). */
  static Bytes toUpstream(int mask) {
    return Octets.wrap(
        new byte[] {
          (byte) HEADER,
          (byte) (MASKED | 2),
          (byte) (mask >>> 24),
          (byte) (mask >>> 16),
          (byte) (mask >>> 8),
          (byte) mask,
          (byte) (HIGH ^ mask >>> 24),
          (byte) (LOW ^ mask >>> 16)
        });
  }
}
