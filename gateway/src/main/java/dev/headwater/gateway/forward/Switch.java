package dev.headwater.gateway.forward;

import dev.headwater.gateway.pipeline.Attempt;
import dev.headwater.gateway.pipeline.Exchange;
import dev.headwater.gateway.pipeline.Fields;
import dev.headwater.gateway.pipeline.HttpVersion;
import dev.headwater.gateway.pipeline.ListField;
import dev.headwater.gateway.pipeline.TunnelEnd;
import dev.headwater.gateway.pipeline.TunnelFacts;
import dev.headwater.gateway.wire.ChannelEnd;
import dev.headwater.gateway.wire.Intake;
import dev.headwater.routes.Route;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;

/**
 * The change of a connection from HTTP/1.1 to whatever client and upstream agreed on (RFC 9110
 * 7.8): ends attempt and exchange with the 101, and opens the tunnel.
 *
 * @param read the head of the 101
 * @param pool that the connection came from
 */
record Switch(Attempt attempt, ResponseReader.Read read, EndpointPool pool) {
  /** Whether a head switches to one protocol that the client asked for. */
  static boolean answers(Exchange exchange, ResponseReader.Read read) {
    String asked = exchange.upgrade();
    String said = read.upgrade();
    return read.head().status() == 101
        && asked != null
        && said != null
        && ListField.contains(asked, said);
  }

  /** A 426 says which protocol it wants, to a client that could ask for it. */
  static void wanted(Exchange exchange, ResponseReader.Read read) {
    String protocols = read.upgrade();
    if (protocols != null && exchange.request().version() == HttpVersion.HTTP_1_1) {
      tell(read.head().fields(), protocols);
    }
  }

  private static void tell(Fields fields, String protocols) {
    fields.add("Connection", "Upgrade");
    fields.add("Upgrade", protocols);
  }

  /** Puts a tunnel's end in the place of {@code reader}, if the client is still there. */
  void to(ChannelHandler reader, Channel channel, Intake unread) {
    Exchange exchange = attempt.exchange();
    String protocol = String.valueOf(read.upgrade());
    tell(read.head().fields(), protocol);
    attempt.canceller(null);
    exchange.body().detach();
    attempt.answered(read.head());
    attempt.complete(pool.loop().now());
    TunnelEnd client = attempt.sink().switched(attempt, read.head());
    if (client == null) {
      unread.clear();
      channel.close();
      return;
    }
    TunnelFacts facts = new TunnelFacts(protocol, pool.loop().now());
    Tunnel.open(
        terms(exchange),
        facts,
        exchange.tunnel(facts),
        client,
        ChannelEnd.inPlaceOf(reader, channel, unread));
  }

  private Tunnel.Terms terms(Exchange exchange) {
    Route route = exchange.requireRoute();
    return new Tunnel.Terms(
        pool.loop(),
        pool.ticks(),
        route.name(),
        route.timeouts().idle(),
        exchange.snapshot().configuration().tracing().spans().partialAfter());
  }
}
