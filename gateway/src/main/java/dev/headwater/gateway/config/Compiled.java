package dev.headwater.gateway.config;

import dev.headwater.routes.Configuration;
import dev.headwater.routes.kubernetes.ObjectReport;
import java.util.List;
import java.util.function.Supplier;

/**
 * What somebody compiled.
 *
 * @param configuration wanted, valid
 * @param reports on the objects it was made from
 * @param problems what was refused of the settings it was made from, each with its place
 * @param effective makes YAML of the values in force, secrets masked; asked for when somebody reads
 *     it, since for a large cluster it is megabytes
 */
public record Compiled(
    Configuration configuration,
    List<ObjectReport> reports,
    List<String> problems,
    Supplier<String> effective) {
  public Compiled {
    reports = List.copyOf(reports);
    problems = List.copyOf(problems);
  }
}
