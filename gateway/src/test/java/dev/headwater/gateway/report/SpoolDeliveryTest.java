package dev.headwater.gateway.report;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headwater.gateway.FaultRow;
import dev.headwater.gateway.spool.Losses;
import dev.headwater.gateway.spool.Spool;
import dev.headwater.gateway.spool.StoredSpans;
import dev.headwater.routes.SpoolPolicy;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SpoolDeliveryTest {
  private static final SpoolHarness.Script DOWN =
      spans -> {
        throw new IOException("refused");
      };

  @TempDir private Path folder;

  @Test
  void collectorThatAnswers_costsNoWrite() throws Exception {
    try (SpoolHarness h = new SpoolHarness(folder)) {
      for (int i = 0; i < 100; i++) {
        h.make(10);
        h.sendFor(250);
        assertThat(filesIn(folder)).containsExactly("lock");
      }
      assertThat(h.arrived).isEqualTo(upTo(1_000));
      assertThat(h.counts.get(Outcome.REPORTED)).isEqualTo(1_000);
    }
  }

  @Test
  void messageThatFails_isWrittenBeforeNewerOnes_andAllArriveInOrder() throws Exception {
    try (SpoolHarness h = new SpoolHarness(folder)) {
      h.script = DOWN;
      h.make(3);
      h.make(2);
      assertThat(h.spool().spans()).isZero();
      h.delivery.send();
      assertThat(h.spool().spans()).isEqualTo(5);
      h.make(4);
      assertThat(h.spool().spans()).as("straight to disk").isEqualTo(9);
      assertThat(h.delivery.held().spans()).as("in memory").isZero();
      assertThat(onDisk(folder)).isEqualTo(upTo(9));

      h.script = spans -> {};
      h.sendFor(2_000);
      assertThat(h.arrived).isEqualTo(upTo(9));
      assertThat(h.delivery.settled()).isTrue();
      assertThat(h.counts.dropped()).isZero();
      h.make(1);
      assertThat(h.delivery.held().spans()).as("direct again").isEqualTo(1);
      assertThat(filesIn(folder)).containsExactly("lock");
    }
  }

  @Test
  void answerThatIsLate_isAwaited_withTheMessageOnDisk() throws Exception {
    try (SpoolHarness h = new SpoolHarness(folder)) {
      h.script =
          spans -> {
            h.tick(640);
            assertThat(h.spool().spans()).isZero();
            h.make(2);
            h.tick(20);
            assertThat(onDisk(folder)).as("while the answer is awaited").isEqualTo(upTo(5));
          };
      h.make(3);
      h.delivery.send();
      assertThat(h.arrived).isEqualTo(upTo(3));
      assertThat(onDisk(folder)).as("acknowledged").containsExactly(4, 5);
      h.script = spans -> {};
      h.sendFor(200);
      assertThat(h.arrived).as("none twice").isEqualTo(upTo(5));
      assertThat(h.spool().bytes()).isZero();
    }
  }

  @Test
  void collectorAwayForAMinute_at1000SpansPerSecond_losesNone() throws Exception {
    FastTime time = new FastTime();
    try (SpoolHarness h = new SpoolHarness(folder, time, 64 << 20, 10_000)) {
      h.script = DOWN;
      for (int i = 0; i < 240; i++) {
        h.make(250);
        h.sendFor(250);
        assertThat(h.delivery.held().spans()).isLessThanOrEqualTo(1_000);
        assertThat(h.delivery.accepts()).isTrue();
      }
      assertThat(h.spool().spans()).isEqualTo(60_000);
      assertThat(h.spool().oldestMicros()).isLessThan(time.epochMicros() - 59_000_000);

      h.script = spans -> {};
      long back = time.nanos();
      while (h.spool().spans() > 0) {
        h.make(250);
        h.sendFor(250);
      }
      assertThat(Duration.ofNanos(time.nanos() - back)).isBetween(seconds(4), seconds(8));
      assertThat(h.arrived).isEqualTo(upTo(h.made()));
      assertThat(h.counts.get(Outcome.REPORTED)).isEqualTo(h.made());
      assertThat(h.counts.dropped()).isZero();
    }
  }

  @Test
  @FaultRow("Z12")
  void collectorBackAfterTenMinutes_isFoundWithinFiveSeconds_andGetsAll() throws Exception {
    FastTime time = new FastTime();
    try (SpoolHarness h = new SpoolHarness(folder, time, 64 << 20, 10_000)) {
      h.script = DOWN;
      for (int i = 0; i < 2_400; i++) {
        h.make(25);
        h.sendFor(250);
        assertThat(h.delivery.held().spans()).isLessThanOrEqualTo(100);
      }
      assertThat(h.spool().spans()).isEqualTo(60_000);
      assertThat(h.sizes.size()).as("tries in ten minutes").isLessThan(1_200);

      h.script = spans -> {};
      h.sendFor(5_000);
      assertThat(h.arrived).as("after 5 s").isNotEmpty();
      h.sendFor(10_000);
      assertThat(h.arrived).isEqualTo(upTo(60_000));
      assertThat(h.counts.dropped()).isZero();
    }
  }

  @Test
  void replay_isBounded_butOutrunsTheTraffic() throws Exception {
    FastTime time = new FastTime();
    try (SpoolHarness h = new SpoolHarness(folder, time, 64 << 20, 1_000)) {
      h.script = DOWN;
      h.make(1);
      h.delivery.send();
      for (int i = 0; i < 40; i++) {
        h.make(1_000);
      }
      h.script = spans -> {};
      h.sendFor(5_000);
      assertThat(h.arrived.size()).isBetween(5_000, 9_000);
      int before = h.arrived.size();
      for (int i = 0; i < 40; i++) { // 5,000 spans per second: five times the replay's rate.
        h.make(500);
        h.sendFor(100);
      }
      long shrunk = (h.arrived.size() - before) - 40 * 500;
      assertThat(shrunk).as("in 4 s, beyond what joined").isBetween(1_000L, 9_000L);
    }
  }

  @Test
  void tooLarge_isHalved_fromDiskToo_andEachSpanIsCountedOnce() throws Exception {
    try (SpoolHarness h = new SpoolHarness(folder)) {
      h.script = DOWN;
      h.make(5);
      h.make(6);
      h.delivery.send();
      h.script =
          spans -> {
            if (spans.size() > 3) {
              throw new CollectorAnswer(413, null, "");
            }
            if (h.sizes.size() % 3 == 0) {
              throw new CollectorAnswer(503, null, "");
            }
          };
      h.sendFor(60_000);
      assertThat(h.arrived).isEqualTo(upTo(11));
      assertThat(h.counts.get(Outcome.REPORTED)).isEqualTo(11);
      assertThat(h.counts.dropped()).isZero();
      assertThat(h.spool().spans()).isZero();
    }
  }

  @Test
  void refusedForGood_isDropped_andNotKept() throws Exception {
    try (SpoolHarness h = new SpoolHarness(folder)) {
      h.script = DOWN;
      h.make(5);
      h.delivery.send();
      h.script =
          spans -> {
            throw new CollectorAnswer(400, null, "no");
          };
      h.sendFor(2_000);
      assertThat(h.counts.get(Outcome.DROPPED_REJECTED)).isEqualTo(5);
      assertThat(h.spool().spans()).isZero();
    }
  }

  @Test
  void retryAfter_isWaitedFor_withoutAnotherTry() throws Exception {
    try (SpoolHarness h = new SpoolHarness(folder)) {
      h.script =
          spans -> {
            throw new CollectorAnswer(429, Duration.ofSeconds(7), "");
          };
      h.make(1);
      h.delivery.send();
      h.script = spans -> {};
      h.sendFor(6_900);
      assertThat(h.sizes).hasSize(1);
      h.sendFor(200);
      assertThat(h.arrived).containsExactly(1);
    }
  }

  @Test
  void unwritableDirectory_leavesMemory_andSpansThatWaitAMinuteAreCounted() throws Exception {
    Path file = Files.writeString(folder.resolve("file"), "");
    try (SpoolHarness h = new SpoolHarness(file.resolve("spool"))) {
      h.script = DOWN;
      for (int i = 0; i < Backlog.MAX_MESSAGES; i++) {
        assertThat(h.delivery.accepts()).isTrue();
        h.make(10);
      }
      assertThat(h.delivery.accepts()).as("the hand-over fills up now").isFalse();
      assertThat(h.spool().fault()).contains("spool directory " + file.resolve("spool"));
      h.sendFor(59_000);
      assertThat(h.counts.dropped()).isZero();
      assertThat(h.spool().failures()).as("one try a second").isBetween(50L, 62L);
      h.sendFor(5_000);
      assertThat(h.counts.get(Outcome.DROPPED_UNAVAILABLE)).isEqualTo(40);
      assertThat(h.delivery.accepts()).isTrue();

      Files.delete(file);
      h.make(10);
      h.sendFor(3_000);
      assertThat(h.spool().spans()).isEqualTo(10);
      assertThat(h.spool().fault()).isNull();
    }
  }

  @Test
  void spoolOfAnotherProcess_isTakenOver_whenThatEnds() throws Exception {
    SpoolHarness first = new SpoolHarness(folder);
    first.script = DOWN;
    first.make(3);
    first.delivery.send();
    try (SpoolHarness second = new SpoolHarness(folder)) {
      assertThat(second.spool().fault()).contains(folder + " is in use");
      second.make(2);
      second.sendFor(1_000);
      assertThat(second.arrived).as("goes on without it").containsExactly(1, 2);
      first.close();
      second.sendFor(3_000);
      assertThat(second.arrived).containsExactly(1, 2, 1, 2, 3);
      assertThat(second.spool().recovered()).isEqualTo(3);
    }
  }

  @Test
  void close_keepsWhatIsInMemoryAndInHand_forTheNextProcess() throws Exception {
    SpoolHarness before = new SpoolHarness(folder);
    before.script = DOWN;
    before.make(2);
    before.delivery.send();
    before.make(2);
    before.close();
    assertThat(before.counts.dropped()).isZero();

    SpoolHarness direct = new SpoolHarness(folder);
    direct.script = spans -> {};
    direct.sendFor(500);
    assertThat(direct.arrived).isEqualTo(upTo(4));
    assertThat(direct.spool().recovered()).isEqualTo(4);
    direct.make(7);
    direct.close(); // Never sent.
    assertThat(direct.counts.dropped()).isZero();
    assertThat(onDisk(folder)).isEqualTo(upTo(7));
  }

  @Test
  void fullSpool_dropsTheOldest_andEverySpanHasOneOutcome() throws Exception {
    try (SpoolHarness h = new SpoolHarness(folder)) {
      h.script = DOWN;
      for (int i = 0; i < 300; i++) {
        h.makeLarge(10_000);
        h.delivery.send();
        h.tick(10);
        assertThat(h.spool().bytes()).isLessThanOrEqualTo(1024 * 1024);
      }
      h.script = spans -> {};
      h.sendFor(20_000);
      assertThat(h.counts.get(Outcome.DROPPED_SPOOL_FULL)).isBetween(190L, 220L);
      assertThat(h.counts.get(Outcome.REPORTED) + h.counts.dropped()).isEqualTo(300);
      assertThat(h.arrived).contains(300).doesNotHaveDuplicates();
    }
  }

  /**
   * The promise itself, over chance: whatever the collector does, a copy of the directory at any
   * moment, as {@code kill -9} would leave it, has every span that is a second old and not
   * acknowledged.
   */
  @Test
  void killedAtAnyMoment_losesAtMostTheLastSecond() throws Exception {
    for (int seed = 0; seed < 20; seed++) {
      killedAtSomeMoment(new SplittableRandom(seed), folder.resolve("run" + seed));
    }
  }

  private void killedAtSomeMoment(SplittableRandom random, Path directory) throws Exception {
    Path copy = directory.resolveSibling(directory.getFileName() + "-killed");
    List<Long> bornAt = new ArrayList<>();
    FastTime time = new FastTime();
    try (SpoolHarness h = new SpoolHarness(directory, time, 64 << 20, 10_000)) {
      h.script =
          spans -> {
            switch (random.nextInt(5)) {
              case 0 -> {
                for (int i = 0; i < 30; i++) { // Silent for 3 s, the sink's thread goes on.
                  h.tick(100);
                  assertOldOnesSurvive(h, bornAt, directory, copy);
                }
                throw new IOException("no answer within 3000 ms");
              }
              case 1 -> throw new CollectorAnswer(503, null, "");
              case 2 -> h.tick(random.nextInt(900));
              default -> h.tick(2);
            }
          };
      for (int i = 0; i < 60; i++) {
        h.make(1 + random.nextInt(20));
        while (bornAt.size() < h.made()) {
          bornAt.add(time.nanos() - Duration.ofMillis(350).toNanos()); // Hand-over and batch.
        }
        h.sendFor(random.nextInt(400));
        assertOldOnesSurvive(h, bornAt, directory, copy);
      }
    }
  }

  private static void assertOldOnesSurvive(
      SpoolHarness h, List<Long> bornAt, Path directory, Path copy) throws IOException {
    Files.createDirectories(copy);
    try (Stream<Path> old = Files.list(copy)) {
      for (Path file : old.toList()) {
        Files.delete(file);
      }
    }
    try (Stream<Path> files = Files.list(directory)) {
      for (Path file : files.toList()) {
        Files.copy(file, copy.resolve(file.getFileName()));
      }
    }
    Set<Integer> survivors = new HashSet<>(h.arrived);
    survivors.addAll(drained(copy));
    for (int i = 0; i < bornAt.size(); i++) {
      if (h.time.nanos() - bornAt.get(i) >= Duration.ofSeconds(1).toNanos()) {
        assertThat(survivors).contains(i + 1);
      }
    }
  }

  /** What the next process would find, without disturbing this one. */
  private List<Integer> onDisk(Path directory) throws IOException {
    Path copy = Files.createTempDirectory(folder, "copy");
    try (Stream<Path> files = Files.list(directory)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        Files.copy(file, copy.resolve(file.getFileName()));
      }
    }
    List<Integer> found = drained(copy);
    try (Stream<Path> files = Files.list(copy)) {
      for (Path file : files.toList()) {
        Files.delete(file);
      }
    }
    Files.delete(copy);
    return found;
  }

  private static List<Integer> drained(Path directory) throws IOException {
    SpoolPolicy policy =
        new SpoolPolicy(directory.toString(), 64 << 20, SpoolPolicy.Sync.NEVER, 1_000);
    List<Integer> found = new ArrayList<>();
    try (Spool spool = Spool.open(policy, new NoLosses())) {
      for (StoredSpans s = spool.oldest(1); s != null; s = spool.oldest(1)) {
        found.addAll(SpoolHarness.numbers(s.spans()));
        spool.acknowledge(s.place());
      }
    }
    return found;
  }

  private static List<String> filesIn(Path directory) throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      return files.map(f -> String.valueOf(f.getFileName())).sorted().toList();
    }
  }

  private static List<Integer> upTo(int last) {
    return IntStream.rangeClosed(1, last).boxed().toList();
  }

  private static Duration seconds(long seconds) {
    return Duration.ofSeconds(seconds);
  }

  /** Fails when a spool says that it lost something. */
  private static final class NoLosses implements Losses {
    @Override
    public void full(long spans) {
      throw new AssertionError(spans + " spans made room");
    }

    @Override
    public void unreadable(long spans) {
      throw new AssertionError(spans + " spans are unreadable");
    }
  }
}
