package dev.headwater.gateway.cli;

import dev.headwater.routes.schema.Setting;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The flags {@code --sample} and {@code --zipkin} as settings. */
final class TraceFlags {
  private TraceFlags() {}

  static void lay(List<Setting> flags, @Nullable String sample, @Nullable String zipkin) {
    if (sample != null) {
      flags.add(Setting.byFlag("--sample", "tracing.sampling.rate", sample));
    }
    if (zipkin == null) {
      flags.add(Setting.byFlag("no --zipkin", "tracing.store", "{}"));
    } else {
      flags.add(Setting.byFlag("--zipkin", "tracing.report[0].zipkin", zipkin));
    }
  }
}
