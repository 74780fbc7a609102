package dev.headwater.gateway.config;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headwater.gateway.config.ReloadResult.Outcome;
import dev.headwater.gateway.snapshot.Snapshot;
import dev.headwater.gateway.snapshot.SnapshotRef;
import dev.headwater.routes.Configuration;
import dev.headwater.routes.compile.ConfigurationInput;
import dev.headwater.routes.compile.ConfigurationLoader;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class CompiledKeeperTest {
  private static final Clock CLOCK =
      Clock.fixed(Instant.parse("2026-11-29T06:00:00Z"), ZoneOffset.UTC);

  private final SnapshotRef snapshots =
      new SnapshotRef(Snapshot.of(configuration(8080, 9001, 1), 0, CLOCK.instant(), "the cluster"));
  private final CompiledKeeper keeper = new CompiledKeeper("the cluster", snapshots, CLOCK);

  private static Configuration configuration(int listen, int endpoint, double rate) {
    String text =
        """
        listeners: [{name: web, address: "127.0.0.1:%d"}]
        upstreams: [{name: up, endpoints: ["http://127.0.0.1:%d"]}]
        routes: [{name: all, to: [{upstream: up}]}]
        tracing: {sampling: {rate: %s}, report: [{zipkin: "http://127.0.0.1:9411"}]}
        """
            .formatted(listen, endpoint, rate);
    return ConfigurationLoader.load(ConfigurationInput.of(text, "test"))
        .configuration()
        .orElseThrow();
  }

  private ReloadResult take(Configuration configuration, String... problems) {
    return keeper.take(new Compiled(configuration, List.of(), List.of(problems), () -> "a: 1\n"));
  }

  private double rate() {
    return snapshots.get().configuration().tracing().sampling().rate().rate();
  }

  @Test
  void firstConfiguration_isTakenWhole_listenersIncluded() {
    ReloadResult result = take(configuration(8081, 9001, 1));

    assertThat(result.outcome()).isEqualTo(Outcome.APPLIED);
    assertThat(snapshots.get().version()).isEqualTo(1);
    assertThat(snapshots.get().configuration().listeners().get(0).address().port()).isEqualTo(8081);
    assertThat(keeper.begun()).isTrue();
  }

  @Test
  void sameConfigurationAgain_isNotSwapped() {
    take(configuration(8080, 9001, 1));
    Snapshot before = snapshots.get();

    ReloadResult result = take(configuration(8080, 9001, 1));

    assertThat(result.outcome()).isEqualTo(Outcome.UNCHANGED);
    assertThat(snapshots.get()).isSameAs(before);
  }

  @Test
  void changedListener_waitsForARestart_andTheRestIsInForce() {
    take(configuration(8080, 9001, 1));

    ReloadResult result = take(configuration(8081, 9002, 1));

    assertThat(result.waiting()).containsExactly("listeners.web.address");
    assertThat(snapshots.get().configuration().listeners().get(0).address().port()).isEqualTo(8080);
    assertThat(snapshots.get().configuration().upstreams().get(0).endpoints().get(0).toString())
        .contains("9002");
  }

  @Test
  void refusedSettings_showUntilTheyAreGood() {
    take(configuration(8080, 9001, 1), "ConfigMap ns/c: sampling: x (expected y)");
    boolean bad = keeper.status().successful();
    List<String> problems = keeper.status().problems();
    take(configuration(8080, 9001, 1));

    assertThat(bad).isFalse();
    assertThat(problems).containsExactly("ConfigMap ns/c: sampling: x (expected y)");
    assertThat(keeper.status().successful()).isTrue();
    assertThat(keeper.status().refused()).isEqualTo(1);
  }

  @Test
  void samplingByHand_outlivesChangesOfEndpoints() {
    take(configuration(8080, 9001, 1));
    SamplingChange change = keeper.setSampling("rate: 0.25", "a test");

    take(configuration(8080, 9002, 1));

    assertThat(change.accepted()).isTrue();
    assertThat(rate()).isEqualTo(0.25);
    assertThat(snapshots.get().sampling().origin().temporary()).isTrue();
  }

  @Test
  void samplingByHand_endsWithTheNextChangeOfCompiledSampling() {
    take(configuration(8080, 9001, 1));
    keeper.setSampling("rate: 0.25", "a test");

    take(configuration(8080, 9001, 0.5));

    assertThat(rate()).isEqualTo(0.5);
    assertThat(snapshots.get().sampling().origin().temporary()).isFalse();
  }

  @Test
  void samplingByHand_endsOnRequest() {
    take(configuration(8080, 9001, 1));
    keeper.setSampling("rate: 0.25", "a test");

    keeper.unsetSampling("a test");

    assertThat(rate()).isEqualTo(1);
  }

  @Test
  void wrongSamplingByHand_changesNothing() {
    take(configuration(8080, 9001, 1));
    Snapshot before = snapshots.get();

    SamplingChange change = keeper.setSampling("rate: 7", "a test");

    assertThat(change.accepted()).isFalse();
    assertThat(change.problems()).hasSize(1);
    assertThat(snapshots.get()).isSameAs(before);
  }

  @Test
  void lateFollower_isToldWhatIsInForce() {
    take(configuration(8080, 9001, 1));
    List<Snapshot> told = new ArrayList<>();
    snapshots.onSwap(told::add);

    keeper.tellAgain();

    assertThat(told).containsExactly(snapshots.get());
  }
}
