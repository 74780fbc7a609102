package dev.headwater.gateway.admin;

import java.time.Instant;
import java.util.List;

/**
 * How the last attempt to read the configuration ended.
 *
 * @param successful whether what was read is in force
 * @param at when it was tried
 * @param problems what was wrong, each with its place; empty when successful
 */
public record ReloadView(boolean successful, Instant at, List<String> problems) {
  public ReloadView {
    problems = List.copyOf(problems);
  }
}
