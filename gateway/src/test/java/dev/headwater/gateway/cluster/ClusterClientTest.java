package dev.headwater.gateway.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ClusterClientTest {
  @Test
  void replicasComeBackAtTimesOfTheirOwn_withinBounds() {
    Random chance = new Random(7);
    int[] pauses =
        IntStream.range(0, 10_000).map(i -> ClusterClient.reconnectMillis(chance)).toArray();
    assertThat(pauses)
        .contains(
            (int) ClusterClient.LEAST_RECONNECT.toMillis(),
            (int) ClusterClient.MOST_RECONNECT.toMillis());
    assertThat(IntStream.of(pauses))
        .allMatch(
            pause ->
                pause >= ClusterClient.LEAST_RECONNECT.toMillis()
                    && pause <= ClusterClient.MOST_RECONNECT.toMillis());
    assertThat(IntStream.of(pauses).distinct().count()).isEqualTo(601);
  }
}
