package dev.headwater.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.headwater.routes.AccessLogPolicy;
import dev.headwater.routes.RetryPolicy;
import dev.headwater.routes.Timeouts;
import dev.headwater.routes.TrustPolicy;
import dev.headwater.sampling.Reason;
import dev.headwater.sampling.SamplingPolicy;
import dev.headwater.sampling.network.NetworkSet;
import dev.headwater.sampling.propagation.TrustMode;
import dev.headwater.sampling.rate.ProbabilisticRate;
import dev.headwater.sampling.rule.KeepPolicy;
import dev.headwater.sampling.rule.RuleMatch;
import dev.headwater.sampling.rule.SamplingRule;
import dev.headwater.sampling.rule.SlowLimit;
import dev.headwater.sampling.rule.Verdict;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import zipkin2.Span;

/** Requests that were not sampled, and end so that their traces are kept at the edge after all. */
class ITLateKeep {
  /** Rare enough that no request here is sampled at its start, and still not 0. */
  private static final ProbabilisticRate RARE = ProbabilisticRate.of(1e-9);

  private static final KeepPolicy ERRORS = new KeepPolicy(true, null, true, 1000.0);

  private RawUpstream upstream;

  @BeforeEach
  void script() throws Exception {
    upstream =
        new RawUpstream(
            peer -> {
              for (String head = peer.request(); head != null; head = peer.request()) {
                String path = head.split(" ", 3)[1];
                switch (path) {
                  case "/500" -> peer.send("HTTP/1.1 500 Oops\r\nContent-Length: 0\r\n\r\n");
                  case "/503" -> peer.send("HTTP/1.1 503 Busy\r\nContent-Length: 0\r\n\r\n");
                  case "/404" -> peer.send("HTTP/1.1 404 None\r\nContent-Length: 0\r\n\r\n");
                  case "/reset" -> peer.reset();
                  case "/stall" -> peer.closedByGateway();
                  case "/slow" -> {
                    TimeUnit.SECONDS.sleep(2);
                    peer.send(RawUpstream.OK);
                  }
                  case "/cut" -> {
                    peer.send("HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\nsome");
                    peer.socket().close();
                  }
                  case "/begin" -> {
                    peer.send("HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\nsome");
                    peer.closedByGateway();
                  }
                  default -> peer.send(RawUpstream.OK);
                }
              }
            });
  }

  @AfterEach
  void close() {
    upstream.close();
  }

  private Configurations rarely(@Nullable KeepPolicy keep) {
    return Configurations.to(upstream.port())
        .retry(new RetryPolicy(0, Set.of(), Set.of(), new RetryPolicy.Budget(0, 0)))
        .sampling(new SamplingPolicy(RARE, List.of(), keep));
  }

  private static String get(String path) {
    return "GET " + path + " HTTP/1.1\r\nHost: a\r\n\r\n";
  }

  /** Sends a request on a connection of its own and waits until all of it is over. */
  private static void exchange(RunningGateway gateway, String request) throws Exception {
    try (RawClient client = gateway.connect()) {
      client.send(request.replace("Host: a", "Host: a\r\nConnection: close")).rest();
    }
  }

  private static long late(RunningGateway gateway) {
    return gateway.view().decisions().stream()
        .filter(count -> count.reason() == Reason.LATE && count.sampled())
        .mapToLong(count -> count.count())
        .sum();
  }

  @ParameterizedTest
  @CsvSource({"/500, 500", "/503, 503", "/reset, reset", "/cut, truncated"})
  void error_isKeptAtTheEdgeOnly(String path, String error) throws Exception {
    try (RunningGateway gateway = RunningGateway.of(rarely(ERRORS))) {
      exchange(gateway, get(path));
      String forwarded = upstream.request();
      List<Span> trace = gateway.trace(1);
      assertThat(trace.get(0).tags())
          .containsEntry("sampling.reason", "late")
          .containsEntry("sampling.rule", "default")
          .containsEntry("sampling.rate", "0.0000000010")
          .containsEntry("error", error);
      assertThat(forwarded)
          .contains("X-B3-TraceId: " + trace.get(0).traceId())
          .contains("X-B3-SpanId: " + trace.get(1).id())
          .contains("X-B3-Sampled: 0");
      assertThat(late(gateway)).isEqualTo(1);
      assertThat(gateway.view().decisions())
          .as("the head decision is counted, too")
          .anyMatch(d -> d.reason() == Reason.DEFAULT && !d.sampled() && d.count() == 1);
    }
  }

  @Test
  void timeout_isKept() throws Exception {
    Timeouts quick = new Timeouts(Duration.ofMillis(200), null, Duration.ofSeconds(60), null);
    try (RunningGateway gateway = RunningGateway.of(rarely(ERRORS).timeouts(quick))) {
      exchange(gateway, get("/stall"));
      assertThat(gateway.trace(1).get(0).tags())
          .containsEntry("sampling.reason", "late")
          .containsEntry("error", "response_timeout");
    }
  }

  @Test
  void retried_isKeptThoughItEndedWell() throws Exception {
    RetryPolicy retry =
        new RetryPolicy(
            1, Set.of(RetryPolicy.Condition.CONNECT), Set.of(), new RetryPolicy.Budget(1, 1000));
    Configurations two =
        Configurations.to(ITBrokenUpstream.unused(), upstream.port())
            .retry(retry)
            .sampling(new SamplingPolicy(RARE, List.of(), ERRORS));
    try (RunningGateway gateway = RunningGateway.of(two)) {
      exchange(gateway, get("/"));
      exchange(gateway, get("/"));
      List<Span> trace = gateway.trace(2);
      assertThat(trace.get(0).tags())
          .containsEntry("sampling.reason", "late")
          .containsEntry("http.status_code", "200")
          .doesNotContainKey("error");
      assertThat(trace.get(2).tags()).containsKey("retry.reason");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"/", "/404"})
  void ordinaryEnd_isNotKept(String path) throws Exception {
    try (RunningGateway gateway = RunningGateway.of(rarely(ERRORS))) {
      exchange(gateway, get(path));
      assertNothingKept(gateway);
    }
  }

  @Test
  void clientThatLeft_isNoError() throws Exception {
    try (RunningGateway gateway = RunningGateway.of(rarely(ERRORS))) {
      try (RawClient client = gateway.connect()) {
        client.send(get("/begin")).head();
        client.reset();
      }
      Await.until("the gateway saw it", () -> gateway.failures("receive", "client_gone") == 1);
      assertNothingKept(gateway);
    }
  }

  @Test
  void slow_byTime_isKept() throws Exception {
    KeepPolicy slow =
        new KeepPolicy(false, new SlowLimit.Absolute(Duration.ofSeconds(1)), false, 1000.0);
    try (RunningGateway gateway = RunningGateway.of(rarely(slow))) {
      exchange(gateway, get("/slow"));
      assertThat(gateway.trace(1).get(0).tags()).containsEntry("sampling.reason", "late");
    }
  }

  @Test
  void slow_byMultipleOfTheRunningP99_isKeptOnceThatIsKnown() throws Exception {
    KeepPolicy slow = new KeepPolicy(false, new SlowLimit.TimesP99(1.5), false, 1000.0);
    try (RunningGateway gateway = RunningGateway.of(rarely(slow))) {
      exchange(gateway, get("/slow"));
      assertNothingKept(gateway);
      try (RawClient client = gateway.connect()) {
        for (int i = 0; i < 300; i++) {
          client.send(get("/")).response();
        }
      }
      // The loops hear of what the view collects.
      gateway.view();
      exchange(gateway, get("/slow"));
      Span server = gateway.trace(1).get(0);
      assertThat(server.tags()).containsEntry("sampling.reason", "late");
      assertThat(server.durationAsLong()).isGreaterThanOrEqualTo(2_000_000);
    }
  }

  @Test
  void withoutKeep_errorsStayUnsampled() throws Exception {
    try (RunningGateway gateway = RunningGateway.of(rarely(null))) {
      exchange(gateway, get("/500"));
      assertNothingKept(gateway);
    }
  }

  @Test
  void rateZeroAndNeverRule_keepNothing() throws Exception {
    SamplingRule never = new SamplingRule("none", RuleMatch.ALL, new Verdict.Never());
    for (SamplingPolicy policy :
        List.of(
            new SamplingPolicy(ProbabilisticRate.NEVER, List.of(), ERRORS),
            new SamplingPolicy(RARE, List.of(never), ERRORS))) {
      try (RunningGateway gateway = RunningGateway.of(rarely(ERRORS).sampling(policy))) {
        exchange(gateway, get("/500"));
        assertNothingKept(gateway);
      }
    }
  }

  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '`',
      value = {
        "CONTINUE_IDS, `X-B3-TraceId: 463ac35c9f6413ad48485a3953bb6124\r\nX-B3-SpanId: a2fb4a1d1a96d312`",
        "TRUST, `X-B3-TraceId: 463ac35c9f6413ad48485a3953bb6124\r\nX-B3-SpanId: a2fb4a1d1a96d312`",
        "TRUST, `X-B3-TraceId: 463ac35c9f6413ad48485a3953bb6124\r\nX-B3-SpanId: a2fb4a1d1a96d312"
            + "\r\nX-B3-Sampled: 0`",
        "TRUST, `b3: 0`",
      })
  void traceOfAnother_orDeniedByOne_isNotKept(TrustMode mode, String headers) throws Exception {
    TrustPolicy trust =
        mode == TrustMode.TRUST
            ? new TrustPolicy(TrustMode.RESTART, NetworkSet.of(List.of("127.0.0.0/8")))
            : new TrustPolicy(mode, NetworkSet.NONE);
    try (RunningGateway gateway = RunningGateway.of(rarely(ERRORS).trust(trust))) {
      exchange(gateway, "GET /500 HTTP/1.1\r\nHost: a\r\n" + headers + "\r\n\r\n");
      assertNothingKept(gateway);
    }
  }

  @Test
  void strangersTrace_isRestartedAndKept() throws Exception {
    try (RunningGateway gateway = RunningGateway.of(rarely(ERRORS))) {
      exchange(
          gateway,
          "GET /500 HTTP/1.1\r\nHost: a\r\nX-B3-TraceId: 463ac35c9f6413ad48485a3953bb6124\r\n"
              + "X-B3-SpanId: a2fb4a1d1a96d312\r\nX-B3-Sampled: 0\r\n\r\n");
      assertThat(gateway.trace(1).get(0).tags())
          .containsEntry("sampling.reason", "late")
          .containsEntry("client.trace_id", "463ac35c9f6413ad48485a3953bb6124");
    }
  }

  @Test
  void budget_boundsWhatIsKept() throws Exception {
    KeepPolicy few = new KeepPolicy(true, null, true, 0.01);
    try (RunningGateway gateway = RunningGateway.of(rarely(few))) {
      for (int i = 0; i < 20; i++) {
        exchange(gateway, get("/500"));
      }
      // The burst that goes without saying, and then one every hundred seconds.
      assertThat(late(gateway)).isEqualTo(3);
      assertThat(gateway.spans(6)).hasSize(6);
      gateway.flush();
      assertThat(gateway.waitingSpans()).isZero();
    }
  }

  /** One error in a hundred, and one request in a hundred sampled: no error is missed. */
  @Test
  void onePercentErrors_atOnePercent_everyErrorIsATrace() throws Exception {
    SamplingPolicy policy = new SamplingPolicy(ProbabilisticRate.of(0.01), List.of(), ERRORS);
    try (RunningGateway gateway = RunningGateway.of(rarely(ERRORS).sampling(policy))) {
      try (RawClient client = gateway.connect()) {
        for (int i = 0; i < 3000; i++) {
          client.send(get(i % 100 == 50 ? "/500" : "/")).response();
        }
      }
      gateway.view();
      gateway.flush();
      List<Span> servers =
          gateway.spans(gateway.waitingSpans()).stream()
              .filter(span -> span.kind() == Span.Kind.SERVER)
              .toList();
      Set<String> failed = new HashSet<>();
      Set<String> ordinary = new HashSet<>();
      while (upstream.waiting() > 0) {
        String head = upstream.request();
        String traceId = head.split("X-B3-TraceId: ", 2)[1].substring(0, 32);
        (head.startsWith("GET /500 ") ? failed : ordinary).add(traceId);
      }
      assertThat(failed).hasSize(30);
      assertThat(ordinary).hasSize(2970);
      assertThat(servers)
          .filteredOn(span -> failed.contains(span.traceId()))
          .hasSize(30)
          .allSatisfy(span -> assertThat(span.tags()).containsEntry("error", "500"));
      long late = late(gateway);
      assertThat(servers)
          .filteredOn(span -> span.tags().get("sampling.reason").equals("late"))
          .hasSize((int) late)
          .allMatch(span -> failed.contains(span.traceId()));
      assertThat(late).as("but for the few that were sampled anyway").isBetween(25L, 30L);
    }
  }

  @Test
  void accessLog_saysLate(@TempDir Path directory) throws Exception {
    Path file = directory.resolve("access.log");
    AccessLogPolicy log = new AccessLogPolicy(file.toString(), AccessLogPolicy.Format.JSON);
    String traceId;
    try (RunningGateway gateway = RunningGateway.of(rarely(ERRORS).accessLog(log))) {
      exchange(gateway, get("/500"));
      traceId = gateway.trace(1).get(0).traceId();
      exchange(gateway, get("/"));
    }
    List<String> lines = Files.readAllLines(file);
    JsonNode late = new ObjectMapper().readTree(lines.get(0));
    assertThat(late.get("sampled").asBoolean()).isTrue();
    assertThat(late.get("decision").asText()).isEqualTo("late");
    assertThat(late.get("rule").asText()).isEqualTo("default");
    assertThat(late.get("rate").asDouble()).isEqualTo(1e-9);
    assertThat(late.get("trace_id").asText()).isEqualTo(traceId);
    JsonNode ordinary = new ObjectMapper().readTree(lines.get(1));
    assertThat(ordinary.get("sampled").asBoolean()).isFalse();
    assertThat(ordinary.get("decision").asText()).isEqualTo("default");
  }

  private static void assertNothingKept(RunningGateway gateway) {
    assertThat(late(gateway)).isZero();
    gateway.flush();
    assertThat(gateway.waitingSpans()).isZero();
  }
}
