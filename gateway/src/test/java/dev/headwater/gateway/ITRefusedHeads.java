package dev.headwater.gateway;

/** Rows A1 to A6 and A10 to A15 of the fault matrix against Headwater. */
class ITRefusedHeads extends RefusedHeadsContract {
  @Override
  ProxyUnderTest start(ProxyUnderTest.Situation situation, int upstream) {
    return new HeadwaterUnderTest(situation, upstream);
  }
}
