package dev.headwater.gateway.demo;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.MultiMap;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MeshSpanTest {
  private static final String TRACE = "463ac35c9f6413ad48485a3953bb6124";
  private static final String CALLER = "a2fb4a1d1a96d312";

  private final MultiMap headers = MultiMap.caseInsensitiveMultiMap();

  @Test
  void nothingBegins_withoutAContext() {
    assertThat(advance()).isNull();
    assertThat(headers).isEmpty();
  }

  @Test
  void spanIdIsReplacedAndParentLeft_whenSampled() {
    context("1").add("X-B3-ParentSpanId", "0020000000000001");

    assertThat(advance()).isNotNull();

    assertThat(headers.get("X-B3-SpanId")).matches("[0-9a-f]{16}").isNotEqualTo(CALLER);
    assertThat(headers.get("X-B3-ParentSpanId")).isEqualTo("0020000000000001");
    assertThat(headers.get("X-B3-TraceId")).isEqualTo(TRACE);
  }

  @ParameterizedTest
  @ValueSource(strings = {"0", "true", "d", "01", ""})
  void spanIdIsReplacedButNothingRecorded_whenSampledIsNotExactly1(String sampled) {
    context(sampled);

    assertThat(advance()).isNull();

    assertThat(headers.get("X-B3-SpanId")).isNotEqualTo(CALLER);
    assertThat(headers.get("X-B3-Sampled")).isEqualTo(sampled);
  }

  @Test
  void theDebugFlagAloneRecordsNothing() {
    context("0").remove("X-B3-Sampled").add("X-B3-Flags", "1");

    assertThat(advance()).isNull();
  }

  @Test
  void singleHeaderIsNotRead() {
    headers.add("b3", TRACE + "-" + CALLER + "-1");

    assertThat(advance()).isNull();
    assertThat(headers.get("b3")).contains(CALLER);
  }

  @ParameterizedTest
  @ValueSource(strings = {"0000000000000000", "zzzzzzzzzzzzzzzz", "123", ""})
  void malformedIdsAreLeftAlone(String spanId) {
    context("1").set("X-B3-SpanId", spanId);

    assertThat(advance()).isNull();
    assertThat(headers.get("X-B3-SpanId")).isEqualTo(spanId);
  }

  private MultiMap context(String sampled) {
    return headers
        .add("X-B3-TraceId", TRACE)
        .add("X-B3-SpanId", CALLER)
        .add("X-B3-Sampled", sampled);
  }

  private MeshSpan advance() {
    return MeshSpan.advance(headers, new Random(3), () -> 1L);
  }
}
