package dev.headwater.gateway.report;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import zipkin2.reporter.Encoding;

class BatchTest {
  @Test
  void take_leavesWhatDoesNotFit() {
    Batch batch = new Batch(Encoding.JSON);
    for (int i = 0; i < 4; i++) {
      batch.add(new byte[100], 7 + i, 70 + i);
    }
    assertThat(batch.isFull(350)).isTrue();
    Message taken = batch.take(350);
    assertThat(taken.spans()).hasSize(3);
    assertThat(taken.openedAt()).isEqualTo(7);
    assertThat(taken.oldestMicros()).isEqualTo(70);
    assertThat(batch.spans()).isEqualTo(1);
    assertThat(batch.isFull(350)).isFalse();
    assertThat(batch.openedAt()).as("never younger than it is").isEqualTo(7);
  }

  @Test
  void take_givesOneSpan_evenIfItIsTooLarge() {
    Batch batch = new Batch(Encoding.PROTO3);
    batch.add(new byte[1_000], 0, 0);
    assertThat(batch.take(10).spans()).hasSize(1);
    assertThat(batch.isEmpty()).isTrue();
  }

  @Test
  void message_isNeverLargerThanTheLimit() {
    Batch batch = new Batch(Encoding.JSON);
    for (int i = 1; i <= 100; i++) {
      byte[] encoded = batch.encode(Spans.span(i));
      batch.add(encoded, 0, 0);
    }
    while (!batch.isEmpty()) {
      var spans = batch.take(4_096).spans();
      assertThat(Encoding.JSON.encode(spans).length).isLessThanOrEqualTo(4_096);
    }
  }
}
