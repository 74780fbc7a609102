package dev.headwater.gateway;

/** Rows A7 to A9 and A16 to A20 of the fault matrix against Headwater. */
class ITMessageBounds extends MessageBoundsContract {
  @Override
  ProxyUnderTest start(ProxyUnderTest.Situation situation, int upstream) {
    return new HeadwaterUnderTest(situation, upstream);
  }
}
