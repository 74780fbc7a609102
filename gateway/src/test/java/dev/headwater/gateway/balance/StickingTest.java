package dev.headwater.gateway.balance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headwater.gateway.metrics.EndpointRecorder;
import dev.headwater.routes.Endpoint;
import dev.headwater.routes.Upstream.Balance;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class StickingTest {
  private static Choice choice(String... hosts) {
    Endpoint[] endpoints =
        Arrays.stream(hosts).map(host -> new Endpoint(host, 80)).toArray(Endpoint[]::new);
    return new Choice(endpoints, new EndpointRecorder[hosts.length], Balance.ROUND_ROBIN);
  }

  @Test
  void keysAreSpreadEvenly_andAnEndpointThatComesTakesItsShareAlone() {
    Choice three = choice("10.0.0.1", "10.0.0.2", "10.0.0.3");
    Choice four = choice("10.0.0.4", "10.0.0.3", "10.0.0.1", "10.0.0.2");
    int[] back = {4, 3, 1, 2};
    int[] counts = new int[3];
    int moved = 0;
    for (int i = 0; i < 30_000; i++) {
      String key = Integer.toHexString(i * 31);
      int before = three.best(key);
      int after = back[four.best(key)] - 1;
      counts[before]++;
      moved += before == after ? 0 : 1;
      assertThat(after == before || after == 3).isTrue();
    }

    assertThat(Arrays.stream(counts)).allMatch(count -> count > 9_500 && count < 10_500);
    assertThat(moved).isBetween(7_000, 8_000);
  }

  @Test
  void endpointIsFoundByItsName_whereverItStands() {
    Choice before = choice("10.0.0.1", "10.0.0.2");
    Choice after = choice("10.0.0.3", "10.0.0.2");

    assertThat(after.named(before.name(1))).isEqualTo(1);
    assertThat(after.named(before.name(0))).isEqualTo(-1);
  }
}
