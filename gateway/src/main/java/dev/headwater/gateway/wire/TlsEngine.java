package dev.headwater.gateway.wire;

import io.netty.handler.ssl.OpenSsl;
import io.netty.handler.ssl.SslProvider;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Which implementation of TLS there is on this machine; safe for any thread. */
public final class TlsEngine {
  private static final Logger LOG = LoggerFactory.getLogger(TlsEngine.class);

  private TlsEngine() {}

  /** OpenSSL where it loads, else that of the JDK, which costs more; told once in that case. */
  public static SslProvider best() {
    return Best.PROVIDER;
  }

  /** Looked for when it is first asked for: a gateway without TLS loads no library. */
  private static final class Best {
    private static final SslProvider PROVIDER = find();

    private static SslProvider find() {
      if (OpenSsl.isAvailable()) {
        return SslProvider.OPENSSL;
      }
      LOG.warn(
          "OpenSSL does not load here, TLS is the JDK's and costs more: {}",
          String.valueOf(OpenSsl.unavailabilityCause()));
      return SslProvider.JDK;
    }
  }
}
