package dev.headwater.gateway.listen;

import io.netty.channel.Channel;
import io.netty.channel.ChannelOutboundBuffer;

/** Notices a client that takes nothing of what waits for it. Looked at on the loop's tick. */
final class SlowReader {
  private long waiting;
  private long since;

  /** That much time counts for nothing. */
  void heldUp(long nanos) {
    since += nanos;
  }

  /** Whether the same bytes have waited for {@code patience} nanoseconds. */
  boolean stalled(Channel channel, long now, long patience) {
    ChannelOutboundBuffer queued = channel.unsafe().outboundBuffer();
    long bytes = queued == null ? 0 : queued.totalPendingWriteBytes();
    if (bytes == 0 || bytes != waiting) {
      waiting = bytes;
      since = now;
      return false;
    }
    return now - since >= patience;
  }
}
