package dev.headwater.gateway;

/** Rows C1 to C5 and C10 of the fault matrix against Headwater. */
class ITClientLimits extends LimitsContract {
  @Override
  ProxyUnderTest start(ProxyUnderTest.Situation situation, int upstream) {
    return new HeadwaterUnderTest(situation, upstream);
  }
}
