package dev.headwater.routes.kubernetes;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import java.util.Comparator;
import java.util.Set;

/** Who was there first: the older object wins, then the one whose name comes first. */
final class Age {
  /** After every time that an API server writes. */
  private static final String UNKNOWN = "~";

  /** Oldest first. Times are in RFC 3339 with seconds in UTC, and order as texts do. */
  static final Comparator<HasMetadata> OLDEST_FIRST =
      Comparator.comparing((HasMetadata object) -> created(object.getMetadata()))
          // As names of objects order, without making one for each comparison.
          .thenComparing(HasMetadata::getKind)
          .thenComparing(object -> Absent.text(object.getMetadata().getNamespace()))
          .thenComparing(object -> object.getMetadata().getName())
          .thenComparing(object -> Absent.text(object.getMetadata().getUid()));

  private Age() {}

  private static String created(ObjectMeta meta) {
    String time = Absent.text(meta.getCreationTimestamp());
    return time.isEmpty() ? UNKNOWN : time;
  }

  /** Whether an object is on its way out, alone or with its namespace. */
  static boolean isDying(HasMetadata object, Set<String> dyingNamespaces) {
    ObjectMeta meta = object.getMetadata();
    return !Absent.text(meta.getDeletionTimestamp()).isEmpty()
        || dyingNamespaces.contains(Absent.text(meta.getNamespace()));
  }
}
