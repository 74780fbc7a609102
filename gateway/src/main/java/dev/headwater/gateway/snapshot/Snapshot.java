package dev.headwater.gateway.snapshot;

import dev.headwater.routes.Configuration;
import dev.headwater.routes.match.RouteTable;
import java.time.Instant;

/**
 * One state of the configuration. A request keeps the snapshot it started with.
 *
 * @param configuration everything that was told, validated
 * @param table its routes in matching order
 * @param version 1 for the first, one more with each change
 * @param since when it came into force
 * @param origin where it was read from, for the operator
 */
public record Snapshot(
    Configuration configuration, RouteTable table, long version, Instant since, String origin) {
  /** A snapshot of a configuration. */
  public static Snapshot of(
      Configuration configuration, long version, Instant since, String origin) {
    return new Snapshot(
        configuration, RouteTable.of(configuration.routes()), version, since, origin);
  }
}
