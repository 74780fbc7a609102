package dev.headwater.gateway.overload;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headwater.routes.ProcessLimits;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HeapWatchTest {
  private static final class Scripted implements HeapGauge {
    private double inUse;
    private int collections;

    @Override
    public double inUse() {
      return inUse;
    }

    @Override
    public void collect() {
      collections++;
    }
  }

  private final Scripted heap = new Scripted();
  private final Pressure pressure = new Pressure();
  private final HeapWatch watch = new HeapWatch(heap, () -> ProcessLimits.DEFAULT, pressure);

  @ParameterizedTest
  @CsvSource({
    "0.5, NONE",
    "0.899, NONE",
    "0.9, CLOSE",
    "0.949, CLOSE",
    "0.95, REFUSE",
    "1, REFUSE"
  })
  void level_followsTheShareInUse(double inUse, Pressure.Level level) {
    heap.inUse = inUse;
    watch.look();
    assertThat(pressure.level()).isEqualTo(level);
    assertThat(pressure.closes()).isEqualTo(level != Pressure.Level.NONE);
    assertThat(pressure.refuses()).isEqualTo(level == Pressure.Level.REFUSE);
    heap.inUse = 0.1;
    watch.look();
    assertThat(pressure.level()).isEqualTo(Pressure.Level.NONE);
  }

  @Test
  void refusingForLong_asksForACollection_closingDoesNot() {
    heap.inUse = 0.96;
    for (int i = 0; i < 49; i++) {
      watch.look();
    }
    assertThat(heap.collections).isZero();
    watch.look();
    assertThat(heap.collections).isEqualTo(1);
    heap.inUse = 0.92;
    for (int i = 0; i < 200; i++) {
      watch.look();
    }
    assertThat(heap.collections).isEqualTo(1);
  }

  @Test
  void jvmHeap_tellsWhatIsHeld() {
    JvmHeap real = new JvmHeap();
    real.collect();
    double before = real.inUse();
    byte[][] held = new byte[64][(int) (Runtime.getRuntime().maxMemory() / 640)];
    real.collect();
    assertThat(real.inUse() - before).isBetween(0.08, 0.2);
    assertThat(held).hasDimensions(64, held[0].length);
    held = null;
    real.collect();
    assertThat(real.inUse() - before).isBetween(-0.05, 0.05);
  }
}
