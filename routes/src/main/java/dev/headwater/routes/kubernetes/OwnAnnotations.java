package dev.headwater.routes.kubernetes;

import dev.headwater.routes.compile.KeepDocument;
import dev.headwater.routes.document.Problem;
import dev.headwater.routes.document.Suggestion;
import dev.headwater.sampling.propagation.TraceFormat;
import dev.headwater.sampling.propagation.TrustMode;
import dev.headwater.sampling.rate.CapPolicy;
import dev.headwater.sampling.rate.ProbabilisticRate;
import dev.headwater.sampling.rule.KeepPolicy;
import dev.headwater.sampling.rule.SamplingRule;
import dev.headwater.sampling.rule.Verdict;
import dev.headwater.sampling.rule.Verdict.Adaptive;
import dev.headwater.sampling.rule.Verdict.Never;
import dev.headwater.sampling.rule.Verdict.Share;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Annotations of ours on an Ingress, {@code headwater.dev/NAME}.
 *
 * @param rate share of its traces that are kept, or null for what holds everywhere
 * @param cap most traces per second of each of its routes, or null for no limit of its own
 * @param late which of those that were not sampled are kept at their end, or null for what holds
 *     everywhere
 * @param excluded whether none is kept
 * @param trust what strangers' trace headers are worth, or null for what the listener says
 * @param inject trace formats to write upstream, or null for what holds everywhere
 * @param mesh in which its backends are, or null where it does not say
 */
record OwnAnnotations(
    @Nullable ProbabilisticRate rate,
    @Nullable CapPolicy cap,
    @Nullable KeepPolicy late,
    boolean excluded,
    @Nullable TrustMode trust,
    @Nullable List<TraceFormat> inject,
    @Nullable Mesh mesh) {
  static final String PREFIX = "headwater.dev/";
  static final String MESH = "mesh";

  private static final String RATE = "sample-rate";
  private static final String PER_SECOND = "sample-per-second";
  private static final String EXCLUDE = "trace-exclude";
  private static final String TRUST = "trace-trust";
  private static final String INJECT = "inject";
  private static final String LATE_KEEP = "late-keep";
  private static final List<String> KNOWN =
      List.of(RATE, PER_SECOND, EXCLUDE, TRUST, INJECT, MESH, LATE_KEEP);

  /** A decimal as people write them; nothing that {@code Double} reads beyond. */
  private static final String DECIMAL = "[0-9]{1,9}(\\.[0-9]{1,18})?|\\.[0-9]{1,18}";

  static OwnAnnotations read(Map<String, String> annotations, Findings findings) {
    Map<String, String> own = new TreeMap<>();
    annotations.forEach(
        (key, value) -> {
          if (key.startsWith(PREFIX)) {
            own.put(key.substring(PREFIX.length()), Absent.text(value));
          }
        });
    own.forEach((name, value) -> judge(name, value, findings));
    Reader reader = new Reader(own, findings);
    Boolean excluded = reader.read(EXCLUDE, "true or false", OwnAnnotations::truth);
    return new OwnAnnotations(
        reader.read(RATE, "0.0 to 1.0", OwnAnnotations::rate),
        reader.read(PER_SECOND, "0.001 to 1000000", OwnAnnotations::cap),
        late(own.get(LATE_KEEP), findings),
        excluded != null && excluded,
        reader.read(TRUST, "restart or continue-ids", OwnAnnotations::trust),
        reader.read(
            INJECT, "some of b3-multi, b3-single, tracecontext, l5d", OwnAnnotations::formats),
        reader.read(MESH, Mesh.WORDS, Mesh::of));
  }

  private static void judge(String name, String value, Findings findings) {
    if (!KNOWN.contains(name)) {
      String near = Suggestion.of(name, KNOWN);
      findings.refuse(
          PREFIX + name, value, near.isEmpty() ? "one of " + KNOWN : "another name; " + near);
    }
  }

  private static @Nullable KeepPolicy late(@Nullable String written, Findings findings) {
    if (written == null) {
      return null;
    }
    KeepDocument read = KeepDocument.read(written);
    if (read.policy() == null) {
      findings.refuse(PREFIX + LATE_KEEP, Problem.shown(written), read.expected());
    }
    return read.policy();
  }

  private record Reader(Map<String, String> own, Findings findings) {
    <T> @Nullable T read(String name, String expected, Function<String, @Nullable T> reading) {
      String written = own.get(name);
      T value = written == null ? null : reading.apply(written.strip());
      if (written != null && value == null) {
        findings.refuse(PREFIX + name, Problem.shown(written), expected);
      }
      return value;
    }
  }

  /** Whether it says anything of which traces are kept, which is to ask for them. */
  boolean asksForTraces() {
    return !excluded && (rate != null || cap != null);
  }

  /**
   * The rule of one of its routes, or null where it says nothing. Late keep alone changes nothing
   * of what is sampled, and asks for no traces where there are none.
   *
   * @param otherwise what becomes of its traces where it does not say: {@link Never} where it is
   *     not traced
   */
  @Nullable SamplingRule sampling(String route, Verdict otherwise) {
    if (excluded) {
      return SamplingRule.ofRoute(route, new Never());
    }
    if (asksForTraces()) {
      Share share = new Share(rate == null ? otherwise.rate() : rate, cap);
      return SamplingRule.ofRoute(route, share, late);
    }
    return late == null || otherwise.rate().rate() == 0
        ? null
        : SamplingRule.ofRoute(route, otherwise, late);
  }

  private static boolean isLimited(Verdict verdict) {
    return verdict instanceof Adaptive || (verdict instanceof Share share && share.cap() != null);
  }

  /** Tells of late keep that has nothing to add to, or that costs more than it says. */
  void tellOfLateKeep(Verdict otherwise, Findings findings) {
    double least = excluded ? 0 : rate == null ? otherwise.rate().rate() : rate.rate();
    if (late != null && least == 0) {
      findings.tell(
          PREFIX + LATE_KEEP,
          late.toString(),
          dev.headwater.routes.nginx.Verdict.INERT,
          "of what is traced at rate 0 nothing is kept, not even late");
    } else if (late != null && rate == null && cap == null && isLimited(otherwise)) {
      findings.tell(
          PREFIX + LATE_KEEP,
          late.toString(),
          dev.headwater.routes.nginx.Verdict.DIFFERENT,
          "each of its paths is then held by itself to what holds everywhere, " + otherwise);
    }
  }

  private static @Nullable Boolean truth(String text) {
    return switch (text) {
      case "true" -> Boolean.TRUE;
      case "false" -> Boolean.FALSE;
      default -> null;
    };
  }

  private static @Nullable ProbabilisticRate rate(String text) {
    double rate = number(text);
    return rate >= 0 && rate <= 1 ? ProbabilisticRate.of(rate) : null;
  }

  private static @Nullable CapPolicy cap(String text) {
    double perSecond = number(text);
    return perSecond >= CapPolicy.LEAST && perSecond <= CapPolicy.MOST
        ? CapPolicy.of(perSecond)
        : null;
  }

  /** The number, or -1 for a text that is none. */
  private static double number(String text) {
    return text.matches(DECIMAL) ? Double.parseDouble(text) : -1;
  }

  private static @Nullable TrustMode trust(String text) {
    return switch (text) {
      case "restart" -> TrustMode.RESTART;
      case "continue-ids" -> TrustMode.CONTINUE_IDS;
      default -> null;
    };
  }

  private static @Nullable List<TraceFormat> formats(String text) {
    List<TraceFormat> formats = new ArrayList<>();
    for (String label : text.split(",", TraceFormat.values().length + 1)) {
      TraceFormat format =
          Arrays.stream(TraceFormat.values())
              .filter(each -> each.label().equals(label.strip()))
              .findFirst()
              .orElse(null);
      if (format == null || formats.contains(format)) {
        return null;
      }
      formats.add(format);
    }
    return List.copyOf(formats);
  }
}
