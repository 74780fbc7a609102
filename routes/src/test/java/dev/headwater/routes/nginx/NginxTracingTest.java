package dev.headwater.routes.nginx;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headwater.routes.TracingPolicy;
import dev.headwater.routes.TrustPolicy;
import dev.headwater.sampling.propagation.TraceFormat;
import dev.headwater.sampling.rate.ProbabilisticRate;
import java.util.Map;
import org.junit.jupiter.api.Test;

class NginxTracingTest {
  private static final Map<String, String> TWO_KEYS =
      Map.of("enable-opentracing", "true", "zipkin-collector-host", "linkerd-collector.linkerd");

  @Test
  void everyTraceIsReportedInB3_ofTheTwoKeysAlone() {
    NginxSettings settings = NginxConfigMap.read(TWO_KEYS);
    assertThat(settings.tracing().on()).isTrue();
    TracingPolicy policy = settings.tracing().policy(true);
    assertThat(policy.report())
        .singleElement()
        .satisfies(
            sink ->
                assertThat(sink.url())
                    .hasToString("http://linkerd-collector.linkerd:9411/api/v2/spans"));
    assertThat(policy.sampling().rate()).isEqualTo(ProbabilisticRate.ALWAYS);
    assertThat(policy.samplingGiven()).isFalse();
    assertThat(policy.propagation().inject()).containsExactly(TraceFormat.B3_MULTI);
    assertThat(policy.service()).isEqualTo("headwater");
    assertThat(settings.listener().trace()).isEqualTo(TrustPolicy.RESTART);
  }

  @Test
  void traceHeadersPassUntouched_whenNothingIsTraced() {
    assertThat(NginxConfigMap.read(Map.of()).tracing().on()).isFalse();
    assertThat(NginxConfigMap.read(TWO_KEYS).tracing().policy(false).enabled()).isFalse();
  }
}
