package dev.headwater.gateway.admin;

import dev.headwater.gateway.metrics.MetricsSource;
import dev.headwater.gateway.metrics.Samples;
import dev.headwater.gateway.snapshot.Snapshot;
import dev.headwater.routes.ListenerPolicy;
import dev.headwater.routes.ListenerTls;
import dev.headwater.routes.ServerCertificate;
import dev.headwater.sampling.SamplerView.RuleView;
import java.util.List;

/** The metrics that tell what is in force: configuration, configured sampling rates, build. */
final class StateMetrics implements MetricsSource {
  private final AdminViews views;

  StateMetrics(AdminViews views) {
    this.views = views;
  }

  @Override
  public void collect(Samples into) {
    Snapshot snapshot = views.snapshots().get();
    into.gauge(
        "headwater_config_version",
        "Version of the configuration in force, counted from the start.",
        (double) snapshot.version());
    into.gauge(
        "headwater_config_last_reload_successful",
        "Whether the configuration last read is in force.",
        views.control().status().successful() ? 1 : 0);
    into.gauge(
        "headwater_config_last_reload_success_timestamp_seconds",
        "When the configuration in force was read, since 1970.",
        snapshot.since().toEpochMilli() / 1e3);
    into.gauge(
        "headwater_sampling_version",
        "Version of the configuration that brought the sampling in force.",
        (double) snapshot.sampling().version());
    into.gauge(
        "headwater_sampling_change_timestamp_seconds",
        "When the sampling in force took effect, since 1970.",
        snapshot.sampling().since().toEpochMilli() / 1e3);
    into.gauge(
        "headwater_sampling_temporary",
        "Whether the sampling in force was set by hand and not by the files.",
        snapshot.sampling().origin().temporary() ? 1 : 0);
    for (ListenerPolicy listener : snapshot.configuration().listeners()) {
      ListenerTls tls = listener.tls();
      for (ServerCertificate each :
          tls == null ? List.<ServerCertificate>of() : tls.certificates()) {
        into.gauge(
            "headwater_certificate_not_after_timestamp_seconds",
            "Until when a certificate in force is valid, since 1970.",
            (double) each.notAfter().getEpochSecond(),
            "listener",
            listener.name(),
            "name",
            each.label());
      }
    }
    for (RuleView rule : snapshot.sampler().view().rules()) {
      into.gauge(
          "headwater_sampling_configured_ratio",
          "Share of traces starting here that a rule keeps.",
          rule.configuredRate(),
          "rule",
          rule.name());
      into.gauge(
          "headwater_sampling_in_force_ratio",
          "The same after caps, now.",
          rule.rateInForce(),
          "rule",
          rule.name());
    }
    into.info("headwater_build", "This build.", "version", views.version());
  }
}
