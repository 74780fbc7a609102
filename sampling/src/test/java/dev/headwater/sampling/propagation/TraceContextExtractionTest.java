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

/** Vectors of {@code traceparent} and {@code tracestate}, W3C Trace Context levels 1 and 2. */
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
        TRACECONTEXT, 0x0af7651916cd43ddL, 0x8448eb211c80319cL, 0xb7ad6b7169203331L, 0, claim);
  }

  @ParameterizedTest
  @CsvSource({"00,DENY", "01,ACCEPT", "02,DENY", "03,ACCEPT", "fe,DENY", "ff,ACCEPT"})
  void version00_sampledIsTheLowestFlag(String flags, Claim claim) {
    TraceCandidate candidate =
        extract(Headers.of("traceparent", "00-" + TRACE + "-" + SPAN + "-" + flags));
    assertThat(candidate.claim()).isEqualTo(claim);
    assertThat(candidate.traceIdLow()).isEqualTo(expected(claim).traceIdLow());
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
        "0foo=1",
        "foo@=1",
        "foo@@bar=1",
        "foo@bar@baz=1",
        "foo@0bar=1",
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
        "@foo=1",
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
    assertThat(passable(members(32))).isEqualTo(members(32));
    assertThat(passable(members(33))).isNull();
    assertThat(passable("z".repeat(256) + "=1")).isNotNull();
    assertThat(passable("z".repeat(257) + "=1")).isNull();
    assertThat(passable("foo=" + "x".repeat(256))).isNotNull();
    assertThat(passable("foo=" + "x".repeat(257))).isNull();
    String longest = "foo=1" + ",".repeat(TraceStateGrammar.LIMIT - 5);
    assertThat(passable(longest)).isSameAs(longest);
    assertThat(passable(longest + ",")).isEqualTo("foo=1");
  }

  @Test
  void tracestate_tooLongLosesLargeMembersThenTheLast() {
    String large = "l=" + "x".repeat(127);
    String small = "s=" + "x".repeat(126);
    assertThat(large).hasSize(129);
    assertThat(small).hasSize(128);
    assertThat(passable(join("a=1", large, large, large, "b=2")))
        .as("130 * 3 + 7 characters fit")
        .isEqualTo(join("a=1", large, large, large, "b=2"));
    assertThat(passable(join("a=1", large, small, large, large, "b=2")))
        .as("the last large one goes before any small one")
        .isEqualTo(join("a=1", large, small, large, "b=2"));
    assertThat(passable(join("a=1", small, small, small, small, "b=2")))
        .as("without a large one the end goes")
        .isEqualTo(join("a=1", small, small, small));
    assertThat(passable(join(small, large, small, small, small, "b=2")))
        .as("both")
        .isEqualTo(join(small, small, small));
    String huge = "k".repeat(256) + "=" + "v".repeat(256);
    assertThat(passable(huge)).as("one member that never fits").isNull();
    assertThat(passable(join(huge, "a=1"))).isEqualTo("a=1");
  }

  @Test
  void tracestate_tooLongIsRefusedWhereAShortOneIs() {
    String filler = join("a=" + "x".repeat(250), "b=" + "x".repeat(250));
    assertThat(passable(join(filler, "NO=1"))).isNull();
    assertThat(passable(join(filler, members(31)))).isNull();
    assertThat(passable(" , ".repeat(10_000))).isNull();
    assertThat(passable("a=1" + " , ".repeat(10_000) + "b=2")).isEqualTo("a=1,b=2");
  }

  private static String passable(String list) {
    return TraceStateGrammar.passable(list);
  }

  private static String join(String... members) {
    return String.join(",", members);
  }

  private static String members(int count) {
    return IntStream.range(0, count)
        .mapToObj(i -> "k" + i + "=" + i)
        .collect(Collectors.joining(","));
  }

  @ParameterizedTest
  @CsvSource({"00,false", "01,false", "02,true", "03,true", "fd,false", "fe,true"})
  void version00_randomIsTheSecondFlag(String flags, boolean random) {
    String value = "00-" + TRACE + "-" + SPAN + "-" + flags;
    assertThat(extract(Headers.of("traceparent", value)).randomId()).isEqualTo(random);
  }

  @Test
  void laterVersion_hasNoRandomFlagThatWeKnow() {
    String later = "cc" + VALID.substring(2, VALID.length() - 2) + "03";
    assertThat(extract(Headers.of("traceparent", later)).randomId()).isFalse();
  }

  @Test
  void unsampledToDecide_isDeferredAndSampledIsNot() {
    TraceExtractor deciding = TraceExtractor.of(List.of(TRACECONTEXT), Unsampled.DECIDE);
    String unsampled = VALID.substring(0, VALID.length() - 1) + "0";
    TraceCandidate deferred =
        deciding.extract(Headers.GETTER, Headers.of("traceparent", unsampled));
    assertThat(deferred).isEqualTo(expected(Claim.DEFER));
    TraceCandidate accepted = deciding.extract(Headers.GETTER, Headers.of("traceparent", VALID));
    assertThat(accepted).isEqualTo(expected(Claim.ACCEPT));
  }
}
