package dev.headwater.sampling.propagation;

import static dev.headwater.sampling.propagation.TraceFormat.L5D;
import static org.assertj.core.api.Assertions.assertThat;

import brave.propagation.TraceContext;
import dev.headwater.sampling.propagation.TraceCandidate.Claim;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Vectors of {@code l5d-ctx-trace} and {@code l5d-sample}, encoded here by the JDK. */
class L5dExtractionTest {
  private static final long SPAN = 0xa2fb4a1d1a96d312L;
  private static final long PARENT = 0x0020000000000001L;
  private static final long LOW = 0x48485a3953bb6124L;
  private static final long HIGH = 0xfedcba9876543210L;

  private final List<TraceFormat> malformed = new ArrayList<>();

  private TraceCandidate extract(String value) {
    return TraceExtractor.of(List.of(L5D))
        .extract(Headers.GETTER, Headers.of("l5d-ctx-trace", value), malformed::add);
  }

  private static String encoded(long... words) {
    ByteBuffer bytes = ByteBuffer.allocate(words.length * Long.BYTES);
    for (long word : words) {
      bytes.putLong(word);
    }
    return Base64.getEncoder().encodeToString(bytes.array());
  }

  @ParameterizedTest
  @CsvSource({
    "0,DEFER",
    "4,DEFER",
    "2,DENY",
    "6,ACCEPT",
    "1,DEBUG",
    "3,DEBUG",
    "7,DEBUG",
    "8,DEFER"
  })
  void flagsSayWhetherAndWhatWasDecided(long flags, Claim claim) {
    assertThat(extract(encoded(SPAN, PARENT, LOW, flags)))
        .isEqualTo(new TraceCandidate(L5D, 0, LOW, SPAN, PARENT, claim));
    assertThat(extract(encoded(SPAN, PARENT, LOW, flags, HIGH)))
        .isEqualTo(new TraceCandidate(L5D, HIGH, LOW, SPAN, PARENT, claim));
  }

  @Test
  void rootNamesItselfAsItsParent() {
    assertThat(extract(encoded(SPAN, SPAN, SPAN, 6)))
        .isEqualTo(new TraceCandidate(L5D, 0, SPAN, SPAN, 0, Claim.ACCEPT));
  }

  @Test
  void paddingMayBeMissing() {
    for (String value :
        List.of(encoded(SPAN, PARENT, LOW, 6), encoded(SPAN, PARENT, LOW, 6, HIGH))) {
      String bare = value.replace("=", "");
      assertThat(bare).isNotEqualTo(value);
      assertThat(extract(bare)).isEqualTo(extract(value)).isNotNull();
    }
  }

  @Test
  void everyBitIsReadWhereItStands() {
    for (int bit = 0; bit < 64; bit++) {
      long one = 1L << bit;
      TraceCandidate read = extract(encoded(one, ~one, one ^ LOW, 6, ~one ^ HIGH));
      assertThat(read.spanId()).isEqualTo(one);
      assertThat(read.parentId()).isEqualTo(~one);
      assertThat(read.traceIdLow()).isEqualTo(one ^ LOW);
      assertThat(read.traceIdHigh()).isEqualTo(~one ^ HIGH);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "=",
        "==",
        "AAAA",
        "ovtKHRqW0xIAIAAAAAAAAUhIWjlTu2EkAAAAAAAAAA=",
        "ovtKHRqW0xIAIAAAAAAAAUhIWjlTu2EkAAAAAAAAAA==",
        "ovtKHRqW0xIAIAAAAAAAAUhIWjlTu2EkAAAAAAAAAAY==",
        "ovtKHRqW0xIAIAAAAAAAAUhIWjlTu2EkAAAAAAAAAAY=A",
        "ovtKHRqW0xIAIAAAAAAAAUhIWjlTu2EkAAAAAAAAAAYA",
        "ovtKHRqW0xIAIAAAAAAAAUhIWjlTu2EkAAAAAAA AAY=",
        "ovtKHRqW0xIAIAAAAAAAAUhIWjlTu2Ek_AAAAAAAAAY=",
        "ovtKHRqW0xIAIAAAAAAAAUhIWjlTu2Ek-AAAAAAAAAY=",
        "\u0664vtKHRqW0xIAIAAAAAAAAUhIWjlTu2EkAAAAAAAAAAY=",
      })
  void malformedIsIgnoredAndCounted(String value) {
    assertThat(extract(value)).isNull();
    assertThat(malformed).containsExactly(L5D);
  }

  @Test
  void theVectorsAboveAreMalformedByOneThingOnly() {
    String good = "ovtKHRqW0xIAIAAAAAAAAUhIWjlTu2EkAAAAAAAAAAY=";
    assertThat(good).isEqualTo(encoded(SPAN, PARENT, LOW, 6));
    assertThat(extract(good)).isNotNull();
  }

  @Test
  void idsOfZeroAreMalformed() {
    assertThat(extract(encoded(0, PARENT, LOW, 6))).isNull();
    assertThat(extract(encoded(SPAN, PARENT, 0, 6))).isNull();
    assertThat(extract(encoded(SPAN, PARENT, 0, 6, 0))).isNull();
    assertThat(malformed).hasSize(3);
    assertThat(extract(encoded(SPAN, PARENT, 0, 6, HIGH))).isNotNull();
  }

  @Test
  void twiceAndOfOneMebibyteIsMalformed() {
    String good = encoded(SPAN, PARENT, LOW, 6);
    TraceExtractor extractor = TraceExtractor.of(List.of(L5D));
    Headers twice = Headers.of("l5d-ctx-trace", good, "l5d-ctx-trace", good);
    assertThat(extractor.extract(Headers.GETTER, twice, malformed::add)).isNull();
    assertThat(extract("A".repeat(1 << 20))).isNull();
    assertThat(malformed).hasSize(2);
  }

  @Test
  void writtenAsTheJdkEncodes() {
    TraceContext.Builder context =
        TraceContext.newBuilder().traceId(LOW).spanId(SPAN).parentId(PARENT);
    assertThat(written(context.sampled(true).build())).isEqualTo(encoded(SPAN, PARENT, LOW, 6));
    assertThat(written(context.sampled(false).build())).isEqualTo(encoded(SPAN, PARENT, LOW, 2));
    assertThat(written(context.debug(true).traceIdHigh(HIGH).build()))
        .isEqualTo(encoded(SPAN, PARENT, LOW, 7, HIGH));
    TraceContext root = TraceContext.newBuilder().traceId(LOW).spanId(SPAN).build();
    assertThat(written(root)).isEqualTo(encoded(SPAN, SPAN, LOW, 0));
  }

  private static String written(TraceContext context) {
    Headers headers = Headers.of();
    TraceInjector.of(List.of(L5D), false)
        .inject(context, FixedFields.NONE, Headers.SETTER, headers);
    return headers.asMap().get("l5d-ctx-trace");
  }

  @ParameterizedTest
  @CsvSource({"0,0", "1,1", "1.0,1", "0.0001,0.0001", ".5,0.5", "00.25,0.25", "0.000,0"})
  void callersRate_isADecimalFrom0To1(String value, double rate) {
    assertThat(CallerRate.parse(value)).isEqualTo(rate);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        ".",
        "1.",
        "-0",
        "-1",
        "+1",
        "1.1",
        "2",
        "1e-3",
        "NaN",
        "Infinity",
        "0x1p0",
        "1f",
        "1d",
        "0.5,0.5",
        "0 .5",
        " 1",
        "0..5",
        "0.00000000000000000000000001",
        "\u0661"
      })
  void callersRate_ofAnyOtherFormIsNone(String value) {
    assertThat(CallerRate.parse(value)).isNaN();
  }
}
