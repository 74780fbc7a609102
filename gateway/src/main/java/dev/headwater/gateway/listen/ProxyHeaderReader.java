package dev.headwater.gateway.listen;

import dev.headwater.gateway.pipeline.ClientAddress;
import dev.headwater.gateway.wire.ProtocolError;
import dev.headwater.gateway.wire.ProxyHeader;
import dev.headwater.sampling.network.IpLiteral;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.ByteToMessageDecoder;
import java.util.List;

/**
 * Reads the PROXY header that a listed peer has to send first; without a good one the connection is
 * closed. Time is minded by the connection's lifecycle.
 */
final class ProxyHeaderReader extends ByteToMessageDecoder {
  private final Arrival arrival;
  private boolean refused;

  ProxyHeaderReader(Arrival arrival) {
    this.arrival = arrival;
  }

  @Override
  protected void decode(ChannelHandlerContext ctx, ByteBuf in, List<Object> out) {
    if (refused) {
      in.skipBytes(in.readableBytes());
      return;
    }
    try {
      ProxyHeader header = ProxyHeader.read(in);
      if (header != null) {
        go(ctx, header);
      }
    } catch (ProtocolError e) {
      refused = true;
      arrival.refuse(ctx, e.reason());
    }
  }

  private void go(ChannelHandlerContext ctx, ProxyHeader header) {
    byte[] ip = header.ip();
    arrival.from(
        ctx.pipeline(),
        ip == null ? null : new ClientAddress(ip, IpLiteral.format(ip), header.port()));
    ctx.pipeline().remove(this);
  }
}
