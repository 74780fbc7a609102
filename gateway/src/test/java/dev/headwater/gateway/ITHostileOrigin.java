package dev.headwater.gateway;

/** Row D12 of the fault matrix against Headwater. */
class ITHostileOrigin extends HostileOriginContract {
  @Override
  ProxyUnderTest start(ProxyUnderTest.Situation situation, int upstream) {
    return new HeadwaterUnderTest(situation, upstream);
  }
}
