package dev.headwater.gateway.spool;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headwater.routes.SpoolPolicy;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A segment that a crash, a full disk or a bad device left in any state: reading it never fails,
 * never gives back a span that was not written, and keeps every intact record before the damage.
 */
class SpoolCrashTest {
  private static final String NAME = "0000000000000001.spool";
  private static final int RECORDS = 6;

  @TempDir private Path folder;

  private final CountedLosses losses = new CountedLosses();
  private final List<String> written = new ArrayList<>();
  private final List<Long> ends = new ArrayList<>();
  private byte[] whole = new byte[0];

  @BeforeEach
  void write() throws Exception {
    try (Spool spool = open()) {
      for (int i = 0; i < RECORDS; i++) {
        List<byte[]> spans = new ArrayList<>();
        for (int s = 0; s <= i % 3; s++) {
          String span = "record " + i + " span " + s;
          written.add(span);
          spans.add(span.getBytes(StandardCharsets.UTF_8));
        }
        ends.add(spool.append(spans, (byte) 1, i).end());
      }
    }
    whole = Files.readAllBytes(folder.resolve(NAME));
    assertThat(whole.length).isEqualTo(ends.get(RECORDS - 1).intValue());
  }

  @Test
  void cutAnywhere_keepsEveryRecordBeforeTheCut() throws Exception {
    for (int length = 0; length < whole.length; length++) {
      List<String> found = recovered(Arrays.copyOf(whole, length));
      assertThat(found).as("cut at %d", length).isEqualTo(spansBefore(length));
    }
  }

  @Test
  void anyBitFlipped_keepsEveryRecordBeforeIt_andInventsNone() throws Exception {
    for (int at = 0; at < whole.length; at++) {
      for (int bit = 0; bit < 8; bit++) {
        byte[] damaged = whole.clone();
        damaged[at] ^= (byte) (1 << bit);
        assertRecovers(damaged, at, "bit " + bit + " of byte " + at);
      }
    }
  }

  @Test
  void anyByteReplaced_keepsEveryRecordBeforeIt_andInventsNone() throws Exception {
    for (int at = 0; at < whole.length; at++) {
      for (int value : new int[] {0x00, 0x7f, 0xff}) {
        byte[] damaged = whole.clone();
        damaged[at] = (byte) value;
        assertRecovers(damaged, at, "byte " + at + " set to " + value);
      }
    }
  }

  @Test
  void damageInOneRecord_costsNoOther_whereItsLengthIsWhole() throws Exception {
    byte[] damaged = whole.clone();
    damaged[ends.get(2).intValue() - 1] ^= 1;
    List<String> expected = written.stream().filter(span -> !span.startsWith("record 2 ")).toList();
    assertThat(recovered(damaged)).isEqualTo(expected);
  }

  @Test
  void rubbishBehindTheRecords_isCutOff() throws Exception {
    SplittableRandom random = new SplittableRandom(7);
    for (int round = 0; round < 200; round++) {
      byte[] longer = Arrays.copyOf(whole, whole.length + 1 + random.nextInt(100));
      for (int i = whole.length; i < longer.length; i++) {
        longer[i] = (byte) random.nextInt();
      }
      assertThat(recovered(longer)).isEqualTo(written);
    }
  }

  @Test
  void zeroes_asAfterALossOfPower_areNoRecords() throws Exception {
    for (int from = 0; from < whole.length; from += 3) {
      byte[] zeroed = whole.clone();
      Arrays.fill(zeroed, from, zeroed.length, (byte) 0);
      assertThat(recovered(zeroed)).as("zero from %d", from).isEqualTo(spansBefore(from));
    }
  }

  @Test
  void damageWhileItIsOpen_isCounted_andNotDelivered() throws Exception {
    Files.write(folder.resolve(NAME), whole);
    try (Spool spool = open()) {
      byte[] damaged = whole.clone();
      damaged[ends.get(0).intValue() + 20] ^= 1;
      Files.write(folder.resolve(NAME), damaged);
      assertThat(drain(spool)).hasSize(written.size() - 2).isSubsetOf(written);
      assertThat(losses.unreadable).isEqualTo(2);
      assertThat(spool.isEmpty()).isTrue();
    }
  }

  private void assertRecovers(byte[] damaged, int at, String what) throws IOException {
    List<String> found = recovered(damaged);
    List<String> before = spansBefore(at);
    assertThat(found).as(what).hasSizeGreaterThanOrEqualTo(before.size());
    assertThat(found.subList(0, before.size())).as(what).isEqualTo(before);
    assertThat(written).as(what).containsAll(found);
    assertThat(found).as(what).doesNotHaveDuplicates();
  }

  /** What the records hold that end before this offset. */
  private List<String> spansBefore(int offset) {
    List<String> before = new ArrayList<>();
    for (String span : written) {
      int record = span.charAt("record ".length()) - '0';
      if (ends.get(record) <= offset) {
        before.add(span);
      }
    }
    return before;
  }

  private List<String> recovered(byte[] content) throws IOException {
    Files.write(folder.resolve(NAME), content);
    try (Spool spool = open()) {
      long announced = spool.spans();
      List<String> found = drain(spool);
      assertThat(found).hasSize((int) announced);
      return found;
    }
  }

  private Spool open() throws IOException {
    return Spool.open(
        new SpoolPolicy(folder.toString(), 1024 * 1024, SpoolPolicy.Sync.NEVER, 1_000), losses);
  }

  private static List<String> drain(Spool spool) throws IOException {
    List<String> found = new ArrayList<>();
    for (StoredSpans next = spool.oldest(1); next != null; next = spool.oldest(1)) {
      next.spans().forEach(span -> found.add(new String(span, StandardCharsets.UTF_8)));
      spool.acknowledge(next.place());
    }
    return found;
  }
}
