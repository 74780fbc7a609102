package dev.headwater.gateway.listen;

import dev.headwater.gateway.fail.GatewayFailure;
import dev.headwater.gateway.pipeline.Exchange;
import dev.headwater.gateway.pipeline.TlsFacts;
import org.jspecify.annotations.Nullable;

/**
 * Requests on a connection that was not made for their host: 421, so that the client makes another.
 * Without it a client that was let in for one name could ask for one that asks for a certificate.
 */
final class Misdirection {
  private static final GatewayFailure.Refused REFUSED =
      new GatewayFailure.Refused(
          421, "misdirected", "this connection was not made for the requested host");

  private Misdirection() {}

  /**
   * Refuses an exchange that begins, if it has to be.
   *
   * @param inForce the listener's TLS as it is now, which decides
   */
  static void refuse(Exchange exchange, @Nullable TlsNames inForce) {
    TlsFacts made = exchange.session().tls();
    if (made != null && inForce != null && inForce.isMisdirected(made, exchange.host())) {
      exchange.refuse(REFUSED);
    }
  }
}
