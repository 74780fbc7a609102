package dev.headwater.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headwater.gateway.metrics.MetricsView;
import dev.headwater.routes.RetryPolicy;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import zipkin2.Annotation;
import zipkin2.Span;

/** Endpoints that are given by name. */
@Timeout(60)
class ITEndpointNames {
  private static final RetryPolicy ONE_TRY =
      new RetryPolicy(0, Set.of(), Set.of(), RetryPolicy.DEFAULT.budget());
  private static final String GET = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";

  @Test
  void lookUp_hasAStampOfItsOwn() throws Exception {
    try (RawUpstream upstream = RawUpstream.answering(RawUpstream.OK);
        RunningGateway gateway =
            RunningGateway.of(Configurations.toName("localhost", upstream.port()));
        RawClient client = gateway.connect()) {
      client.send(GET);
      assertThat(client.response()).startsWith("HTTP/1.1 200");
      assertThat(annotations(gateway))
          .containsSubsequence("connect.start", "dns.end", "connect.end", "ws", "wr");
      assertThat(phases(gateway)).contains("resolve", "connect");
    }
  }

  @Test
  void address_isNotLookedUp() throws Exception {
    try (RawUpstream upstream = RawUpstream.answering(RawUpstream.OK);
        RunningGateway gateway = RunningGateway.of(Configurations.to(upstream.port()));
        RawClient client = gateway.connect()) {
      client.send(GET);
      assertThat(client.response()).startsWith("HTTP/1.1 200");
      assertThat(annotations(gateway)).contains("connect.end").doesNotContain("dns.end");
      assertThat(phases(gateway)).contains("connect").doesNotContain("resolve");
    }
  }

  @Test
  void unknownName_isABadGateway() throws Exception {
    try (RunningGateway gateway =
            RunningGateway.of(Configurations.toName("nowhere.invalid", 80).retry(ONE_TRY));
        RawClient client = gateway.connect()) {
      client.send(GET);
      assertThat(client.response()).startsWith("HTTP/1.1 502");
      Span attempt = attempt(gateway);
      assertThat(attempt.tags().get("error")).startsWith("name_");
      assertThat(attempt.tags()).containsEntry("headwater.phase", "connect");
    }
  }

  @Test
  @FaultRow("L9")
  void nameOfAStranger_neverLeadsToThisMachine() throws Exception {
    try (RawUpstream upstream = RawUpstream.answering(RawUpstream.OK);
        RunningGateway gateway =
            RunningGateway.of(
                Configurations.toNameAbroad("localhost", upstream.port()).retry(ONE_TRY));
        RawClient client = gateway.connect()) {
      client.send(GET);
      assertThat(client.response()).startsWith("HTTP/1.1 502");
      assertThat(attempt(gateway).tags()).containsEntry("error", "name_refused");
      assertThat(upstream.connections()).isZero();
    }
  }

  private static List<String> annotations(RunningGateway gateway) throws Exception {
    return attempt(gateway).annotations().stream().map(Annotation::value).toList();
  }

  private static Span attempt(RunningGateway gateway) throws Exception {
    return gateway.trace(1).get(1);
  }

  private static List<String> phases(RunningGateway gateway) {
    MetricsView view = gateway.view();
    return view.phases().keySet().stream().map(phase -> phase.label()).toList();
  }
}
