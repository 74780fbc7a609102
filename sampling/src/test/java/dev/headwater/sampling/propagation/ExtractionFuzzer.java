package dev.headwater.sampling.propagation;

import static dev.headwater.sampling.propagation.TraceFormat.B3_MULTI;
import static dev.headwater.sampling.propagation.TraceFormat.B3_SINGLE;
import static dev.headwater.sampling.propagation.TraceFormat.TRACECONTEXT;
import static org.assertj.core.api.Assertions.assertThat;

import brave.propagation.B3Propagation;
import brave.propagation.Propagation.Getter;
import brave.propagation.TraceContext;
import brave.propagation.TraceContextOrSamplingFlags;
import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.List;
import java.util.SplittableRandom;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Seeded mutations of valid headers and plain noise, against three claims: no exception, nothing
 * accepted that would not be written the same, and no allocation beyond one candidate.
 */
class ExtractionFuzzer {
  private static final int ROUNDS = 200_000;
  private static final String ALPHABET = "0123456789abcdefABCDEFdg-,=@ \t\u0000\u00e9\u0664\ud83d";
  private static final String ID = "(?!0{16})[0-9a-f]{16}";
  private static final Pattern B3_GRAMMAR =
      Pattern.compile(
          "[01d]|(?:(?!0{32})[0-9a-f]{32}|" + ID + ")-" + ID + "(?:-[01d])?(?:-" + ID + ")?");
  private static final String TRACEPARENT = "-(?!0{32})[0-9a-f]{32}-" + ID + "-[0-9a-f]{2}";
  private static final Pattern TRACEPARENT_GRAMMAR =
      Pattern.compile(
          "00" + TRACEPARENT + "|(?!00|ff)[0-9a-f]{2}" + TRACEPARENT + "(?:-.*)?", Pattern.DOTALL);
  private static final List<String> SEEDS =
      List.of(
          "463ac35c9f6413ad48485a3953bb6124-a2fb4a1d1a96d312-1-0020000000000001",
          "48485a3953bb6124-a2fb4a1d1a96d312-d",
          "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
          "cc-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01-more",
          "463ac35c9f6413ad48485a3953bb6124",
          "48485a3953bb6124",
          "foo=1,tenant@vendor=2",
          "1",
          "true");
  private static final List<String> NAMES =
      List.of(
          "b3",
          "X-B3-TraceId",
          "X-B3-SpanId",
          "X-B3-ParentSpanId",
          "X-B3-Sampled",
          "X-B3-Flags",
          "traceparent",
          "tracestate");

  /** A request of parallel arrays, so that looking a header up allocates nothing. */
  private record Fields(String[] values) {
    static final Getter<Fields, String> GETTER =
        (fields, name) -> fields.values[NAMES.indexOf(name)];
  }

  private static Fields random(SplittableRandom random) {
    String[] values = new String[NAMES.size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = random.nextInt(3) == 0 ? null : value(random);
    }
    return new Fields(values);
  }

  private static String value(SplittableRandom random) {
    if (random.nextInt(8) == 0) {
      return noise(random, random.nextInt(120));
    }
    StringBuilder value = new StringBuilder(SEEDS.get(random.nextInt(SEEDS.size())));
    for (int edits = random.nextInt(3); edits > 0; edits--) {
      int at = random.nextInt(value.length() + 1);
      switch (random.nextInt(3)) {
        case 0 -> value.insert(at, noise(random, 1));
        case 1 -> value.delete(at, Math.min(value.length(), at + 1 + random.nextInt(16)));
        default -> value.replace(at, Math.min(value.length(), at + 1), noise(random, 1));
      }
    }
    return value.toString();
  }

  private static String noise(SplittableRandom random, int length) {
    StringBuilder noise = new StringBuilder();
    for (int i = 0; i < length; i++) {
      noise.append(ALPHABET.charAt(random.nextInt(ALPHABET.length())));
    }
    return noise.toString();
  }

  @ParameterizedTest
  @EnumSource
  void whatIsAccepted_isWrittenTheSame(TraceFormat format) {
    SplittableRandom random = new SplittableRandom(20261121);
    TraceExtractor extractor = TraceExtractor.of(List.of(format));
    int accepted = 0;
    for (int i = 0; i < ROUNDS; i++) {
      Fields fields = random(random);
      TraceCandidate candidate = extractor.extract(Fields.GETTER, fields);
      if (candidate != null && candidate.hasIds()) {
        accepted++;
        assertThat(rewritten(candidate)).isEqualTo(candidate);
      }
    }
    assertThat(accepted).isPositive();
  }

  private static TraceCandidate rewritten(TraceCandidate candidate) {
    TraceContext.Builder context =
        TraceContext.newBuilder()
            .traceIdHigh(candidate.traceIdHigh())
            .traceId(candidate.traceIdLow())
            .spanId(candidate.spanId())
            .parentId(candidate.parentId());
    switch (candidate.claim()) {
      case ACCEPT -> context.sampled(true);
      case DENY -> context.sampled(false);
      case DEBUG -> context.debug(true);
      case DEFER -> {}
    }
    List<TraceFormat> format = List.of(candidate.format());
    Headers written = Headers.of();
    TraceInjector.of(format, true)
        .inject(
            context.build(),
            new FixedFields(candidate.traceState(), candidate.randomId()),
            (headers, name, value) -> headers.add(name, value),
            written);
    return TraceExtractor.of(format).extract(Headers.GETTER, written);
  }

  @ParameterizedTest
  @CsvSource({"B3_SINGLE, b3", "TRACECONTEXT, traceparent"})
  void acceptsExactlyItsGrammar(TraceFormat format, String name) {
    Pattern grammar = format == B3_SINGLE ? B3_GRAMMAR : TRACEPARENT_GRAMMAR;
    SplittableRandom random = new SplittableRandom(99);
    TraceExtractor extractor = TraceExtractor.of(List.of(format));
    int accepted = 0;
    for (int i = 0; i < ROUNDS; i++) {
      String value = value(random);
      String[] values = new String[NAMES.size()];
      values[NAMES.indexOf(name)] = value;
      boolean valid = grammar.matcher(value).matches();
      accepted += valid ? 1 : 0;
      if (valid != (extractor.extract(Fields.GETTER, new Fields(values)) != null)) {
        throw new AssertionError("[" + value + "] is valid: " + valid);
      }
    }
    assertThat(accepted).isPositive();
  }

  @Test
  void b3AcceptsNothingThatBraveRefuses() {
    SplittableRandom random = new SplittableRandom(7);
    TraceExtractor extractor = TraceExtractor.of(List.of(B3_SINGLE, B3_MULTI));
    TraceContext.Extractor<Fields> brave = B3Propagation.get().extractor(Fields.GETTER);
    for (int i = 0; i < ROUNDS; i++) {
      Fields fields = random(random);
      TraceCandidate ours = extractor.extract(Fields.GETTER, fields);
      if (ours != null && ours.hasIds()) {
        TraceContextOrSamplingFlags theirs = brave.extract(fields);
        assertThat(theirs.context()).as("ids of %s", List.of(ours)).isNotNull();
        assertThat(theirs.context().traceId()).isEqualTo(ours.traceIdLow());
        assertThat(theirs.context().traceIdHigh()).isEqualTo(ours.traceIdHigh());
        assertThat(theirs.context().spanId()).isEqualTo(ours.spanId());
      }
    }
  }

  @Test
  void extraction_allocatesNoMoreThanOneCandidate() {
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    SplittableRandom random = new SplittableRandom(42);
    Fields[] requests = new Fields[20_000];
    for (int i = 0; i < requests.length; i++) {
      requests[i] = random(random);
    }
    TraceExtractor extractor = TraceExtractor.of(List.of(B3_SINGLE, B3_MULTI, TRACECONTEXT));
    extractAll(extractor, requests);
    long before = threads.getCurrentThreadAllocatedBytes();
    extractAll(extractor, requests);
    long each = (threads.getCurrentThreadAllocatedBytes() - before) / requests.length;
    assertThat(each).as("bytes allocated per request").isLessThanOrEqualTo(72);
  }

  private static void extractAll(TraceExtractor extractor, Fields[] requests) {
    for (Fields fields : requests) {
      extractor.extract(Fields.GETTER, fields);
    }
  }
}
