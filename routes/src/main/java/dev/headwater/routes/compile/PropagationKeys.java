package dev.headwater.routes.compile;

import dev.headwater.routes.ListenerPropagation;
import dev.headwater.routes.PropagationPolicy;
import dev.headwater.routes.schema.Key;
import dev.headwater.routes.schema.ListShape;
import dev.headwater.routes.schema.ObjectShape;
import dev.headwater.routes.schema.Scalars;
import dev.headwater.routes.schema.Section;
import dev.headwater.routes.schema.Shape;
import dev.headwater.sampling.propagation.TraceFormat;
import dev.headwater.sampling.propagation.Unsampled;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** {@code tracing.propagation}, and what listeners and upstreams say instead of it. */
final class PropagationKeys {
  private static final Key<List<List<TraceFormat>>> EXTRACT =
      Key.defaulted(
          "extract",
          extracted(),
          "[b3, tracecontext, l5d]",
          "Trace headers read from callers; the first that is present counts; b3 is single, then"
              + " multi; l5d is read from trusted callers only");
  private static final Key<List<TraceFormat>> INJECT =
      Key.defaulted(
          "inject",
          injected(),
          "[b3-multi]",
          "Trace headers written to upstreams, with the same ids in each; applications that read"
              + " W3C only need tracecontext too");
  private static final Key<Boolean> PARENT_ID =
      Key.defaulted(
          "parentId",
          Scalars.bool(),
          "false",
          "Whether X-B3-ParentSpanId is written; it goes stale behind a Linkerd proxy");
  private static final Key<String> FORMER_IDS =
      Key.optional(
          "formerIds",
          Tokens.requestHeader(),
          "Header that tells upstreams the ids of a restarted trace, as traceid-spanid; a"
              + " stranger's is removed; absent for none");
  private static final Key<Unsampled> UNSAMPLED =
      Key.defaulted(
          "unsampled",
          Scalars.choice(words()),
          "inherit",
          "An unsampled traceparent of a trusted caller: its decision holds, or ours is made");
  private static final Key<Unsampled> TRACECONTEXT =
      Key.defaulted(
          "tracecontext",
          ObjectShape.of(section -> section.get(UNSAMPLED), UNSAMPLED),
          "{}",
          "About W3C trace context");
  private static final ObjectShape<PropagationPolicy> SHAPE =
      ObjectShape.of(
          PropagationKeys::propagation,
          EXTRACT,
          INJECT,
          PARENT_ID,
          FORMER_IDS,
          TRACECONTEXT,
          BaggageKeys.KEY);

  static final Key<PropagationPolicy> OF_TRACING =
      Key.defaulted("propagation", SHAPE, "{}", "Which trace headers pass how");

  private static final Key<List<List<TraceFormat>>> LISTENER_EXTRACT =
      Key.optional(
          "extract",
          extracted(),
          "Trace headers read here, instead of tracing.propagation.extract");
  private static final Key<List<TraceFormat>> LISTENER_INJECT =
      Key.optional(
          "inject",
          injected(),
          "Trace headers written for requests from here, instead of tracing.propagation.inject");

  /** What a listener says. */
  static final Key<ListenerPropagation> OF_LISTENER =
      Key.defaulted(
          "propagation",
          ObjectShape.of(PropagationKeys::ofListener, LISTENER_EXTRACT, LISTENER_INJECT),
          "{}",
          "Which trace headers are read and written here");

  /** What an upstream says. */
  static final Key<List<TraceFormat>> UPSTREAM_INJECT =
      Key.optional(
          "inject",
          injected(),
          "Trace headers to write towards it, instead of the listener's or"
              + " tracing.propagation.inject");

  static final Key<Boolean> UPSTREAM_PARENT_ID =
      Key.optional(
          "parentId",
          Scalars.bool(),
          "Whether X-B3-ParentSpanId is written towards it, instead of tracing.propagation.parentId");

  private PropagationKeys() {}

  private static Shape<List<TraceFormat>> injected() {
    return ListShape.of(Scalars.choice(List.of(TraceFormat.values()), TraceFormat::label))
        .notEmpty();
  }

  private static Shape<List<List<TraceFormat>>> extracted() {
    Map<String, List<TraceFormat>> words = new LinkedHashMap<>();
    words.put("b3", List.of(TraceFormat.B3_SINGLE, TraceFormat.B3_MULTI));
    for (TraceFormat format : TraceFormat.values()) {
      words.put(format.label(), List.of(format));
    }
    return ListShape.of(Scalars.choice(words));
  }

  private static Map<String, Unsampled> words() {
    Map<String, Unsampled> words = new LinkedHashMap<>();
    words.put("inherit", Unsampled.INHERIT);
    words.put("decide", Unsampled.DECIDE);
    return words;
  }

  private static List<TraceFormat> formats(List<List<TraceFormat>> words) {
    return words.stream().flatMap(List::stream).distinct().toList();
  }

  private static PropagationPolicy propagation(Section section) {
    return new PropagationPolicy(
        formats(section.get(EXTRACT)),
        section.get(INJECT).stream().distinct().toList(),
        section.get(PARENT_ID),
        section.get(TRACECONTEXT),
        section.find(FORMER_IDS),
        section.get(BaggageKeys.KEY));
  }

  private static ListenerPropagation ofListener(Section section) {
    List<List<TraceFormat>> extract = section.find(LISTENER_EXTRACT);
    return new ListenerPropagation(
        extract == null ? null : formats(extract), distinct(section.find(LISTENER_INJECT)));
  }

  /** Each format once, in the order written. */
  static @Nullable List<TraceFormat> distinct(@Nullable List<TraceFormat> formats) {
    return formats == null ? null : formats.stream().distinct().toList();
  }
}
