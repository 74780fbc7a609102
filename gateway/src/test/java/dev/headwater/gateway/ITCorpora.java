package dev.headwater.gateway;

/** Rows A21 and A22 of the fault matrix against Headwater. */
class ITCorpora extends CorpusContract {
  @Override
  ProxyUnderTest start(ProxyUnderTest.Situation situation, int upstream) {
    return new HeadwaterUnderTest(situation, upstream);
  }
}
