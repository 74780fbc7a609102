package dev.headwater.sampling.propagation;

import static dev.headwater.sampling.propagation.TraceFormat.B3_MULTI;
import static dev.headwater.sampling.propagation.TraceFormat.B3_SINGLE;
import static dev.headwater.sampling.propagation.TraceFormat.L5D;
import static dev.headwater.sampling.propagation.TraceFormat.TRACECONTEXT;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import brave.propagation.B3Propagation;
import brave.propagation.Propagation.Getter;
import brave.propagation.TraceContext;
import brave.propagation.TraceContextOrSamplingFlags;
import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Objects;
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

  /** A candidate of 64 bytes, and what the JVM rounds up to. */
  private static final int CANDIDATE = 72;

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
          "a="
              + "x".repeat(126)
              + ",b="
              + "y".repeat(200)
              + ",c="
              + "z".repeat(126)
              + ",d=1,e=2,f=3",
          "a="
              + "x".repeat(126)
              + ", b="
              + "y".repeat(126)
              + " ,c="
              + "z".repeat(126)
              + ",d=1,e@f=2",
          "ovtKHRqW0xIAIAAAAAAAAUhIWjlTu2EkAAAAAAAAAAY=",
          "ovtKHRqW0xIAIAAAAAAAAUhIWjlTu2EkAAAAAAAAAAf+3LqYdlQyEA==",
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
          "tracestate",
          "l5d-ctx-trace");

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

  /** Whether standard Base64 of 32 or 40 bytes with ids that are not 0, as the JDK reads it. */
  private static boolean isL5d(String value) {
    byte[] bytes;
    try {
      bytes = Base64.getDecoder().decode(value.getBytes(ISO_8859_1));
    } catch (IllegalArgumentException notBase64) {
      return false;
    }
    if ((bytes.length != 32 && bytes.length != 40) || value.chars().anyMatch(c -> c > 127)) {
      return false;
    }
    ByteBuffer words = ByteBuffer.wrap(bytes);
    long high = bytes.length == 40 ? words.getLong(32) : 0;
    return words.getLong(0) != 0 && (words.getLong(16) | high) != 0;
  }

  @Test
  void l5dAcceptsExactlyWhatTheJdkDecodes() {
    SplittableRandom random = new SplittableRandom(5);
    TraceExtractor extractor = TraceExtractor.of(List.of(L5D));
    int accepted = 0;
    for (int i = 0; i < ROUNDS; i++) {
      String value = value(random);
      boolean valid = isL5d(value);
      accepted += valid ? 1 : 0;
      if (valid != (extractor.extract(Fields.GETTER, only("l5d-ctx-trace", value)) != null)) {
        throw new AssertionError("[" + value + "] is valid: " + valid);
      }
    }
    assertThat(accepted).isPositive();
  }

  private static Fields only(String name, String value) {
    String[] values = new String[NAMES.size()];
    values[NAMES.indexOf(name)] = value;
    return new Fields(values);
  }

  private static final Pattern MEMBER =
      Pattern.compile("[a-z0-9][a-z0-9_*/@-]{0,255}=[ -+\\--<>-~]{0,255}[!-+\\--<>-~]");

  /** The list as it may be passed on by the text of the recommendation, or null. */
  private static String passable(String list) {
    List<String> members = new ArrayList<>();
    for (String part : list.split(",", -1)) {
      String member = part.replaceAll("^[ \t]+|[ \t]+$", "");
      if (!member.isEmpty()) {
        members.add(member);
      }
    }
    if (members.isEmpty()
        || members.size() > 32
        || !members.stream().allMatch(member -> MEMBER.matcher(member).matches())) {
      return null;
    }
    if (list.length() <= 512) {
      return list;
    }
    for (int least : new int[] {129, 1}) {
      for (int i = members.size() - 1; i >= 0 && String.join(",", members).length() > 512; i--) {
        if (members.get(i).length() >= least) {
          members.remove(i);
        }
      }
    }
    return members.isEmpty() ? null : String.join(",", members);
  }

  @Test
  void tracestatePassesExactlyWhatTheRecommendationSays() {
    SplittableRandom random = new SplittableRandom(11);
    int passed = 0;
    int cut = 0;
    for (int i = 0; i < ROUNDS; i++) {
      String list = value(random);
      for (int more = random.nextInt(3); more > 0; more--) {
        list += "," + value(random);
      }
      String expected = passable(list);
      String actual = TraceStateGrammar.passable(list);
      if (!Objects.equals(expected, actual)) {
        throw new AssertionError("[" + list + "] became [" + actual + "], not [" + expected + "]");
      }
      passed += expected == null ? 0 : 1;
      cut += expected != null && !expected.equals(list) ? 1 : 0;
    }
    assertThat(passed).isPositive();
    assertThat(cut).isPositive();
  }

  @Test
  void callersRate_isNeverOutOfBounds() {
    SplittableRandom random = new SplittableRandom(13);
    for (int i = 0; i < ROUNDS; i++) {
      String value = random.nextInt(4) == 0 ? value(random) : "0." + noise(random, 5);
      double rate = CallerRate.parse(value);
      if (!Double.isNaN(rate) && !(rate >= 0 && rate <= 1)) {
        throw new AssertionError("[" + value + "] is " + rate);
      }
    }
  }

  @Test
  void extraction_allocatesNoMoreThanOneCandidate() {
    Fields[] requests = requests(42, 20_000);
    // Lists that have to be cut are measured below.
    for (Fields fields : requests) {
      String state = fields.values[NAMES.indexOf("tracestate")];
      if (state != null && state.length() > TraceStateGrammar.LIMIT) {
        fields.values[NAMES.indexOf("tracestate")] = state.substring(0, 500);
      }
    }
    TraceExtractor extractor = TraceExtractor.of(List.of(B3_SINGLE, B3_MULTI, TRACECONTEXT, L5D));
    assertThat(allocated(extractor, requests) / requests.length)
        .as("bytes allocated per request")
        .isLessThanOrEqualTo(CANDIDATE);
  }

  @ParameterizedTest
  @EnumSource
  void extraction_allocatesNoMoreThanItsInput(TraceFormat format) {
    Fields[] requests = requests(43, 20_000);
    TraceExtractor extractor = TraceExtractor.of(List.of(format));
    long inputs = 0;
    for (Fields fields : requests) {
      inputs += input(format, fields);
    }
    long before = inputs + (long) CANDIDATE * requests.length;
    assertThat(allocated(extractor, requests)).as("bytes allocated").isLessThanOrEqualTo(before);
  }

  @ParameterizedTest
  @CsvSource({
    "B3_SINGLE, b3, a",
    "B3_MULTI, X-B3-TraceId, a",
    "B3_MULTI, X-B3-Sampled, 1",
    "TRACECONTEXT, traceparent, 0",
    "TRACECONTEXT, tracestate, 'a=1,'",
    "TRACECONTEXT, tracestate, ', '",
    "L5D, l5d-ctx-trace, A"
  })
  void extraction_ofAMebibyteAllocatesNothingOfThatSize(
      TraceFormat format, String name, String piece) {
    String[] values = new String[NAMES.size()];
    values[NAMES.indexOf("traceparent")] =
        "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
    values[NAMES.indexOf(name)] = piece.repeat((1 << 20) / piece.length());
    Fields[] requests = {new Fields(values)};
    assertThat(allocated(TraceExtractor.of(List.of(format)), requests))
        .as("bytes allocated")
        .isLessThan(8_000);
  }

  private static Fields[] requests(int seed, int count) {
    SplittableRandom random = new SplittableRandom(seed);
    Fields[] requests = new Fields[count];
    for (int i = 0; i < requests.length; i++) {
      requests[i] = random(random);
    }
    return requests;
  }

  /** Characters that a format looks at. */
  private static long input(TraceFormat format, Fields fields) {
    return WireFormat.of(format).names().stream()
        .map(name -> fields.values[NAMES.indexOf(name)])
        .filter(Objects::nonNull)
        .mapToLong(String::length)
        .sum();
  }

  /** What a second round allocates: classes are loaded and constants made by the first. */
  private static long allocated(TraceExtractor extractor, Fields[] requests) {
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    extractAll(extractor, requests);
    long before = threads.getCurrentThreadAllocatedBytes();
    extractAll(extractor, requests);
    return threads.getCurrentThreadAllocatedBytes() - before;
  }

  private static void extractAll(TraceExtractor extractor, Fields[] requests) {
    for (Fields fields : requests) {
      extractor.extract(Fields.GETTER, fields);
    }
  }
}
