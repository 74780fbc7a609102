package dev.headwater.gateway.listen;

import dev.headwater.gateway.pipeline.ClientAddress;
import dev.headwater.gateway.pipeline.ClientSession;
import dev.headwater.gateway.pipeline.TlsFacts;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPipeline;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * The way of a connection from its accept to the protocol that serves it. The steps are those of
 * its bytes: TLS, HTTP. Confined to its event loop.
 */
final class Arrival {
  private final Protocols protocols;
  private final ClientAddress peer;
  private final long acceptedAt;

  Arrival(Protocols protocols, ClientAddress peer, long acceptedAt) {
    this.protocols = protocols;
    this.peer = peer;
    this.acceptedAt = acceptedAt;
  }

  void begin(ChannelPipeline pipeline) {
    TlsNames tls = protocols.state().tls();
    if (tls == null) {
      protocols.inClear(pipeline, session(null, acceptedAt));
    } else {
      until(tls.policy().handshakeTimeout());
      pipeline.addBefore(Protocols.LIFECYCLE, "hello", new ClientHelloReader(this, tls));
    }
  }

  private void until(Duration patience) {
    protocols.lifecycle().until(acceptedAt + patience.toNanos());
  }

  /**
   * The handshake is done.
   *
   * @param chosen by ALPN, or null
   */
  void secured(ChannelPipeline pipeline, TlsFacts facts, @Nullable String chosen) {
    protocols.negotiated(pipeline, session(facts, protocols.shared().loop().now()), chosen);
  }

  private ClientSession session(@Nullable TlsFacts facts, long readyAt) {
    return new ClientSession(peer, peer, facts, acceptedAt, readyAt);
  }

  /** The connection ends before anything served it. */
  void refuse(ChannelHandlerContext ctx, String reason) {
    count(reason);
    ctx.close();
  }

  /** Counts why a connection came to nothing; reasons come from a bounded set. */
  void count(String reason) {
    protocols.shared().loop().metrics().failure("accept", reason);
  }
}
