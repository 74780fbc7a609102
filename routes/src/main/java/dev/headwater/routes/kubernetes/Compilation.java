package dev.headwater.routes.kubernetes;

import dev.headwater.routes.Configuration;
import java.util.List;

/**
 * What a cluster comes to.
 *
 * @param configuration complete and valid, however much of the cluster is not
 * @param reports on every object that was meant for us, in the order of their names
 * @param kept for the compilation that follows this one
 */
public record Compilation(Configuration configuration, List<ObjectReport> reports, Kept kept) {
  public Compilation {
    reports = List.copyOf(reports);
  }
}
