package dev.headwater.gateway.config;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headwater.gateway.FaultRow;
import dev.headwater.gateway.config.ReloadResult.Outcome;
import dev.headwater.gateway.snapshot.Snapshot;
import dev.headwater.gateway.snapshot.SnapshotRef;
import dev.headwater.routes.BindAddress;
import dev.headwater.routes.ListenerPolicy;
import dev.headwater.routes.match.EncodedSlash;
import dev.headwater.routes.schema.Setting;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ConfigWatcherTest {
  /** So late that no file of this test looks as if it had just been changed. */
  private static final Clock LATE =
      Clock.fixed(Instant.parse("2999-01-01T00:00:00Z"), ZoneOffset.UTC);

  /** So early that every file of this test looks as if it had just been changed. */
  private static final Clock EARLY = Clock.fixed(Instant.EPOCH, ZoneOffset.UTC);

  @TempDir Path folder;
  private Path file;
  private long nanos;

  @BeforeEach
  void writeFirst() throws IOException {
    file = folder.resolve("headwater.yaml");
    write(rate(0.5));
  }

  private static String rate(double rate) {
    return "tracing: {sampling: {rate: " + rate + "}}\n";
  }

  private void write(String text) throws IOException {
    Files.writeString(file, text);
  }

  /** A watcher that is asked to look by hand. */
  private final class Running {
    final SnapshotRef snapshots;
    final ConfigKeeper keeper;
    final ConfigWatcher watcher;

    Running(ConfigSource source, Clock clock, Setting... flags) {
      ConfigReader reader = new ConfigReader(source, Map.of(), List.of(flags), clock);
      ConfigReading first = reader.read();
      assertThat(first.loaded().problems()).isEmpty();
      snapshots =
          new SnapshotRef(
              Snapshot.of(
                  first.loaded().configuration().orElseThrow(), 1, clock.instant(), source.name()));
      keeper = new ConfigKeeper(reader, first, snapshots, clock);
      watcher = new ConfigWatcher(keeper, () -> nanos);
    }

    Running(Setting... flags) {
      this(ConfigSource.file(file), LATE, flags);
    }

    double rate() {
      return snapshots.get().configuration().tracing().sampling().rate().rate();
    }

    long version() {
      return snapshots.get().version();
    }

    void look(Duration later) {
      nanos += later.toNanos();
      watcher.poll();
    }

    void settle() {
      look(Duration.ZERO);
      look(ConfigWatcher.HOLD_OFF);
    }
  }

  @Test
  void change_afterHoldOff_isInForce() throws Exception {
    Running running = new Running();
    write(rate(0.25));
    running.look(Duration.ZERO);
    assertThat(running.version()).isEqualTo(1);
    running.look(ConfigWatcher.HOLD_OFF);
    assertThat(running.version()).isEqualTo(2);
    assertThat(running.rate()).isEqualTo(0.25);
    assertThat(running.keeper.status().successful()).isTrue();
    assertThat(running.keeper.status().applied()).isEqualTo(1);
    assertThat(running.keeper.effective().yaml(false)).contains("rate: 0.25");
    assertThat(running.snapshots.get().origin()).isEqualTo(file.toString());
  }

  @Test
  void nothing_changed_leavesTheSnapshotAlone() {
    Running running = new Running();
    Snapshot before = running.snapshots.get();
    running.settle();
    running.settle();
    assertThat(running.snapshots.get()).isSameAs(before);
  }

  @Test
  void touch_withoutNewContent_isSkipped() throws Exception {
    Running running = new Running();
    Files.setLastModifiedTime(file, FileTime.from(Instant.parse("2001-01-01T00:00:00Z")));
    running.settle();
    assertThat(running.version()).isEqualTo(1);
    assertThat(running.keeper.status().applied()).isZero();
  }

  @Test
  @FaultRow("L2")
  void change_bad_keepsTheLastGoodAndSaysWhy() throws Exception {
    Running running = new Running();
    Snapshot before = running.snapshots.get();
    write("tracing: {sampling: {rate: 1.7}}\nlog: {levl: info}\n");
    running.settle();
    assertThat(running.snapshots.get()).isSameAs(before);
    ReloadStatus status = running.keeper.status();
    assertThat(status.successful()).isFalse();
    assertThat(status.refused()).isEqualTo(1);
    assertThat(status.version()).isEqualTo(1);
    assertThat(status.problems())
        .containsExactly(
            "tracing.sampling.rate: 1.7 (expected 0.0 to 1.0) at " + file + ":1:28",
            "log.levl: unknown key (did you mean \"level\"?) at " + file + ":2:7");
    running.settle();
    assertThat(running.keeper.status().refused()).isEqualTo(1);
    assertThat(running.keeper.effective().yaml(false)).contains("rate: 0.5");

    write(rate(0.75));
    running.settle();
    assertThat(running.rate()).isEqualTo(0.75);
    assertThat(running.keeper.status().problems()).isEmpty();
  }

  @Test
  void change_badAndTakenBack_isNoNewVersion() throws Exception {
    Running running = new Running();
    write("tracing: 5");
    running.settle();
    write(rate(0.5));
    running.settle();
    assertThat(running.version()).isEqualTo(1);
    assertThat(running.keeper.status().successful()).isTrue();
  }

  @Test
  void file_removed_keepsTheLastGood_andReturns() throws Exception {
    Running running = new Running();
    Files.delete(file);
    running.settle();
    assertThat(running.rate()).isEqualTo(0.5);
    assertThat(running.keeper.status().problems())
        .containsExactly(
            "document: not read (expected a readable file: no such file) at " + file + ":1:1");
    write(rate(0.1));
    running.settle();
    assertThat(running.rate()).isEqualTo(0.1);
  }

  @Test
  void file_ofInvalidText_isAProblem() throws Exception {
    Running running = new Running();
    Files.write(file, new byte[] {'a', (byte) 0xff});
    running.settle();
    assertThat(running.keeper.status().problems())
        .singleElement()
        .asString()
        .contains("expected a readable file: not UTF-8");
  }

  @Test
  void mountedConfigMap_linkSwapped_isSeen() throws Exception {
    Path old = Files.createDirectory(folder.resolve("..2026_1"));
    Path next = Files.createDirectory(folder.resolve("..2026_2"));
    FileTime same = FileTime.from(Instant.parse("2020-01-01T00:00:00Z"));
    for (Path version : List.of(old, next)) {
      Files.writeString(version.resolve("main.yaml"), version == old ? rate(0.5) : rate(0.6));
      Files.setLastModifiedTime(version.resolve("main.yaml"), same);
    }
    Path data = folder.resolve("..data");
    Files.createSymbolicLink(data, Path.of("..2026_1"));
    Path link = folder.resolve("main.yaml");
    Files.createSymbolicLink(link, Path.of("..data/main.yaml"));
    Running running = new Running(ConfigSource.file(link), LATE);
    assertThat(running.rate()).isEqualTo(0.5);

    Path swap = folder.resolve("..data_tmp");
    Files.createSymbolicLink(swap, Path.of("..2026_2"));
    Files.move(swap, data, StandardCopyOption.ATOMIC_MOVE);
    running.settle();
    assertThat(running.rate()).isEqualTo(0.6);
  }

  @Test
  void samplingFile_changed_isInForce() throws Exception {
    Path sampling = folder.resolve("sampling.yaml");
    Files.writeString(sampling, "rate: 0.5\n");
    write("tracing: {samplingFrom: sampling.yaml}\n");
    Running running = new Running();
    assertThat(running.rate()).isEqualTo(0.5);
    Files.writeString(sampling, "rate: 0.125\n");
    running.settle();
    assertThat(running.rate()).isEqualTo(0.125);
    Files.writeString(sampling, "rates: 1\n");
    running.settle();
    assertThat(running.rate()).isEqualTo(0.125);
    assertThat(running.keeper.status().problems())
        .containsExactly(
            "tracing.sampling.rates: unknown key (did you mean \"rate\"?) at sampling.yaml:1:1");
  }

  @Test
  void change_behindTheSameMetadata_isFoundWhileItIsFresh() throws Exception {
    Running running = new Running(ConfigSource.file(file), EARLY);
    FileTime modified = Files.getLastModifiedTime(file);
    write(rate(0.6));
    Files.setLastModifiedTime(file, modified);
    running.look(Duration.ZERO);
    assertThat(running.rate()).isEqualTo(0.6);
  }

  @Test
  void file_thatNeverRests_isReadAtLast() throws Exception {
    Running running = new Running();
    for (int i = 1; i <= 20; i++) {
      Files.setLastModifiedTime(file, FileTime.fromMillis(1_000_000_000L + i * 1000L));
      if (i == 1) {
        write(rate(0.75));
      }
      running.look(ConfigWatcher.HOLD_OFF.minusMillis(1));
    }
    assertThat(running.rate()).isEqualTo(0.75);
  }

  @Test
  void reloadNow_doesNotWait() throws Exception {
    Running running = new Running();
    write(rate(0.2));
    ReloadResult result = running.keeper.reloadNow();
    assertThat(result).isEqualTo(new ReloadResult(Outcome.APPLIED, 2, List.of(), List.of()));
    assertThat(running.keeper.reloadNow().outcome()).isEqualTo(Outcome.UNCHANGED);
    write("x");
    assertThat(running.keeper.reloadNow().outcome()).isEqualTo(Outcome.REFUSED);
    assertThat(running.version()).isEqualTo(2);
  }

  @Test
  void partsBoundAtStart_keepTheirValueAndAreNamed() throws Exception {
    write(
        "listeners: [{name: web, address: \"127.0.0.1:0\"}, {name: old, address:"
            + " \"127.0.0.1:0\"}]\n"
            + rate(0.5));
    Running running = new Running();
    write(
        """
        listeners: [{name: web, address: "127.0.0.1:1", protocols: [h2], limits: {fields: 7}, encodedSlash: keep}, {name: new, address: "127.0.0.1:2"}]
        tracing: {sampling: {rate: 0.25}, store: {}, report: [{zipkin: "http://z"}]}
        accessLog: {}
        admin: {address: "127.0.0.1:3"}
        drain: {timeout: 1s}
        """);
    running.settle();
    assertThat(running.keeper.status().waiting())
        .containsExactly(
            "listeners.web.address",
            "listeners.web.protocols",
            "listeners.old (removed)",
            "listeners.new (added)",
            "tracing.store",
            "admin");
    var inForce = running.snapshots.get().configuration();
    assertThat(running.rate()).isEqualTo(0.25);
    assertThat(inForce.drain().timeout()).isEqualTo(Duration.ofSeconds(1));
    assertThat(inForce.listeners())
        .hasSize(2)
        .first()
        .satisfies(
            web -> {
              assertThat(web.address()).isEqualTo(new BindAddress("127.0.0.1", 0));
              assertThat(web.protocols()).isEqualTo(ListenerPolicy.ALL_PROTOCOLS);
              assertThat(web.limits().fields()).isEqualTo(7);
              assertThat(web.encodedSlash()).isEqualTo(EncodedSlash.KEEP);
            });
    assertThat(inForce.tracing().store()).isNull();
    assertThat(inForce.tracing().report()).hasSize(1);
    assertThat(inForce.accessLog()).isNotNull();
  }

  @Test
  void defaultRate_goesWithTheSinksThatRun() throws Exception {
    write("drain: {delay: 1s}\n");
    Running running = new Running();
    write("tracing: {store: {}}\n");
    running.settle();
    assertThat(running.keeper.status().waiting()).containsExactly("tracing.store");
    assertThat(running.rate()).isZero();
  }

  @Test
  void routesAndUpstreamsLeftAlone_areTheSameObjects() throws Exception {
    String same =
        """
        upstreams: [{name: a, endpoints: ["http://a"]}, {name: b, endpoints: ["http://b"]}]
        routes:
          - {name: a, match: {path: {regex: "/a.*"}}, to: [{upstream: a}]}
          - {name: b, to: [{upstream: b}]}
        """;
    write(same);
    Running running = new Running();
    var before = running.snapshots.get().configuration();
    write(same.replace("http://b", "http://c") + "log: {level: warn}\n");
    running.settle();
    Snapshot next = running.snapshots.get();
    var after = next.configuration();
    assertThat(next.version()).isEqualTo(2);
    assertThat(after.upstreams().get(0)).isSameAs(before.upstreams().get(0));
    assertThat(after.upstreams().get(1)).isNotEqualTo(before.upstreams().get(1));
    assertThat(after.routes().get(0)).isSameAs(before.routes().get(0));
    assertThat(next.table().routes()).containsExactlyElementsOf(after.routes());
  }

  @Test
  void flag_masksTheFile_throughReloads() throws Exception {
    Running running = new Running(Setting.byFlag("--sample", "tracing.sampling.rate", "0.9"));
    write(rate(0.1));
    running.settle();
    assertThat(running.rate()).isEqualTo(0.9);
  }

  @Test
  void standardInput_isReadOnce_andItsFilesAreWatched() throws Exception {
    Path sampling = folder.resolve("s.yaml");
    Files.writeString(sampling, "rate: 0.5\n");
    String text = "tracing: {samplingFrom: \"" + sampling + "\"}\n";
    ConfigSource source =
        ConfigSource.standardInput(new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8)));
    Running running = new Running(source, LATE);
    Files.writeString(sampling, "rate: 0.75\n");
    running.settle();
    assertThat(running.rate()).isEqualTo(0.75);
    assertThat(running.snapshots.get().origin()).isEqualTo("standard input");
  }

  @Test
  void listener_ofTheSnapshot_isToldByTheWatchersOwnThread() throws Exception {
    ConfigReader reader =
        new ConfigReader(ConfigSource.file(file), Map.of(), List.of(), Clock.systemUTC());
    ConfigReading first = reader.read();
    SnapshotRef snapshots =
        new SnapshotRef(
            Snapshot.of(first.loaded().configuration().orElseThrow(), 1, Instant.now(), "f"));
    CountDownLatch swapped = new CountDownLatch(1);
    snapshots.onSwap(next -> swapped.countDown());
    try (ConfigWatcher watcher =
        new ConfigWatcher(
            new ConfigKeeper(reader, first, snapshots, Clock.systemUTC()), System::nanoTime)) {
      watcher.start();
      write(rate(0.3));
      assertThat(swapped.await(20, TimeUnit.SECONDS)).isTrue();
      assertThat(snapshots.get().version()).isEqualTo(2);
    }
  }
}
