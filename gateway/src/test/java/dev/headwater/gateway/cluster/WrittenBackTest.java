package dev.headwater.gateway.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headwater.routes.kubernetes.ObjectName;
import dev.headwater.routes.kubernetes.ObjectReport;
import dev.headwater.routes.nginx.KeyFinding;
import dev.headwater.routes.nginx.Verdict;
import io.fabric8.kubernetes.api.model.networking.v1.Ingress;
import io.fabric8.kubernetes.api.model.networking.v1.IngressBuilder;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class WrittenBackTest {
  private static final List<String> OURS = List.of("192.0.2.7");

  private final Recorder recorder = new Recorder();
  private final WrittenBack written = new WrittenBack(recorder);

  /** Writes nowhere, and fails on demand. */
  private static final class Recorder implements ClusterWriter {
    private final List<StatusChange> statuses = new ArrayList<>();
    private final List<EventNote> events = new ArrayList<>();
    private boolean away;

    @Override
    public void status(StatusChange change) throws WriteException {
      check();
      statuses.add(change);
    }

    @Override
    public void event(EventNote note) throws WriteException {
      check();
      events.add(note);
    }

    private void check() throws WriteException {
      if (away) {
        throw new WriteException("the API server is away", new IllegalStateException());
      }
    }
  }

  private static Ingress ingress(String name, String uid, String... said) {
    IngressBuilder builder =
        new IngressBuilder()
            .withNewMetadata()
            .withNamespace("shop")
            .withName(name)
            .withUid(uid)
            .endMetadata()
            .withNewStatus()
            .withNewLoadBalancer()
            .endLoadBalancer()
            .endStatus();
    for (String address : said) {
      builder
          .editStatus()
          .editLoadBalancer()
          .addNewIngress()
          .withIp(address)
          .endIngress()
          .endLoadBalancer()
          .endStatus();
    }
    return builder.build();
  }

  private static ObjectReport report(String name, String uid, KeyFinding... findings) {
    return new ObjectReport(
        new ObjectName("Ingress", "shop", name), uid, 1, true, List.of(findings));
  }

  @Test
  void servedIngress_isToldItsAddress() {
    boolean done =
        written.update(List.of(report("web", "u1")), List.of(ingress("web", "u1")), OURS, true);

    assertThat(done).isTrue();
    assertThat(recorder.statuses)
        .containsExactly(new StatusChange("shop", "web", "u1", List.of("192.0.2.7")));
  }

  @Test
  void statusThatSaysSoAlready_isNotWritten() {
    written.update(
        List.of(report("web", "u1")), List.of(ingress("web", "u1", "192.0.2.7")), OURS, true);

    assertThat(recorder.statuses).isEmpty();
  }

  @Test
  void ingressOfOthers_isLeftAlone() {
    written.update(List.of(), List.of(ingress("web", "u1", "198.51.100.1")), OURS, true);

    assertThat(recorder.statuses).isEmpty();
  }

  @Test
  void ingressThatIsNoLongerOurs_losesOurAddress() {
    written.update(List.of(report("web", "u1")), List.of(ingress("web", "u1")), OURS, false);

    written.update(List.of(), List.of(ingress("web", "u1", "192.0.2.7")), OURS, true);

    assertThat(recorder.statuses).containsExactly(new StatusChange("shop", "web", "u1", List.of()));
  }

  @Test
  void ingressThatAnotherControllerTookOver_keepsTheAddressOfThatOne() {
    written.update(List.of(report("web", "u1")), List.of(ingress("web", "u1")), OURS, false);

    written.update(List.of(), List.of(ingress("web", "u1", "198.51.100.1")), OURS, true);

    assertThat(recorder.statuses).isEmpty();
  }

  @Test
  void ingressCreatedAnewUnderTheName_isAnotherOne() {
    written.update(List.of(report("web", "u1")), List.of(ingress("web", "u1")), OURS, true);

    written.update(List.of(report("web", "u1")), List.of(ingress("web", "u2")), OURS, true);

    assertThat(recorder.statuses).extracting(StatusChange::uid).containsExactly("u1");
  }

  @Test
  void replicaThatDoesNotLead_writesNothing() {
    written.update(
        List.of(report("web", "u1", KeyFinding.refused("k", "v", "w"))),
        List.of(ingress("web", "u1")),
        OURS,
        false);

    assertThat(recorder.statuses).isEmpty();
    assertThat(recorder.events).isEmpty();
  }

  @Test
  void apiServerThatIsAway_isAskedAgain() {
    List<ObjectReport> reports = List.of(report("web", "u1", KeyFinding.refused("k", "v", "w")));
    List<Ingress> ingresses = List.of(ingress("web", "u1"));
    recorder.away = true;

    boolean first = written.update(reports, ingresses, OURS, true);
    recorder.away = false;
    boolean second = written.update(reports, ingresses, OURS, true);

    assertThat(first).isFalse();
    assertThat(second).isTrue();
    assertThat(recorder.statuses).hasSize(1);
    assertThat(recorder.events).hasSize(1);
  }

  @Test
  void findingsOfOneKind_makeOneEvent_andMakeItOnce() {
    List<ObjectReport> reports =
        List.of(
            report(
                "web",
                "u1",
                KeyFinding.refused("one", "1", "a"),
                KeyFinding.refused("two", "2", "b"),
                new KeyFinding("three", "3", Verdict.DIFFERENT, "other"),
                new KeyFinding("four", "4", Verdict.APPLIED, "")));

    written.update(reports, List.of(), OURS, true);
    written.update(reports, List.of(), OURS, true);

    assertThat(recorder.events)
        .extracting(EventNote::reason)
        .containsExactlyInAnyOrder("Refused", "AppliedWithDifference");
    assertThat(recorder.events)
        .filteredOn(EventNote::warning)
        .singleElement()
        .satisfies(note -> assertThat(note.text()).contains("one: 1").contains("two: 2"));
  }

  @Test
  void floodOfEvents_isWrittenInParts() {
    List<ObjectReport> reports = new ArrayList<>();
    for (int i = 0; i <= WrittenBack.MOST_EVENTS; i++) {
      reports.add(report("web" + i, "u" + i, KeyFinding.refused("k", "v", "w")));
    }

    boolean first = written.update(reports, List.of(), OURS, true);
    int afterFirst = recorder.events.size();
    boolean second = written.update(reports, List.of(), OURS, true);

    assertThat(first).isFalse();
    assertThat(afterFirst).isEqualTo(WrittenBack.MOST_EVENTS);
    assertThat(second).isTrue();
    assertThat(recorder.events).hasSize(WrittenBack.MOST_EVENTS + 1);
  }

  @Test
  void patch_isAMergePatchOfTheStatusOfThatVeryObject() {
    assertThat(new StatusChange("shop", "web", "u1", List.of("192.0.2.7", "lb.example")).patch())
        .contains("\"uid\":\"u1\"")
        .contains("{\"ip\":\"192.0.2.7\"},{\"hostname\":\"lb.example\"}");
    assertThat(new StatusChange("shop", "web", "u1", List.of()).patch()).contains("\"ingress\":[]");
  }
}
