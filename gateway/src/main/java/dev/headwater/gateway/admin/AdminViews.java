package dev.headwater.gateway.admin;

import dev.headwater.gateway.config.ConfigControl;
import dev.headwater.gateway.metrics.Metrics;
import dev.headwater.gateway.metrics.MetricsSource;
import dev.headwater.gateway.report.ReportView;
import dev.headwater.gateway.snapshot.SnapshotRef;
import dev.headwater.gateway.tracestore.TraceStore;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What the admin address shows, and whom it asks for a change. Every supplier must answer at once,
 * from any thread.
 *
 * @param version of the program
 * @param snapshots the configuration in force
 * @param control who keeps it
 * @param notReady why traffic should not be sent here, empty when it should
 * @param metrics what the loops record
 * @param sources what is scraped besides, such as the span reporter's counts and the process; what
 *     is in force is always there
 * @param spans what became of spans
 * @param store the embedded trace store, null when it is off
 */
public record AdminViews(
    String version,
    SnapshotRef snapshots,
    ConfigControl control,
    Supplier<List<String>> notReady,
    Metrics metrics,
    List<MetricsSource> sources,
    Supplier<ReportView> spans,
    @Nullable TraceStore store) {
  public AdminViews {
    sources = List.copyOf(sources);
  }
}
