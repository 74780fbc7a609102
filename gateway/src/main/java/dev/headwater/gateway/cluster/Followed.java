package dev.headwater.gateway.cluster;

import dev.headwater.routes.kubernetes.ObjectName;
import io.fabric8.kubernetes.api.model.HasMetadata;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;

/**
 * Objects that are watched by name, each from when it is first named until it is no longer, so that
 * no right to list them is needed. Used by one thread at a time.
 */
final class Followed<T extends HasMetadata> implements AutoCloseable {
  private final Function<ObjectName, Watched<T>> watching;
  private final Map<ObjectName, Watched<T>> watched = new HashMap<>();

  /** None yet; {@code watching} makes a watch that has not begun. */
  Followed(Function<ObjectName, Watched<T>> watching) {
    this.watching = watching;
  }

  /** Watches the objects of these names from now on, and no others. */
  void follow(Set<ObjectName> named) {
    watched
        .entrySet()
        .removeIf(
            each -> {
              if (named.contains(each.getKey())) {
                return false;
              }
              each.getValue().close();
              return true;
            });
    for (ObjectName name : named) {
      if (!watched.containsKey(name)) {
        Watched<T> begun = watching.apply(name);
        watched.put(name, begun);
        begun.start();
      }
    }
  }

  /** Whether each was read, or is known not to be readable. */
  boolean settled() {
    return watched.values().stream().allMatch(Watched::settled);
  }

  /** As last told. */
  List<T> objects() {
    return watched.values().stream().map(Watched::objects).flatMap(Collection::stream).toList();
  }

  @Override
  public void close() {
    watched.values().forEach(Watched::close);
  }
}
