package dev.headwater.gateway.listen;

import dev.headwater.routes.ClientCertificates;
import dev.headwater.routes.ListenerTls;
import dev.headwater.routes.ServerCertificate;
import io.netty.handler.ssl.SslContext;
import org.jspecify.annotations.Nullable;

/** What is done with a connection whose client asks for a server name. */
sealed interface NameTerms {
  /**
   * It is decrypted here.
   *
   * @param context handshakes on these terms
   * @param clients what is asked of clients, or null for nothing
   */
  record Terminate(
      SslContext context, ServerCertificate certificate, @Nullable ClientCertificates clients)
      implements NameTerms {}

  /** It is handed on to an upstream as it comes. */
  record Pass(ListenerTls.Passthrough to) implements NameTerms {}
}
