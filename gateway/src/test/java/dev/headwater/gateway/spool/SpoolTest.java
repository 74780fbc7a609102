package dev.headwater.gateway.spool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.headwater.routes.SpoolPolicy;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class SpoolTest {
  private static final byte FORMAT = 1;
  private static final int MESSAGE = 500_000;
  private static final long MIB = 1024 * 1024;

  @TempDir private Path folder;

  private final CountedLosses losses = new CountedLosses();
  private final List<Spool> opened = new ArrayList<>();

  @AfterEach
  void close() {
    opened.forEach(Spool::close);
  }

  @ParameterizedTest
  @EnumSource
  void spans_comeBackInOrder_untilTheyAreAcknowledged(SpoolPolicy.Sync sync) throws Exception {
    Spool spool = open(MIB, sync);
    spool.append(spans("a", "b"), FORMAT, 10);
    spool.append(spans("c"), FORMAT, 20);
    spool.sync();
    assertThat(spool.spans()).isEqualTo(3);
    assertThat(spool.oldestMicros()).isEqualTo(10);

    StoredSpans first = oldest(spool, 1);
    assertThat(text(first)).containsExactly("a", "b");
    assertThat(text(oldest(spool, 1))).as("asked again").containsExactly("a", "b");
    spool.acknowledge(first.place());
    assertThat(spool.oldestMicros()).isEqualTo(20);

    StoredSpans second = oldest(spool, 1);
    assertThat(text(second)).containsExactly("c");
    spool.acknowledge(second.place());
    assertThat(spool.oldest(1)).isNull();
    assertThat(spool.isEmpty()).isTrue();
    assertThat(spool.bytes()).isZero();
    assertThat(names()).containsExactly("lock");
  }

  @Test
  void recordsOfOneFormat_areJoined_upToAMessage() throws Exception {
    Spool spool = open(MIB, SpoolPolicy.Sync.NEVER);
    spool.append(spans("a"), FORMAT, 1);
    spool.append(spans("b"), FORMAT, 2);
    spool.append(spans("c"), (byte) 2, 3);
    StoredSpans joined = oldest(spool, MESSAGE);
    assertThat(text(joined)).containsExactly("a", "b");
    assertThat(joined.oldestMicros()).isEqualTo(1);
    spool.acknowledge(joined.place());
    StoredSpans other = oldest(spool, MESSAGE);
    assertThat(text(other)).containsExactly("c");
    assertThat(other.format()).isEqualTo((byte) 2);
  }

  @Test
  void nextProcess_findsWhatWasNotAcknowledged() throws Exception {
    Spool before = open(MIB, SpoolPolicy.Sync.NEVER);
    for (int i = 0; i < 50; i++) {
      before.append(spans("span " + i), FORMAT, 100 + i);
    }
    for (int i = 0; i < 20; i++) {
      before.acknowledge(oldest(before, 1).place());
    }
    before.close();

    Spool after = open(MIB, SpoolPolicy.Sync.NEVER);
    assertThat(after.spans()).isEqualTo(30);
    assertThat(after.oldestMicros()).isEqualTo(120);
    after.append(spans("newer"), FORMAT, 1_000);
    List<String> found = drain(after);
    assertThat(found).hasSize(31).startsWith("span 20", "span 21").endsWith("span 49", "newer");
    assertThat(losses.total()).isZero();
  }

  @Test
  void full_dropsTheOldestSegments_andCountsTheirSpans() throws Exception {
    Spool spool = open(MIB, SpoolPolicy.Sync.NEVER);
    int appended = 4_000;
    for (int i = 0; i < appended; i++) {
      spool.append(spans(i + "x".repeat(1_000)), FORMAT, i);
      assertThat(spool.bytes()).isLessThanOrEqualTo(MIB);
    }
    assertThat(bytesOnDisk()).isLessThanOrEqualTo(MIB);
    assertThat(spool.spans()).isBetween(900L, 1_030L);
    assertThat(losses.full + spool.spans()).isEqualTo(appended);
    List<String> found = drain(spool);
    assertThat(found.get(0)).startsWith(appended - found.size() + "x");
    assertThat(found.get(found.size() - 1)).startsWith(appended - 1 + "x");
  }

  @Test
  void full_leavesTheCountOfSpansInHand_toTheirSender() throws Exception {
    Spool spool = open(MIB, SpoolPolicy.Sync.NEVER);
    spool.append(spans("in hand", "too"), FORMAT, 1);
    StoredSpans inHand = oldest(spool, MESSAGE);
    byte[] large = new byte[400_000];
    for (int i = 0; i < 4; i++) {
      spool.append(List.of(large), FORMAT, 2);
    }
    assertThat(spool.holds(inHand.place())).isFalse();
    assertThat(losses.full).isEqualTo(4 - spool.spans());
    spool.acknowledge(inHand.place());
    assertThat(spool.spans()).isEqualTo(2);
  }

  @Test
  void acknowledgement_ofWhatIsNotOldest_isIgnored() throws Exception {
    Spool spool = open(MIB, SpoolPolicy.Sync.NEVER);
    spool.append(spans("a"), FORMAT, 1);
    Stored second = spool.append(spans("b"), FORMAT, 2);
    spool.acknowledge(second);
    assertThat(drain(spool)).containsExactly("a", "b");
  }

  @Test
  void filesAndDirectory_areTheOwnersAlone() throws Exception {
    Path deep = folder.resolve("a/b");
    Spool spool = Spool.open(policy(deep, MIB, SpoolPolicy.Sync.NEVER), losses);
    opened.add(spool);
    spool.append(spans("a"), FORMAT, 1);
    assertThat(mode(deep)).isEqualTo("rwx------");
    try (Stream<Path> files = Files.list(deep)) {
      assertThat(files).hasSize(2).allSatisfy(f -> assertThat(mode(f)).isEqualTo("rw-------"));
    }
  }

  @Test
  void secondOwner_isRefused_andTheDirectoryNamed() throws Exception {
    Spool first = open(MIB, SpoolPolicy.Sync.NEVER);
    assertThatThrownBy(() -> open(MIB, SpoolPolicy.Sync.NEVER))
        .isInstanceOf(IOException.class)
        .hasMessage("spool directory " + folder + " is in use by another sink or another process");
    first.close();
    assertThat(open(MIB, SpoolPolicy.Sync.NEVER).isEmpty()).isTrue();
  }

  @Test
  void directoryThatCannotBe_isNamed() throws Exception {
    Path file = Files.writeString(folder.resolve("file"), "");
    assertThatThrownBy(
            () -> Spool.open(policy(file.resolve("below"), MIB, SpoolPolicy.Sync.NEVER), losses))
        .isInstanceOf(IOException.class)
        .hasMessageContaining(file.resolve("below") + " cannot be");
  }

  @Test
  void segmentThatSomebodyRemoved_isCounted_andTheOthersAreRead() throws Exception {
    Spool before = open(MIB, SpoolPolicy.Sync.NEVER);
    String filler = "x".repeat(40_000);
    for (int i = 0; i < 4; i++) {
      before.append(spans(i + filler), FORMAT, i);
    }
    before.close();
    Spool spool = open(MIB, SpoolPolicy.Sync.NEVER);
    Files.delete(folder.resolve("0000000000000002.spool"));
    assertThat(drain(spool)).hasSize(3).noneMatch(text -> text.startsWith("1"));
    assertThat(losses.unreadable).isEqualTo(1);
  }

  @Test
  void segmentOfANewerVersion_isLeftAlone() throws Exception {
    Path foreign = folder.resolve("00000000000000ff.spool");
    byte[] head = {'H', 'W', 'S', 'P', 0, 0, 0, 9};
    java.util.zip.CRC32C crc = new java.util.zip.CRC32C();
    crc.update(head);
    byte[] content =
        java.nio.ByteBuffer.allocate(64).put(head).putInt((int) crc.getValue()).array();
    Files.write(foreign, content);
    Spool spool = open(MIB, SpoolPolicy.Sync.NEVER);
    assertThat(spool.isEmpty()).isTrue();
    spool.append(spans("a"), FORMAT, 1);
    assertThat(drain(spool)).containsExactly("a");
    assertThat(Files.readAllBytes(foreign)).isEqualTo(content);
  }

  private Spool open(long maxBytes, SpoolPolicy.Sync sync) throws IOException {
    Spool spool = Spool.open(policy(folder, maxBytes, sync), losses);
    opened.add(spool);
    return spool;
  }

  private static SpoolPolicy policy(Path directory, long maxBytes, SpoolPolicy.Sync sync) {
    return new SpoolPolicy(directory.toString(), maxBytes, sync, 1_000);
  }

  private static StoredSpans oldest(Spool spool, int maxBytes) throws IOException {
    StoredSpans oldest = spool.oldest(maxBytes);
    assertThat(oldest).isNotNull();
    return oldest;
  }

  private static List<String> drain(Spool spool) throws IOException {
    List<String> found = new ArrayList<>();
    for (StoredSpans next = spool.oldest(1); next != null; next = spool.oldest(1)) {
      found.addAll(text(next));
      spool.acknowledge(next.place());
    }
    return found;
  }

  private static List<byte[]> spans(String... texts) {
    return Stream.of(texts).map(t -> t.getBytes(StandardCharsets.UTF_8)).toList();
  }

  private static List<String> text(StoredSpans stored) {
    return stored.spans().stream().map(b -> new String(b, StandardCharsets.UTF_8)).toList();
  }

  private List<String> names() throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.map(f -> String.valueOf(f.getFileName())).sorted().toList();
    }
  }

  private long bytesOnDisk() throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.mapToLong(f -> f.toFile().length()).sum();
    }
  }

  private static String mode(Path path) throws IOException {
    return PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
  }
}
