package dev.headwater.gateway.fault;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.util.List;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import org.jspecify.annotations.Nullable;

/** Connections to loopback. Every write goes out at once; reads give up after 10 s. */
public final class Dial {
  private Dial() {}

  /** In clear. */
  public static Socket tcp(int port) throws IOException {
    Socket socket = new Socket(InetAddress.getLoopbackAddress(), port);
    socket.setTcpNoDelay(true);
    socket.setSoTimeout(10_000);
    return socket;
  }

  /**
   * TLS with the handshake done.
   *
   * @param trust whom the client trusts and what it shows, as {@code
   *     TestCertificates.clientContext} makes it
   * @param serverName to ask for by SNI, or null for none; the certificate's names are not verified
   * @param protocols offered by ALPN, none for no offer; what was agreed is {@link
   *     SSLSocket#getApplicationProtocol}
   */
  public static SSLSocket tls(
      int port, SSLContext trust, @Nullable String serverName, String... protocols)
      throws IOException {
    SSLSocket socket =
        (SSLSocket) trust.getSocketFactory().createSocket(tcp(port), "127.0.0.1", port, true);
    SSLParameters parameters = socket.getSSLParameters();
    parameters.setServerNames(
        serverName == null ? List.of() : List.of(new SNIHostName(serverName)));
    parameters.setApplicationProtocols(protocols);
    socket.setSSLParameters(parameters);
    socket.startHandshake();
    return socket;
  }

  /** Breaks a connection off with a reset; behind TLS a close_notify may go before it. */
  public static void reset(Socket socket) throws IOException {
    socket.setSoLinger(true, 0);
    socket.close();
  }
}
