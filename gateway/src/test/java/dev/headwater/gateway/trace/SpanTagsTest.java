package dev.headwater.gateway.trace;

import static org.assertj.core.api.Assertions.assertThat;

import brave.handler.MutableSpan;
import dev.headwater.gateway.pipeline.Fields;
import dev.headwater.routes.SpanPolicy;
import dev.headwater.routes.SpanPolicy.Capture;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SpanTagsTest {
  private static SpanPolicy policy(int most, List<Capture> query, List<Capture> headers) {
    return new SpanPolicy(most, 64, query, headers, List.of(), Duration.ZERO);
  }

  @ParameterizedTest
  @CsvSource(
      nullValues = "none",
      value = {
        "a=1, a, 1",
        "b=2&a=1, a, 1",
        "a=1&a=2, a, 1",
        "aa=1&a=2, a, 2",
        "a, a, ''",
        "b&a&c, a, ''",
        "a=, a, ''",
        "a=x%20y, a, x%20y",
        "a==, a, =",
        "aa=1, a, none",
        "A=1, a, none",
        "b=a=1, a, none",
        "'', a, none",
        "&&, a, none",
      })
  void parameter_isFoundByItsWholeName(String query, String name, String value) {
    assertThat(SpanTags.parameter(query, name)).isEqualTo(value);
  }

  @Test
  void captured_areOnlyThoseThatAreNamed() {
    MutableSpan span = new MutableSpan();
    Fields fields = new Fields();
    fields.add("X-Tenant", "one");
    fields.add("Authorization", "Bearer x");
    fields.add("x-tenant", "two");
    fields.add("X-Token", "secret");
    SpanPolicy policy =
        policy(
            64,
            List.of(Capture.query("page")),
            List.of(Capture.requestHeader("x-tenant"), Capture.requestHeader("x-token")));
    SpanTags.query(span, policy, "session=secret&page=3");
    SpanTags.headers(span, policy, policy.requestHeaders(), fields, "x-token");
    assertThat(span.tags())
        .containsOnly(
            org.assertj.core.api.Assertions.entry("http.query.page", "3"),
            org.assertj.core.api.Assertions.entry("http.request.header.x-tenant", "one,two"));
  }

  @Test
  void tagsBeyondTheNumber_areLeftOut() {
    List<Capture> names = IntStream.range(0, 20).mapToObj(i -> Capture.query("q" + i)).toList();
    StringBuilder query = new StringBuilder();
    names.forEach(name -> query.append(name.name()).append("=1&"));
    MutableSpan span = new MutableSpan();
    span.tag("own", "1");
    SpanTags.query(span, policy(8, names, List.of()), query.toString());
    assertThat(span.tags()).hasSize(8).containsKeys("own", "http.query.q0", "http.query.q6");
  }

  @Test
  void longValues_areCutBetweenCharacters() {
    assertThat(SpanTags.cut("x".repeat(100), 64)).hasSize(64);
    assertThat(SpanTags.cut("x".repeat(64), 64)).hasSize(64);
    assertThat(SpanTags.cut("x".repeat(63) + "\uD83C\uDF55", 64)).isEqualTo("x".repeat(63));
    assertThat(SpanTags.cut("x".repeat(62) + "\uD83C\uDF55y", 64))
        .isEqualTo("x".repeat(62) + "\uD83C\uDF55");
  }
}
