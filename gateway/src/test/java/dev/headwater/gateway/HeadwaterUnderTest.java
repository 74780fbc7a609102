package dev.headwater.gateway;

import dev.headwater.gateway.metrics.MetricsView;
import dev.headwater.routes.Configuration;
import dev.headwater.routes.compile.ConfigurationInput;
import dev.headwater.routes.compile.ConfigurationLoader;
import dev.headwater.routes.compile.Loaded;
import java.time.Duration;
import java.util.List;
import zipkin2.Span;

/** Headwater, configured as a user would for each situation. */
final class HeadwaterUnderTest implements ProxyUnderTest {
  private final SteppedClock clock = new SteppedClock();
  private final RunningGateway gateway;

  HeadwaterUnderTest(Situation situation, int upstream) {
    gateway = RunningGateway.of(configuration(situation, upstream), clock);
  }

  private static Configuration configuration(Situation situation, int upstream) {
    String text =
        """
        listeners:
          - name: web
            address: 127.0.0.1:0
            trace: {mode: restart, trusted: [%s]}
            limits: {head: 1MiB, headTimeout: %dms, idle: %dms}
        upstreams:
          - {name: app, endpoints: ["http://127.0.0.1:%d"]}
        routes:
          - {name: votes, match: {path: {prefix: /votes}}, to: [{upstream: app}]}
        tracing:
          sampling: {rate: %s%s}
          propagation: {baggage: {allow: [user]}}
          store: {maxSpans: 1000}
        drain: {delay: 0s, timeout: 5s}
        """
            .formatted(
                situation.trusted() ? "127.0.0.0/8" : "192.0.2.0/24",
                situation.patience().toMillis(),
                situation.patience().toMillis(),
                upstream,
                situation.rate(),
                situation.perSecond() == 0 ? "" : ", perSecond: " + situation.perSecond());
    Loaded loaded = ConfigurationLoader.load(ConfigurationInput.of(text, "edge.yaml"));
    return loaded
        .configuration()
        .orElseThrow(() -> new IllegalStateException(loaded.problems() + " in\n" + text));
  }

  @Override
  public int port() {
    return gateway.port();
  }

  @Override
  public List<Span> spans(int count) throws InterruptedException {
    return gateway.spans(count);
  }

  @Override
  public void forgetSpans() {
    gateway.forgetSpans();
  }

  @Override
  public long refused() {
    return gateway.view().failures().stream()
        .filter(count -> count.first().equals("accept"))
        .mapToLong(MetricsView.LabelledCount::count)
        .sum();
  }

  @Override
  public void stepClock(Duration by) {
    clock.step(by);
  }

  @Override
  public void close() throws Exception {
    gateway.close();
  }
}
