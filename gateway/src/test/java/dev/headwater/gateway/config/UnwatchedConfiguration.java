package dev.headwater.gateway.config;

import java.time.Instant;
import java.util.List;

/** Keeps a configuration of a test, which nobody changes. */
public final class UnwatchedConfiguration implements ConfigControl {
  private volatile ReloadStatus status = ReloadStatus.started(1, Instant.EPOCH, List.of());

  /** Makes it look as if the last change had been refused. */
  public void refused(Instant at, List<String> problems) {
    status = status.afterRefusal(at, problems);
  }

  @Override
  public ReloadStatus status() {
    return status;
  }

  @Override
  public String effectiveYaml() {
    return "tracing: {service: headwater}\n";
  }

  @Override
  public SamplingChange setSampling(String document, String by) {
    throw new IllegalStateException("nobody may change the configuration of this test");
  }

  @Override
  public SamplingChange unsetSampling(String by) {
    throw new IllegalStateException("nobody may change the configuration of this test");
  }
}
