package dev.headwater.gateway;

import io.netty.pkitesting.CertificateBuilder;
import io.netty.pkitesting.X509Bundle;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLServerSocket;

/** A certificate authority for one test, and what it issues, as PEM files in a directory. */
public final class TestCertificates {
  private final Path directory;
  private final X509Bundle authority;

  private TestCertificates(Path directory, X509Bundle authority) {
    this.directory = directory;
    this.authority = authority;
  }

  /** A new authority; its certificate is {@code ca.crt} in the directory. */
  public static TestCertificates in(Path directory) throws Exception {
    X509Bundle authority =
        valid().subject("CN=Test authority").setIsCertificateAuthority(true).buildSelfSigned();
    TestCertificates made = new TestCertificates(directory, authority);
    made.write("ca.crt", authority.getCertificatePEM());
    return made;
  }

  /** The authority's certificate. */
  public Path ca() {
    return directory.resolve("ca.crt");
  }

  /** A certificate for a server of this DNS name, and for 127.0.0.1 if {@code loopback}. */
  public Issued server(String name, boolean loopback) throws Exception {
    CertificateBuilder builder = valid().subject("CN=" + name).addSanDnsName(name);
    return issue(name, loopback ? builder.addSanIpAddress("127.0.0.1") : builder);
  }

  /** One for 127.0.0.1 that ended an hour ago. */
  public Issued expired(String name) throws Exception {
    Instant now = Instant.now();
    CertificateBuilder builder =
        new CertificateBuilder()
            .ecp256()
            .notBefore(now.minus(Duration.ofDays(2)))
            .notAfter(now.minus(Duration.ofHours(1)))
            .subject("CN=" + name)
            .addSanDnsName(name)
            .addSanIpAddress("127.0.0.1");
    return issue(name, builder);
  }

  /** A certificate for a client. */
  public Issued client(String name) throws Exception {
    return issue(name, valid().subject("CN=" + name).addExtendedKeyUsageClientAuth());
  }

  private static CertificateBuilder valid() {
    Instant now = Instant.now();
    return new CertificateBuilder()
        .ecp256()
        .notBefore(now.minus(Duration.ofDays(1)))
        .notAfter(now.plus(Duration.ofDays(1)));
  }

  private Issued issue(String name, CertificateBuilder builder) throws Exception {
    X509Bundle bundle = builder.buildIssuedBy(authority);
    Path certificate = write(name + ".crt", bundle.getCertificatePEM());
    return new Issued(certificate, write(name + ".key", bundle.getPrivateKeyPEM()), bundle);
  }

  private Path write(String name, String pem) throws IOException {
    return Files.writeString(directory.resolve(name), pem);
  }

  /** A certificate with its key, as files and as they are needed by a server. */
  public record Issued(Path certificate, Path key, X509Bundle bundle) {
    /**
     * A TLS server socket on loopback with this certificate; it trusts clients of the same
     * authority.
     *
     * @param port 0 for any
     * @param clients whether a client has to show a certificate
     */
    public ServerSocket listen(int port, boolean clients) throws Exception {
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(
          bundle.toKeyManagerFactory().getKeyManagers(),
          bundle.toTrustManagerFactory().getTrustManagers(),
          null);
      SSLServerSocket server =
          (SSLServerSocket) context.getServerSocketFactory().createServerSocket();
      server.setNeedClientAuth(clients);
      server.setReuseAddress(true);
      server.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 50);
      return server;
    }
  }
}
