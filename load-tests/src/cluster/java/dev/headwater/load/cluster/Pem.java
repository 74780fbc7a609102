package dev.headwater.load.cluster;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.util.List;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509TrustManager;

/**
 * A self-signed certificate with its key, made by openssl, as the texts of a Secret.
 *
 * @param subject its common name, by which it is told from others
 */
record Pem(String subject, String chain, String key) {
  /** One for a host. */
  static Pem of(String subject, String host) throws Exception {
    Path chain = Files.createTempFile(Testbed.TARGET, subject, ".crt");
    Path key = Files.createTempFile(Testbed.TARGET, subject, ".key");
    try {
      Process openssl =
          new ProcessBuilder(
                  "openssl",
                  "req",
                  "-x509",
                  "-newkey",
                  "ec",
                  "-pkeyopt",
                  "ec_paramgen_curve:P-256",
                  "-nodes",
                  "-days",
                  "2",
                  "-subj",
                  "/CN=" + subject,
                  "-addext",
                  "subjectAltName=DNS:" + host,
                  "-keyout",
                  key.toString(),
                  "-out",
                  chain.toString())
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .start();
      if (openssl.waitFor() != 0) {
        throw new IOException("openssl made no certificate");
      }
      return new Pem(subject, Files.readString(chain), Files.readString(key));
    } finally {
      Files.deleteIfExists(chain);
      Files.deleteIfExists(key);
    }
  }

  /** The common name of the certificate that a handshake for a host shows. */
  static String shown(int port, String host) throws Exception {
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(null, new TrustManager[] {new TrustAll()}, null);
    try (SSLSocket socket =
        (SSLSocket) context.getSocketFactory().createSocket("127.0.0.1", port)) {
      socket.setSoTimeout(10_000);
      SSLParameters parameters = socket.getSSLParameters();
      parameters.setServerNames(List.of(new SNIHostName(host)));
      socket.setSSLParameters(parameters);
      socket.startHandshake();
      X509Certificate leaf = (X509Certificate) socket.getSession().getPeerCertificates()[0];
      return leaf.getSubjectX500Principal().getName().replaceFirst("^CN=", "");
    }
  }

  private static final class TrustAll implements X509TrustManager {
    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type) {}

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type) {}

    @Override
    public X509Certificate[] getAcceptedIssuers() {
      return new X509Certificate[0];
    }
  }
}
