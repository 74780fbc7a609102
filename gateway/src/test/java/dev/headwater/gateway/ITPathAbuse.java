package dev.headwater.gateway;

/** Rows D1 to D5 and D13 of the fault matrix against Headwater. */
class ITPathAbuse extends PathAbuseContract {
  @Override
  RoutedProxy start(RoutedProxy.Setting setting) {
    return new RoutedHeadwater(setting);
  }
}
