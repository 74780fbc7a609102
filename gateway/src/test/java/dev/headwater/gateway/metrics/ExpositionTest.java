package dev.headwater.gateway.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headwater.sampling.Decision;
import dev.headwater.sampling.Reason;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class ExpositionTest {
  private static final long MILLI = TimeUnit.MILLISECONDS.toNanos(1);
  private final Exposition exposition =
      new Exposition(
          List.of(
              new ProcessMetrics(),
              into -> {
                into.gauge("headwater_config_version", "Version.", 3);
                into.info("headwater_build", "Build.", "version", "0.1.0");
              }));

  @Test
  void prometheusText_hasTheContractsNames() {
    String text = text(view(), "text/plain");
    assertThat(text)
        .contains(
            "headwater_requests_total{code_class=\"2xx\",method=\"GET\",route=\"votes\"} 2.0",
            "headwater_request_duration_seconds_bucket{code_class=\"2xx\",method=\"GET\","
                + "route=\"votes\",le=\"0.01\"} 1",
            "headwater_request_duration_seconds_count{code_class=\"2xx\",method=\"GET\","
                + "route=\"votes\"} 2",
            "headwater_requests_in_flight{route=\"votes\"} 0.0",
            "headwater_request_size_bytes_sum{route=\"votes\"} 20.0",
            "headwater_response_size_bytes_count{route=\"votes\"} 2",
            "headwater_attempts_total{code_class=\"none\",endpoint=\"127.0.0.1:9001\","
                + "upstream=\"voting\"} 1.0",
            "headwater_upstream_duration_seconds_count",
            "headwater_attempt_failures_total{endpoint=\"127.0.0.1:9001\",reason=\"refused\","
                + "upstream=\"voting\"} 1.0",
            "headwater_phase_duration_seconds_bucket{phase=\"connect\"",
            "headwater_retries_total{reason=\"connect\",upstream=\"voting\"} 1.0",
            "headwater_failures_total{phase=\"connect\",reason=\"refused\"} 1.0",
            "headwater_sampling_decisions_total{decision=\"sampled\",reason=\"default\","
                + "rule=\"default\"} 1.0",
            "headwater_config_version 3.0",
            "headwater_build_info{version=\"0.1.0\"} 1",
            "headwater_connections_open{listener=\"web\"} 1.0",
            "headwater_client_resets_total 0.0",
            "process_cpu_seconds_total ",
            "jvm_memory_used_bytes{area=\"heap\"} ")
        .doesNotContain("4bf92f3577b34da6a3ce929d0e0e4736");
  }

  @Test
  void openMetrics_hasExemplarsOfSampledTraces() {
    String accept = "application/openmetrics-text;version=1.0.0,text/plain;q=0.5";
    String text = text(view(), accept);
    assertThat(text)
        .contains("# {trace_id=\"4bf92f3577b34da6a3ce929d0e0e4736\"} 0.02")
        .endsWith("# EOF\n");
    assertThat(exposition.write(view(), accept).contentType())
        .startsWith("application/openmetrics-text");
  }

  @Test
  void seriesThatComesTwice_isWrittenOnce() {
    Exposition twice = new Exposition(List.of(new ProcessMetrics(), new ProcessMetrics()));
    String text = new String(twice.write(view(), null).body(), StandardCharsets.UTF_8);
    assertThat(text.lines().filter(line -> line.startsWith("process_cpu_seconds_total ")))
        .hasSize(1);
  }

  @Test
  void everyMetric_hasHelpAndType() {
    String text = text(view(), null);
    text.lines()
        .filter(line -> line.startsWith("# TYPE "))
        .map(line -> line.split(" ")[2])
        .forEach(name -> assertThat(text).contains("# HELP " + name + " "));
  }

  private static MetricsView view() {
    LoopMetrics loop = new LoopMetrics();
    RouteRecorder route = loop.route("votes");
    route.started();
    route.finished("GET", 200, 8 * MILLI, 10, 20, null);
    route.started();
    route.finished("GET", 200, 20 * MILLI, 10, 20, "4bf92f3577b34da6a3ce929d0e0e4736");
    EndpointRecorder endpoint = loop.endpoint("voting", "127.0.0.1:9001");
    endpoint.started();
    endpoint.finished(0, "refused", MILLI);
    loop.phase(Phase.CONNECT, MILLI);
    loop.retry("voting", "connect");
    loop.failure("connect", "refused");
    loop.decision(new Decision(true, false, Reason.DEFAULT, "default", 1));
    loop.connectionOpened("web");
    Totals totals = new Totals(0);
    totals.merge(loop.handOver(new java.util.ArrayDeque<>()), new MergeTime(1, 1_700_000_000_000L));
    return totals.view(1);
  }

  private String text(MetricsView view, String accept) {
    return new String(exposition.write(view, accept).body(), StandardCharsets.UTF_8);
  }
}
