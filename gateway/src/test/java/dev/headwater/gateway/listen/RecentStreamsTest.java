package dev.headwater.gateway.listen;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class RecentStreamsTest {
  private final RecentStreams streams = new RecentStreams();

  @Test
  void stream_isKnownOnceAdded() {
    assertThat(streams.contains(1)).isFalse();
    streams.add(1);
    assertThat(streams.contains(1)).isTrue();
    assertThat(streams.contains(3)).isFalse();
  }

  @Test
  void lastOnes_areKept_andTheOldestForgotten() {
    int kept = 128;
    for (int i = 0; i <= kept; i++) {
      streams.add(2 * i + 1);
    }
    assertThat(streams.contains(1)).isFalse();
    for (int i = 1; i <= kept; i++) {
      assertThat(streams.contains(2 * i + 1)).isTrue();
    }
  }
}
