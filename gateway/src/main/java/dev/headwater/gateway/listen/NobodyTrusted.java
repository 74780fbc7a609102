package dev.headwater.gateway.listen;

import io.netty.handler.ssl.util.SimpleTrustManagerFactory;
import java.security.KeyStore;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import javax.net.ssl.ManagerFactoryParameters;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509TrustManager;

/** Trust for handshakes that ask no client for a certificate; the JDK's own would be loaded. */
final class NobodyTrusted implements X509TrustManager {
  static final TrustManagerFactory FACTORY = new Factory();

  private NobodyTrusted() {}

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String authType)
      throws CertificateException {
    throw new CertificateException("no client certificate was asked for");
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String authType)
      throws CertificateException {
    throw new CertificateException("this is a server");
  }

  @Override
  public X509Certificate[] getAcceptedIssuers() {
    return new X509Certificate[0];
  }

  private static final class Factory extends SimpleTrustManagerFactory {
    @Override
    protected void engineInit(KeyStore keyStore) {
      // Nothing to load.
    }

    @Override
    protected void engineInit(ManagerFactoryParameters parameters) {
      // Nothing to load.
    }

    @Override
    protected TrustManager[] engineGetTrustManagers() {
      return new TrustManager[] {new NobodyTrusted()};
    }
  }
}
