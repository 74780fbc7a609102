package dev.headwater.gateway;

/** Headwater with the two rules of a {@link RoutedProxy}. */
final class RoutedHeadwater implements RoutedProxy {
  private final RunningGateway gateway;

  RoutedHeadwater(Setting setting) {
    gateway =
        RunningGateway.of(
            """
            listeners:
              - name: web
                address: 127.0.0.1:0
                forwarded: {trusted: [%s]}
            upstreams:
              - {name: open, endpoints: ["http://127.0.0.1:%d"]}
              - {name: admin, endpoints: ["http://127.0.0.1:%d"]}
            routes:
              - {name: admin-host, match: {hosts: [admin.example]}, to: [{upstream: admin}]}
              - {name: admin, match: {path: {prefix: /admin}}, to: [{upstream: admin}]}
              - {name: open, to: [{upstream: open}]}
            """
                .formatted(
                    setting.trusting() ? "127.0.0.0/8" : "192.0.2.0/24",
                    setting.open(),
                    setting.admin()));
  }

  @Override
  public int port() {
    return gateway.port();
  }

  @Override
  public void close() throws Exception {
    gateway.close();
  }
}
