package dev.headwater.sampling.propagation;

import static dev.headwater.sampling.propagation.TraceFormat.TRACECONTEXT;
import static org.assertj.core.api.Assertions.assertThat;

import dev.headwater.sampling.propagation.TraceCandidate.Claim;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Vectors of {@code traceparent} and {@code tracestate}, W3C Trace Context level 1. */
class TraceContextExtractionTest {
  private static final String TRACE = "0af7651916cd43dd8448eb211c80319c";
  private static final String SPAN = "b7ad6b7169203331";
  private static final String VALID = "00-" + TRACE + "-" + SPAN + "-01";

  private final List<TraceFormat> malformed = new ArrayList<>();

  private TraceCandidate extract(Headers headers) {
    return TraceExtractor.of(List.of(TRACECONTEXT))
        .extract(Headers.GETTER, headers, malformed::add);
  }

  private static TraceCandidate expected(Claim claim) {
    return new TraceCandidate(
        TRACECONTEXT,
        0x0af7651916cd43ddL,
        0x8448eb211c80319cL,
        0xb7ad6b7169203331L,
        0,
        claim,
        null);
  }

  @ParameterizedTest
  @CsvSource({"00,DENY", "01,ACCEPT", "02,DENY", "03,ACCEPT", "fe,DENY", "ff,ACCEPT"})
  void version00_sampledIsTheLowestFlag(String flags, Claim claim) {
    assertThat(extract(Headers.of("traceparent", "00-" + TRACE + "-" + SPAN + "-" + flags)))
        .isEqualTo(expected(claim));
    assertThat(malformed).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"01", "02", "cc", "fe"})
  void laterVersion_isReadByItsKnownPrefix(String version) {
    String prefix = version + VALID.substring(2);
    assertThat(extract(Headers.of("traceparent", prefix))).isEqualTo(expected(Claim.ACCEPT));
    assertThat(extract(Headers.of("traceparent", prefix + "-"))).isEqualTo(expected(Claim.ACCEPT));
    assertThat(extract(Headers.of("traceparent", prefix + "-what-the-future-brings")))
        .isEqualTo(expected(Claim.ACCEPT));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "00",
        "ff-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
        "FE-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
        "0-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
        "000-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
        ".0-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
        "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01-",
        "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01-extra",
        "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-010",
        "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-1",
        "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-0x",
        "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-",
        "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331",
        "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331.01",
        "00-0AF7651916CD43DD8448EB211C80319C-b7ad6b7169203331-01",
        "00-0af7651916cd43dd8448eb211c80319c-B7AD6B7169203331-01",
        "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-0A",
        "00-0af7651916cd43dd8448eb211c80319-b7ad6b7169203331-01",
        "00-0af7651916cd43dd8448eb211c80319c0-b7ad6b7169203331-01",
        "00-0af7651916cd43dd8448eb211c80319c-b7ad6b716920333-01",
        "00-00000000000000000000000000000000-b7ad6b7169203331-01",
        "00-0af7651916cd43dd8448eb211c80319c-0000000000000000-01",
        "00-0af7651916cd43dd8448eb211c80319c_b7ad6b7169203331-01",
        "00_0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
        "cc-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01.x",
        "cc-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-011",
      })
  void malformedTraceparentIsIgnoredAndCounted(String value) {
    assertThat(extract(Headers.of("traceparent", value, "tracestate", "foo=1"))).isNull();
    assertThat(malformed).containsExactly(TRACECONTEXT);
  }

  @Test
  void duplicatedTraceparentIsMalformed() {
    assertThat(extract(Headers.of("traceparent", VALID, "traceparent", VALID))).isNull();
    String later = "cc" + VALID.substring(2);
    assertThat(extract(Headers.of("traceparent", later, "traceparent", later))).isNull();
    assertThat(malformed).hasSize(2);
  }

  @Test
  void tracestateAloneIsNothing() {
    assertThat(extract(Headers.of("tracestate", "foo=1"))).isNull();
    assertThat(malformed).isEmpty();
  }

  @Test
  void sixtyFourBitTraceIdStaysOne() {
    TraceCandidate candidate =
        extract(Headers.of("traceparent", "00-0000000000000000" + SPAN + "-" + SPAN + "-01"));
    assertThat(candidate.traceIdHigh()).isZero();
    assertThat(candidate.hasIds()).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "foo=1",
        "foo=1,bar=2",
        "foo=1 , \tbar=2\t, ,baz=3,",
        "tenant@vendor=x",
        "0tenant@vendor=x",
        "a_-*/9=x",
        "foo= !\"#$%&'()*+-./0:;<>?@AZ[\\]^_`az{|}~",
        "foo=1,foo=2",
      })
  void tracestate_travelsVerbatim(String state) {
    assertThat(extract(Headers.of("traceparent", VALID, "tracestate", state)).traceState())
        .isEqualTo(state);
  }

  @Test
  void tracestate_inPartsIsOneList() {
    Headers headers =
        Headers.of("traceparent", VALID, "tracestate", "foo=1,bar=2", "tracestate", "baz=3");
    assertThat(extract(headers).traceState()).isEqualTo("foo=1,bar=2,baz=3");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        " ",
        ",",
        "foo",
        "=1",
        "foo=",
        "foo =1",
        "FOO=1",
        "foo.bar=1",
        "0foo=1",
        "foo@=1",
        "@foo=1",
        "foo@@bar=1",
        "foo@bar@baz=1",
        "foo@0bar=1",
        "foo=bar=baz",
        "foo=\u00e9",
        "foo=a\u0007b",
        "foo=1,bar",
      })
  void tracestate_malformedIsDroppedAndTraceparentKept(String state) {
    TraceCandidate candidate = extract(Headers.of("traceparent", VALID, "tracestate", state));
    assertThat(candidate).isEqualTo(expected(Claim.ACCEPT));
    assertThat(malformed).isEmpty();
  }

  @Test
  void tracestate_limitsHoldAtTheirEdges() {
    assertThat(TraceStateGrammar.accepts(members(32))).isTrue();
    assertThat(TraceStateGrammar.accepts(members(33))).isFalse();
    assertThat(TraceStateGrammar.accepts("z".repeat(256) + "=1")).isTrue();
    assertThat(TraceStateGrammar.accepts("z".repeat(257) + "=1")).isFalse();
    String vendor = "@" + "v".repeat(14) + "=1";
    assertThat(TraceStateGrammar.accepts("t".repeat(241) + vendor)).isTrue();
    assertThat(TraceStateGrammar.accepts("t".repeat(242) + vendor)).isFalse();
    assertThat(TraceStateGrammar.accepts("t@" + "v".repeat(15) + "=1")).isFalse();
    assertThat(TraceStateGrammar.accepts("foo=" + "x".repeat(256))).isTrue();
    assertThat(TraceStateGrammar.accepts("foo=" + "x".repeat(257))).isFalse();
    String longest = "foo=1" + ",".repeat(TraceStateGrammar.LONGEST - 5);
    assertThat(TraceStateGrammar.accepts(longest)).isTrue();
    assertThat(TraceStateGrammar.accepts(longest + ",")).isFalse();
  }

  private static String members(int count) {
    return IntStream.range(0, count)
        .mapToObj(i -> "k" + i + "=" + i)
        .collect(Collectors.joining(","));
  }
}
