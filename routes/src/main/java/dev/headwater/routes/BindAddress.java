package dev.headwater.routes;

/**
 * A local address to listen at.
 *
 * @param host IP literal or name; {@code ::} or {@code 0.0.0.0} for all addresses
 * @param port 0 to 65535; 0 lets the system choose
 */
public record BindAddress(String host, int port) {
  /** Host and port as they are written, IPv6 in brackets. */
  @Override
  public String toString() {
    return (host.indexOf(':') >= 0 ? "[" + host + "]" : host) + ":" + port;
  }
}
