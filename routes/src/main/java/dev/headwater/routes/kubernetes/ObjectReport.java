package dev.headwater.routes.kubernetes;

import dev.headwater.routes.nginx.KeyFinding;
import java.util.List;

/**
 * What became of one object of the cluster: for its status, its Events, and {@code /routes}. True
 * of the data path only once the configuration of the same compilation is in force.
 *
 * @param object which
 * @param uid of the very object, which tells it from one that had its name before; empty where no
 *     such object was found
 * @param generation of its spec that was read; 0 for kinds without
 * @param accepted whether anything of it is in force
 * @param findings what became of keys that somebody wrote, in the order they are read; empty where
 *     all is as it reads
 */
public record ObjectReport(
    ObjectName object, String uid, long generation, boolean accepted, List<KeyFinding> findings) {
  public ObjectReport {
    findings = List.copyOf(findings);
  }
}
