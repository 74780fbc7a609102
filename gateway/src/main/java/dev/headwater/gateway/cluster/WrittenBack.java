package dev.headwater.gateway.cluster;

import dev.headwater.gateway.cluster.ClusterWriter.WriteException;
import dev.headwater.routes.kubernetes.ObjectReport;
import io.fabric8.kubernetes.api.model.networking.v1.Ingress;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What is told to the cluster once the data path serves it: addresses in statuses, findings in
 * Events. Says only what is not said yet; what cannot be written is tried again with the next call.
 *
 * <p>Every replica keeps count, so that one which becomes the leader knows what was served before.
 * Used by one thread.
 */
final class WrittenBack {
  /** Events of one call; more of them wait for the next, so that a flood is not passed on. */
  static final int MOST_EVENTS = 200;

  /** Remembered Events; forgetting one costs a request that is answered "already there". */
  private static final int MOST_REMEMBERED = 20_000;

  private static final Logger LOG = LoggerFactory.getLogger(WrittenBack.class);

  private final ClusterWriter writer;
  private final Set<String> formerly = new HashSet<>();
  private final Set<String> told = new LinkedHashSet<>();

  WrittenBack(ClusterWriter writer) {
    this.writer = writer;
  }

  /**
   * Brings the cluster up to date.
   *
   * @param reports of what is in force
   * @param ingresses as last told
   * @param addresses where clients reach the gateway
   * @param leads whether this replica writes
   * @return whether nothing is left to be written
   */
  boolean update(
      List<ObjectReport> reports,
      Collection<Ingress> ingresses,
      List<String> addresses,
      boolean leads) {
    Set<String> served =
        reports.stream()
            .filter(each -> each.accepted() && each.object().kind().equals("Ingress"))
            .map(ObjectReport::uid)
            .collect(Collectors.toSet());
    boolean done = true;
    if (leads) {
      done = statuses(StatusChange.of(ingresses, served, formerly, addresses));
      done &= events(reports);
    }
    formerly.addAll(served);
    formerly.retainAll(
        ingresses.stream().map(each -> each.getMetadata().getUid()).collect(Collectors.toSet()));
    return done;
  }

  private boolean statuses(List<StatusChange> changes) {
    for (StatusChange change : changes) {
      try {
        writer.status(change);
      } catch (WriteException e) {
        LOG.warn("{}", e.getMessage());
        return false;
      }
    }
    return true;
  }

  private boolean events(List<ObjectReport> reports) {
    int left = MOST_EVENTS;
    for (ObjectReport report : reports) {
      if (report.uid().isEmpty()) {
        continue;
      }
      for (EventNote note : EventNote.of(report)) {
        if (told.contains(note.name())) {
          continue;
        }
        if (left == 0) {
          return false;
        }
        left--;
        try {
          writer.event(note);
        } catch (WriteException e) {
          LOG.warn("{}", e.getMessage());
          return false;
        }
        remember(note.name());
      }
    }
    return true;
  }

  private void remember(String name) {
    told.add(name);
    if (told.size() > MOST_REMEMBERED) {
      told.remove(told.iterator().next());
    }
  }
}
