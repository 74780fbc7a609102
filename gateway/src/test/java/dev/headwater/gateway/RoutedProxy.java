package dev.headwater.gateway;

/**
 * A proxy in front of two upstreams as a {@link RoutedContract} sees it. What is under {@code
 * /admin}, or asked of host {@code admin.example}, is served by one; all else by the other.
 */
interface RoutedProxy extends AutoCloseable {
  int port();

  @Override
  void close() throws Exception;

  /**
   * What a scenario asks of a proxy before it starts.
   *
   * @param open port of the upstream for everybody
   * @param admin port of the upstream for {@code /admin} and {@code admin.example}
   * @param trusting whether callers on loopback are proxies whose word is taken
   */
  record Setting(int open, int admin, boolean trusting) {}
}
