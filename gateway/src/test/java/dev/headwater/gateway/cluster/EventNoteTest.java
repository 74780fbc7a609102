package dev.headwater.gateway.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headwater.routes.kubernetes.ObjectName;
import dev.headwater.routes.kubernetes.ObjectReport;
import dev.headwater.routes.nginx.KeyFinding;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class EventNoteTest {
  private static EventNote note(String uid, KeyFinding... findings) {
    return EventNote.of(
            new ObjectReport(
                new ObjectName("Ingress", "shop", "web"), uid, 1, true, List.of(findings)))
        .get(0);
  }

  @Test
  void manyFindings_endWithHowManyMoreThereAre() {
    List<KeyFinding> findings = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      findings.add(KeyFinding.refused("key" + i, "v", "something else"));
    }

    EventNote note = note("u1", findings.toArray(KeyFinding[]::new));

    assertThat(note.text()).hasSizeLessThanOrEqualTo(EventNote.LONGEST).matches(".* and \\d+ more");
  }

  @Test
  void findingLongerThanAnEvent_isCut() {
    EventNote note = note("u1", KeyFinding.refused("k", "v", "x".repeat(5_000)));

    assertThat(note.text()).hasSizeLessThanOrEqualTo(EventNote.LONGEST).startsWith("k: v");
  }

  @Test
  void sameText_hasTheSameName_andOtherObjectsOthers() {
    KeyFinding finding = KeyFinding.refused("k", "v", "w");

    assertThat(note("u1", finding).name())
        .isEqualTo(note("u1", finding).name())
        .isNotEqualTo(note("u2", finding).name())
        .matches("web\\.[0-9a-f]{16}");
  }

  @Test
  void objectWithLongName_staysWithinANameOfKubernetes() {
    EventNote note =
        new EventNote(new ObjectName("Ingress", "shop", "a".repeat(253)), "u", true, "r", "t");

    assertThat(note.name()).hasSizeLessThanOrEqualTo(253);
  }
}
