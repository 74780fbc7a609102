package dev.headwater.gateway;

/** The rows of {@link PathAbuseContract} against Headwater, by a client that speaks HTTP/2. */
class ITPathAbuseHttp2 extends PathAbuseContract {
  @Override
  RoutedProxy start(RoutedProxy.Setting setting) {
    return new RoutedHeadwater(setting);
  }

  @Override
  boolean http2() {
    return true;
  }

  @Override
  int status(String method, String target, String host, String... fields) throws Exception {
    return RoutedHttp2.status(proxy().port(), method, target, host, fields);
  }
}
