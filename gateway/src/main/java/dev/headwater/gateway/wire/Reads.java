package dev.headwater.gateway.wire;

import io.netty.channel.AdaptiveRecvByteBufAllocator;
import io.netty.channel.ChannelConfig;
import io.netty.channel.RecvByteBufAllocator;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.channel.epoll.EpollSocketChannelConfig;

/**
 * How much one connection may hold, and how long it may keep its loop.
 *
 * <p>What waits for a slow reader is paused at 32 KiB (Envoy's value for an edge), and one read
 * brings at most as much again: a connection costs at most 64 KiB of bodies however large they are.
 * The kernel takes 128 KiB beyond what is on its way to the peer (tcp(7), {@code
 * TCP_NOTSENT_LOWAT}); without that bound it takes megabytes for a peer that reads nothing. A loop
 * reads once from each of its connections before it looks at all of them again, so that some
 * hundreds that are fast do not keep the others waiting.
 */
public final class Reads {
  /** Most bytes of one read. */
  public static final int MOST = 32 << 10;

  /** Most bytes that the kernel holds and has not sent; only Linux' own transport can be told. */
  private static final long MOST_UNSENT = 128 << 10;

  private static final WriteBufferWaterMark WATER_MARK = new WriteBufferWaterMark(MOST / 2, MOST);

  private static final RecvByteBufAllocator SIZES =
      new AdaptiveRecvByteBufAllocator(64, 2048, MOST).maxMessagesPerRead(1);

  private Reads() {}

  /** Bounds a connection that was just made. */
  public static void bound(ChannelConfig config) {
    config.setWriteBufferWaterMark(WATER_MARK).setRecvByteBufAllocator(SIZES);
    if (config instanceof EpollSocketChannelConfig linux) {
      linux.setTcpNotSentLowAt(MOST_UNSENT);
    }
  }
}
