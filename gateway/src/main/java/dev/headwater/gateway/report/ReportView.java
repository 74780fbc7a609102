package dev.headwater.gateway.report;

import java.util.List;

/**
 * All sinks at one moment.
 *
 * @param sinks in configuration order, the embedded store last
 */
public record ReportView(List<SinkView> sinks) {
  public ReportView {
    sinks = List.copyOf(sinks);
  }
}
