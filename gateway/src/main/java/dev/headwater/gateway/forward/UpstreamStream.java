package dev.headwater.gateway.forward;

import dev.headwater.gateway.pipeline.Attempt;
import dev.headwater.gateway.pipeline.BodySink;
import dev.headwater.gateway.pipeline.BodySource;

/**
 * One request and its response on a connection, whichever HTTP is spoken there: takes the request's
 * body, is the source of the response's. What comes back goes to the attempt's sink. Confined to
 * its loop.
 */
interface UpstreamStream extends BodySink, BodySource {
  /** Writes the head of the attempt's request; its body follows. */
  void head(Attempt attempt);

  /** The response is not wanted any more; nothing is told of it from here on. */
  void abandon();

  /** IP address of the peer. */
  String remoteAddress();

  int remotePort();
}
