package dev.headwater.routes;

/**
 * One address of an upstream.
 *
 * @param host IP literal, or a name that is resolved and re-resolved
 * @param port 1 to 65535
 */
public record Endpoint(String host, int port) {
  /** Host and port as they are written, IPv6 in brackets. */
  @Override
  public String toString() {
    return (host.indexOf(':') >= 0 ? "[" + host + "]" : host) + ":" + port;
  }
}
