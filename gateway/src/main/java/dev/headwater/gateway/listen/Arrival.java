package dev.headwater.gateway.listen;

import dev.headwater.gateway.pipeline.ClientAddress;
import dev.headwater.gateway.pipeline.ClientSession;
import dev.headwater.gateway.pipeline.TlsFacts;
import dev.headwater.gateway.snapshot.SnapshotRef;
import dev.headwater.gateway.wire.ChannelEnd;
import dev.headwater.gateway.wire.Intake;
import dev.headwater.routes.ListenerTls.Passthrough;
import dev.headwater.routes.Upstream;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPipeline;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * The way of a connection from its accept to the protocol that serves it. The steps are those of
 * its bytes: PROXY header, TLS, HTTP. Confined to its event loop.
 */
final class Arrival {
  private final Protocols protocols;
  private final ClientAddress peer;
  private final long acceptedAt;
  private ClientAddress client;

  Arrival(Protocols protocols, ClientAddress peer, long acceptedAt) {
    this.protocols = protocols;
    this.peer = peer;
    this.client = peer;
    this.acceptedAt = acceptedAt;
  }

  void begin(ChannelPipeline pipeline) {
    if (protocols.policy().proxies().contains(peer.ip())) {
      pipeline.addBefore(Protocols.LIFECYCLE, "proxy", new ProxyHeaderReader(this));
    } else {
      tlsOrClear(pipeline);
    }
  }

  /**
   * A believed peer said whose connection it is.
   *
   * @param named the client, or null where it is the peer's own
   */
  void from(ChannelPipeline pipeline, @Nullable ClientAddress named) {
    client = named == null ? peer : named;
    tlsOrClear(pipeline);
  }

  private void tlsOrClear(ChannelPipeline pipeline) {
    TlsNames tls = protocols.state().tls();
    if (tls == null) {
      protocols.inClear(pipeline, session(null, client == peer ? acceptedAt : now()));
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
    protocols.negotiated(pipeline, session(facts, now()), chosen);
  }

  /**
   * It is not decrypted here.
   *
   * @param reader of the ClientHello, whose place is given away
   * @param read what it had read, that is everything
   */
  void passed(ChannelHandler reader, Channel channel, Intake read, Passthrough to) {
    ConnectionShared shared = protocols.shared();
    SnapshotRef snapshots = shared.snapshots();
    ChannelEnd end = ChannelEnd.inPlaceOf(reader, channel, read);
    end.pause();
    protocols.lifecycle().serve(() -> end.drain(snapshots.get().configuration().drain().timeout()));
    for (Upstream upstream : snapshots.get().configuration().upstreams()) {
      if (upstream.name().equals(to.upstream())) {
        shared.passthrough().open(upstream, to.idle(), end);
        return;
      }
    }
    end.close(); // Terms of a moment ago, and an upstream that is gone since.
  }

  private long now() {
    return protocols.shared().loop().now();
  }

  private ClientSession session(@Nullable TlsFacts facts, long readyAt) {
    return new ClientSession(peer, client, facts, acceptedAt, readyAt);
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
