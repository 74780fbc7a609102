package dev.headwater.gateway;

/** Rows T1 to T11 of the fault matrix against Headwater. */
class ITTraceAbuse extends TraceAbuseContract {
  @Override
  ProxyUnderTest start(ProxyUnderTest.Situation situation, int upstream) {
    return new HeadwaterUnderTest(situation, upstream);
  }
}
