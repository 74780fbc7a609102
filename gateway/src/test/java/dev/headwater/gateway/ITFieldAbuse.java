package dev.headwater.gateway;

/** Rows D7 to D11 of the fault matrix against Headwater. */
class ITFieldAbuse extends FieldAbuseContract {
  @Override
  RoutedProxy start(RoutedProxy.Setting setting) {
    return new RoutedHeadwater(setting);
  }
}
