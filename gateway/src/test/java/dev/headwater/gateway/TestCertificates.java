package dev.headwater.gateway;

import io.netty.pkitesting.CertificateBuilder;
import io.netty.pkitesting.X509Bundle;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLServerSocket;

/** A certificate authority for one test, and what it issues, as PEM files in a directory. */
public final class TestCertificates {
  /** Tags of DER: a sequence, and {@code dNSName} of a GeneralName (RFC 5280 4.2.1.6). */
  private static final int SEQUENCE = 0x30;

  private static final int DNS_NAME = 0x82;

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

  /**
   * A certificate for a server of several DNS names, which may be wildcards.
   *
   * @param file what its files are called, without their ends
   */
  public Issued names(String file, String... names) throws Exception {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    for (String name : names) {
      all.writeBytes(der(DNS_NAME, name.getBytes(StandardCharsets.US_ASCII)));
    }
    // The builder's own way takes no wildcard.
    CertificateBuilder builder =
        valid()
            .subject("CN=" + file)
            .addExtensionOctetString("2.5.29.17", false, der(SEQUENCE, all.toByteArray()));
    return issue(file, builder);
  }

  /** A value in DER, up to 64 KiB (X.690 8.1.3). */
  private static byte[] der(int tag, byte[] value) {
    ByteArrayOutputStream der = new ByteArrayOutputStream();
    der.write(tag);
    if (value.length >= 0x80) {
      der.write(0x82);
      der.write(value.length >>> 8);
    }
    der.write(value.length);
    der.writeBytes(value);
    return der.toByteArray();
  }

  /** One that says whom it is for in its common name alone. */
  public Issued commonNameOnly(String name) throws Exception {
    return issue(name, valid().subject("CN=" + name));
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

  /** A certificate for a client that is known by a URI, such as {@code spiffe://mesh/ns/a/sa/b}. */
  public Issued client(String name, String uri) throws Exception {
    return issue(
        name, valid().subject("CN=" + name).addSanUriName(uri).addExtendedKeyUsageClientAuth());
  }

  /** For clients that trust this authority and show nothing. */
  public SSLContext clientContext() throws Exception {
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(null, authority.toTrustManagerFactory().getTrustManagers(), null);
    return context;
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
    /** For clients that trust the same authority and show this certificate. */
    public SSLContext context() throws Exception {
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(
          bundle.toKeyManagerFactory().getKeyManagers(),
          bundle.toTrustManagerFactory().getTrustManagers(),
          null);
      return context;
    }

    /**
     * A TLS server socket on loopback with this certificate; it trusts clients of the same
     * authority.
     *
     * @param port 0 for any
     * @param clients whether a client has to show a certificate
     */
    public ServerSocket listen(int port, boolean clients) throws Exception {
      SSLServerSocket server =
          (SSLServerSocket) context().getServerSocketFactory().createServerSocket();
      server.setNeedClientAuth(clients);
      server.setReuseAddress(true);
      server.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 50);
      return server;
    }
  }
}
