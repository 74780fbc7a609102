package dev.headwater.routes.compile;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headwater.routes.SpanPolicy;
import dev.headwater.routes.SpanPolicy.Capture;
import dev.headwater.routes.document.Problem;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SpanKeysTest {
  private static final String REST =
      """
      listeners: [{name: web, address: "127.0.0.1:8080"}]
      upstreams: [{name: up, endpoints: ["http://127.0.0.1:9001"]}]
      routes: [{name: all, to: [{upstream: up}]}]
      """;

  private static Loaded load(String tracing) {
    return ConfigurationLoader.load(
        ConfigurationInput.of("tracing: " + tracing + "\n" + REST, "headwater.yaml"));
  }

  private static SpanPolicy policy(String tracing) {
    Loaded loaded = load(tracing);
    assertThat(loaded.problems()).isEmpty();
    return loaded.configuration().orElseThrow().tracing().spans();
  }

  private static List<String> problems(String tracing) {
    return load(tracing).problems().stream().map(Problem::toString).toList();
  }

  @Test
  void nothingWritten_capturesNothingAndSendsPartialSpansAfterAMinute() {
    assertThat(policy("{}")).isEqualTo(SpanPolicy.DEFAULT);
    assertThat(SpanPolicy.DEFAULT.partialAfter()).isEqualTo(Duration.ofMinutes(1));
  }

  @Test
  void listedNames_becomeTagsOnce() {
    SpanPolicy policy =
        policy(
            """
            {tags: {maxPerSpan: 30, maxLength: 100, query: [page, page, "2"],
             requestHeaders: [X-Tenant, x-tenant], responseHeaders: [X-Cache]}, partial: {after: 5s}}
            """);
    assertThat(policy)
        .isEqualTo(
            new SpanPolicy(
                30,
                100,
                List.of(new Capture("page", "http.query.page"), new Capture("2", "http.query.2")),
                List.of(new Capture("x-tenant", "http.request.header.x-tenant")),
                List.of(new Capture("x-cache", "http.response.header.x-cache")),
                Duration.ofSeconds(5)));
  }

  @Test
  void partialAfterZero_isNever() {
    assertThat(policy("{partial: {after: 0s}}").partialAfter()).isZero();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"Authorization", "cookie", "Set-Cookie", "PROXY-AUTHORIZATION", "Headwater-Force"})
  void credentials_areRefusedInBothLists(String name) {
    String reason =
        "(expected a header that carries no credentials: spans are read by many and kept for long)";
    assertThat(
            problems("{tags: {requestHeaders: [" + name + "], responseHeaders: [" + name + "]}}"))
        .hasSize(2)
        .allSatisfy(problem -> assertThat(problem).contains(name).contains(reason));
  }

  @Test
  void configuredForceHeader_isRefused() {
    assertThat(
            problems(
                "{sampling: {force: {header: x-trace-me, networks: [127.0.0.0/8]}},"
                    + " tags: {requestHeaders: [X-Trace-Me]}}"))
        .containsExactly(
            "tracing.tags: requestHeaders with x-trace-me (expected none that carries"
                + " credentials; this one is sampling.force.header) at headwater.yaml:1:83");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{tags: {maxPerSpan: 5}} | tracing.tags.maxPerSpan: 5 (expected 24 to 1024)",
        "{tags: {maxLength: 9000}} | tracing.tags.maxLength: 9000 (expected 64 to 8192)",
        "{tags: {query: ['a b']}} | tracing.tags.query[0]: a b (expected the name of a query",
        "{tags: {query: ['a&b']}} | tracing.tags.query[0]: a&b (expected the name of a query",
        "{tags: {requestHeaders: ['a:']}} | tracing.tags.requestHeaders[0]: a: (expected a header",
        "{partial: {after: 2}} | tracing.partial.after: 2 (expected 0s to 24h, in quotes)",
      })
  void whatIsOutOfRange_isNamedWithItsPlace(String tracing, String problem) {
    assertThat(problems(tracing)).singleElement().asString().contains(problem);
  }

  @Test
  void longLists_areRefused() {
    String names = String.join(", ", java.util.Collections.nCopies(33, "a"));
    assertThat(problems("{tags: {query: [" + names + "]}}"))
        .singleElement()
        .asString()
        .contains("33 elements (expected at most 32 names)");
  }
}
