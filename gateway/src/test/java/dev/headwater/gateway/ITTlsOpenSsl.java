package dev.headwater.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.handler.ssl.OpenSsl;
import org.junit.jupiter.api.Test;

/** {@link TlsContract} with OpenSSL. */
class ITTlsOpenSsl extends TlsContract {
  @Override
  String provider() {
    return "openssl";
  }

  @Test
  void openSsl_isWhatThisPlatformHas() {
    assertThat(OpenSsl.isAvailable()).isTrue();
  }
}
