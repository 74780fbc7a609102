package dev.headwater.gateway.forward;

import io.netty.handler.codec.DecoderException;
import java.io.IOException;
import javax.net.ssl.SSLException;

/** Tells what peers do all the time from defects of ours. */
final class Faults {
  private Faults() {}

  /** Whether an exception of a connection is the other side's doing. */
  static boolean ofPeer(Throwable cause) {
    return cause instanceof IOException || ofTls(cause);
  }

  /** Whether an exception is one of TLS: an alert, or what is no TLS at all. */
  static boolean ofTls(Throwable cause) {
    return cause instanceof SSLException
        || (cause instanceof DecoderException && cause.getCause() instanceof SSLException);
  }
}
