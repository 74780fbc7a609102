package dev.headwater.gateway.wire;

import io.netty.channel.AdaptiveRecvByteBufAllocator;
import io.netty.channel.ChannelConfig;
import io.netty.channel.WriteBufferWaterMark;

/**
 * How much one connection may hold: what waits for a slow reader is paused at 32 KiB (Envoy's value
 * for an edge), and one read brings at most as much again. So a connection costs at most 64 KiB of
 * bodies however large they are.
 */
public final class Reads {
  /** Most bytes of one read. */
  public static final int MOST = 32 << 10;

  private static final WriteBufferWaterMark WATER_MARK = new WriteBufferWaterMark(MOST / 2, MOST);

  private static final AdaptiveRecvByteBufAllocator SIZES =
      new AdaptiveRecvByteBufAllocator(64, 2048, MOST);

  private Reads() {}

  /** Bounds a connection that was just made. */
  public static void bound(ChannelConfig config) {
    config.setWriteBufferWaterMark(WATER_MARK).setRecvByteBufAllocator(SIZES);
  }
}
