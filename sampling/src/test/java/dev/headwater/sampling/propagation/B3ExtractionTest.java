package dev.headwater.sampling.propagation;

import static dev.headwater.sampling.propagation.TraceFormat.B3_MULTI;
import static dev.headwater.sampling.propagation.TraceFormat.B3_SINGLE;
import static org.assertj.core.api.Assertions.assertThat;

import dev.headwater.sampling.propagation.TraceCandidate.Claim;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** B3 vectors, single and multi. */
class B3ExtractionTest {
  private static final String HIGH = "463ac35c9f6413ad";
  private static final String LOW = "48485a3953bb6124";
  private static final String SPAN = "a2fb4a1d1a96d312";
  private static final String PARENT = "0020000000000001";
  private static final long HIGH_BITS = 0x463ac35c9f6413adL;
  private static final long LOW_BITS = 0x48485a3953bb6124L;
  private static final long SPAN_BITS = 0xa2fb4a1d1a96d312L;
  private static final long PARENT_BITS = 0x0020000000000001L;

  private final List<TraceFormat> malformed = new ArrayList<>();

  private TraceCandidate extract(Headers headers) {
    return TraceExtractor.of(List.of(B3_SINGLE, B3_MULTI))
        .extract(Headers.GETTER, headers, malformed::add);
  }

  private static TraceCandidate single(long high, long parent, Claim claim) {
    return new TraceCandidate(B3_SINGLE, high, LOW_BITS, SPAN_BITS, parent, claim);
  }

  private static TraceCandidate decision(TraceFormat format, Claim claim) {
    return new TraceCandidate(format, 0, 0, 0, 0, claim);
  }

  @Test
  void single_everyCombinationOfFieldsIsRead() {
    for (boolean wide : List.of(true, false)) {
      String ids = (wide ? HIGH : "") + LOW + "-" + SPAN;
      long high = wide ? HIGH_BITS : 0;
      assertThat(extract(Headers.of("b3", ids))).isEqualTo(single(high, 0, Claim.DEFER));
      assertThat(extract(Headers.of("b3", ids + "-1"))).isEqualTo(single(high, 0, Claim.ACCEPT));
      assertThat(extract(Headers.of("b3", ids + "-0"))).isEqualTo(single(high, 0, Claim.DENY));
      assertThat(extract(Headers.of("b3", ids + "-d"))).isEqualTo(single(high, 0, Claim.DEBUG));
      assertThat(extract(Headers.of("b3", ids + "-1-" + PARENT)))
          .isEqualTo(single(high, PARENT_BITS, Claim.ACCEPT));
      assertThat(extract(Headers.of("b3", ids + "-d-" + PARENT)))
          .isEqualTo(single(high, PARENT_BITS, Claim.DEBUG));
      assertThat(extract(Headers.of("b3", ids + "-" + PARENT)))
          .isEqualTo(single(high, PARENT_BITS, Claim.DEFER));
    }
    assertThat(malformed).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({"0,DENY", "1,ACCEPT", "d,DEBUG"})
  void single_decisionAloneIsReadWithoutIds(String value, Claim claim) {
    TraceCandidate candidate = extract(Headers.of("b3", value));
    assertThat(candidate).isEqualTo(decision(B3_SINGLE, claim));
    assertThat(candidate.hasIds()).isFalse();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "-",
        "2",
        "D",
        "true",
        "00",
        "0-1",
        "48485a3953bb6124",
        "48485a3953bb6124-",
        "48485a3953bb6124-a2fb4a1d1a96d31",
        "48485a3953bb6124-a2fb4a1d1a96d3122",
        "48485a3953bb6124-a2fb4a1d1a96d312-",
        "48485a3953bb6124-a2fb4a1d1a96d312-2",
        "48485a3953bb6124-a2fb4a1d1a96d312-true",
        "48485a3953bb6124-a2fb4a1d1a96d312--0020000000000001",
        "48485a3953bb6124-a2fb4a1d1a96d312-1-",
        "48485a3953bb6124-a2fb4a1d1a96d312-1-00200000000000",
        "48485a3953bb6124-a2fb4a1d1a96d312-1-0020000000000001-",
        "48485a3953bb6124-a2fb4a1d1a96d312-1-0020000000000001-1",
        "48485a3953bb6124-a2fb4a1d1a96d312-1-0000000000000000",
        "48485a3953bb6124-a2fb4a1d1a96d312-1_0020000000000001",
        "48485a3953bb6124_a2fb4a1d1a96d312-1",
        "48485A3953BB6124-a2fb4a1d1a96d312-1",
        "48485a3953bb6124-A2FB4A1D1A96D312-1",
        "48485a3953bb612g-a2fb4a1d1a96d312-1",
        "0000000000000000-a2fb4a1d1a96d312-1",
        "00000000000000000000000000000000-a2fb4a1d1a96d312-1",
        "48485a3953bb6124-0000000000000000-1",
        "463ac35c9f6413ad48485a3953bb612-a2fb4a1d1a96d312-1",
        "463ac35c9f6413ad48485a3953bb61241-a2fb4a1d1a96d312-1",
        "463AC35C9F6413AD48485a3953bb6124-a2fb4a1d1a96d312-1",
        " 48485a3953bb6124-a2fb4a1d1a96d312-1",
        "48485a3953bb6124-a2fb4a1d1a96d312-1 ",
        "48485a3953bb6124-a2fb4a1d1a96d312-1,48485a3953bb6124-a2fb4a1d1a96d312-1",
        "\u0664\u0668485a3953bb6124-a2fb4a1d1a96d312-1",
      })
  void single_malformedIsIgnoredAndCounted(String value) {
    assertThat(extract(Headers.of("b3", value))).isNull();
    assertThat(malformed).containsExactly(B3_SINGLE);
  }

  @Test
  void single_ofOneMebibyteIsRefused() {
    assertThat(extract(Headers.of("b3", "a".repeat(1 << 20)))).isNull();
    assertThat(malformed).containsExactly(B3_SINGLE);
  }

  @Test
  void single_winsOverMultiThatContradictsIt() {
    Headers headers =
        multi(LOW, "1111111111111111").add("X-B3-Sampled", "0").add("b3", LOW + "-" + SPAN + "-1");
    assertThat(extract(headers)).isEqualTo(single(0, 0, Claim.ACCEPT));
  }

  @Test
  void multi_isReadWhenSingleIsMalformed() {
    TraceCandidate candidate = extract(multi(LOW, SPAN).add("b3", "nonsense"));
    assertThat(candidate).isNotNull();
    assertThat(candidate.format()).isEqualTo(B3_MULTI);
    assertThat(malformed).containsExactly(B3_SINGLE);
  }

  @Test
  void duplicatedHeadersAreMalformed() {
    assertThat(extract(Headers.of("b3", "1", "b3", "1"))).isNull();
    assertThat(extract(multi(LOW, SPAN).add("X-B3-TraceId", LOW))).isNull();
    assertThat(extract(multi(LOW, SPAN).add("X-B3-SpanId", SPAN))).isNull();
    assertThat(extract(Headers.of("X-B3-Sampled", "1", "X-B3-Sampled", "0"))).isNull();
    assertThat(malformed).containsExactly(B3_SINGLE, B3_MULTI, B3_MULTI, B3_MULTI);
  }

  @ParameterizedTest
  @CsvSource({
    "1,,ACCEPT",
    "0,,DENY",
    "true,,ACCEPT",
    "false,,DENY",
    "True,,ACCEPT",
    ",,DEFER",
    ",1,DEBUG",
    "1,1,DEBUG",
    "0,1,DEBUG",
    "1,0,ACCEPT",
    "0,2,DENY",
    ",0,DEFER"
  })
  void multi_claimIsReadFromSampledAndFlags(String sampled, String flags, Claim claim) {
    Headers headers = multi(HIGH + LOW, SPAN).add("X-B3-ParentSpanId", PARENT);
    if (sampled != null) {
      headers.add("X-B3-Sampled", sampled);
    }
    if (flags != null) {
      headers.add("X-B3-Flags", flags);
    }
    assertThat(extract(headers))
        .isEqualTo(
            new TraceCandidate(B3_MULTI, HIGH_BITS, LOW_BITS, SPAN_BITS, PARENT_BITS, claim));
  }

  @Test
  void multi_decisionAloneIsReadWithoutIds() {
    assertThat(extract(Headers.of("X-B3-Sampled", "0"))).isEqualTo(decision(B3_MULTI, Claim.DENY));
    assertThat(extract(Headers.of("X-B3-Sampled", "1")))
        .isEqualTo(decision(B3_MULTI, Claim.ACCEPT));
    assertThat(extract(Headers.of("X-B3-Flags", "1"))).isEqualTo(decision(B3_MULTI, Claim.DEBUG));
    assertThat(malformed).isEmpty();
  }

  @Test
  void multi_nothingIsReadFromFlagsThatSayNothing() {
    assertThat(extract(Headers.of("X-B3-Flags", "0"))).isNull();
    assertThat(extract(Headers.of())).isNull();
    assertThat(malformed).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "2", "d", "yes", "1 ", "-1", "TRUEE"})
  void multi_malformedSampledSpoilsTheSet(String sampled) {
    assertThat(extract(multi(LOW, SPAN).add("X-B3-Sampled", sampled))).isNull();
    assertThat(malformed).containsExactly(B3_MULTI);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "1",
        "48485a3953bb612",
        "48485a3953bb61245",
        "463ac35c9f6413ad48485a3953bb612",
        "463ac35c9f6413ad48485a3953bb61245",
        "48485A3953BB6124",
        "48485a3953bb612g",
        "0000000000000000",
        "00000000000000000000000000000000",
        "463ac35c-9f64-13ad-4848-5a3953bb6124",
      })
  void multi_malformedTraceIdIsIgnoredAndCounted(String traceId) {
    assertThat(extract(multi(traceId, SPAN))).isNull();
    assertThat(malformed).containsExactly(B3_MULTI);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "1",
        "a2fb4a1d1a96d31",
        "a2fb4a1d1a96d3122",
        "A2FB4A1D1A96D312",
        "0000000000000000"
      })
  void multi_malformedSpanOrParentIdIsIgnoredAndCounted(String id) {
    assertThat(extract(multi(LOW, id))).isNull();
    assertThat(extract(multi(LOW, SPAN).add("X-B3-ParentSpanId", id))).isNull();
    assertThat(malformed).containsExactly(B3_MULTI, B3_MULTI);
  }

  @Test
  void multi_withoutSpanIdIsMalformed() {
    assertThat(extract(Headers.of("X-B3-TraceId", LOW))).isNull();
    assertThat(malformed).containsExactly(B3_MULTI);
  }

  @Test
  void traceIdWithZeroHalfIsReadAsSent() {
    TraceCandidate padded = extract(multi("0".repeat(16) + LOW, SPAN));
    assertThat(padded.traceIdHigh()).isZero();
    assertThat(padded.traceIdLow()).isEqualTo(LOW_BITS);
    TraceCandidate zeroLow = extract(multi(HIGH + "0".repeat(16), SPAN));
    assertThat(zeroLow.traceIdHigh()).isEqualTo(HIGH_BITS);
    assertThat(zeroLow.hasIds()).isTrue();
  }

  private static Headers multi(String traceId, String spanId) {
    return Headers.of("X-B3-TraceId", traceId, "X-B3-SpanId", spanId);
  }
}
