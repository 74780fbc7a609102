package dev.headwater.routes.kubernetes;

import dev.headwater.routes.nginx.KeyFinding;
import dev.headwater.routes.nginx.Verdict;
import io.fabric8.kubernetes.api.model.HasMetadata;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** What gathers about one object while it is compiled. Used by one thread. */
final class Findings {
  private final ObjectName object;
  private final String uid;
  private final long generation;
  private final Set<KeyFinding> findings = new LinkedHashSet<>();
  private boolean accepted;

  /** About an object that is there. */
  Findings(HasMetadata object) {
    Long read = object.getMetadata().getGeneration();
    this.object = ObjectName.of(object);
    this.uid = Absent.text(object.getMetadata().getUid());
    this.generation = read == null ? 0 : read;
  }

  /** About one that is not. */
  Findings(ObjectName missing) {
    this.object = missing;
    this.uid = "";
    this.generation = 0;
  }

  ObjectName object() {
    return object;
  }

  /** Notes that something of it is in force. */
  void accept() {
    accepted = true;
  }

  /** Notes a value that is not taken. */
  void refuse(String key, String value, String expected) {
    findings.add(KeyFinding.refused(key, value, expected));
  }

  /** Notes what became of a value. */
  void tell(String key, String value, Verdict verdict, String message) {
    findings.add(new KeyFinding(key, value, verdict, message));
  }

  /** Notes what became of a value, in place of what was said of its key before. */
  void tellInstead(String key, String value, Verdict verdict, String message) {
    findings.removeIf(each -> each.key().equals(key));
    tell(key, value, verdict, message);
  }

  /** Notes what others found. */
  void addAll(List<KeyFinding> others) {
    findings.addAll(others);
  }

  boolean isEmpty() {
    return findings.isEmpty();
  }

  ObjectReport report() {
    return new ObjectReport(object, uid, generation, accepted, new ArrayList<>(findings));
  }
}
