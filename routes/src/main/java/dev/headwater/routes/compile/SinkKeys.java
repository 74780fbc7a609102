package dev.headwater.routes.compile;

import dev.headwater.routes.SinkAccess;
import dev.headwater.routes.SinkFormat;
import dev.headwater.routes.SinkFormat.Encoding;
import dev.headwater.routes.SinkLimits;
import dev.headwater.routes.SinkPolicy;
import dev.headwater.routes.schema.Key;
import dev.headwater.routes.schema.ListShape;
import dev.headwater.routes.schema.ObjectShape;
import dev.headwater.routes.schema.Scalars;
import dev.headwater.routes.schema.Section;
import java.net.URI;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** {@code tracing.report[]}: collectors that take spans. */
final class SinkKeys {
  /** The label of the embedded store, which is a sink beside these. */
  private static final String STORE = "store";

  private static final Key<String> NAME =
      Key.optional(
          "name",
          Scalars.name("sink"),
          "Label of its metrics, unique among sinks; by default host and port of the URL");
  private static final Key<URI> ZIPKIN =
      Key.required(
          "zipkin", Addresses.collector(), "Where to POST spans; no path means /api/v2/spans");
  private static final Key<Encoding> ENCODING =
      Key.defaulted(
          "encoding",
          Scalars.choice(List.of(Encoding.values()), Encoding::label),
          Encoding.PROTO3.label(),
          "How spans are written");
  private static final Key<Boolean> COMPRESSION =
      Key.defaulted("compression", Scalars.choice(compressions()), "none", "Of request bodies");
  private static final Key<Boolean> PARTIAL =
      Key.defaulted(
          "partial",
          Scalars.bool(),
          "true",
          "Whether unfinished spans of long exchanges are sent, too; false for collectors that"
              + " pass on both instead of putting spans of one id together");

  private static final ObjectShape<SinkPolicy> SINK =
      ObjectShape.of(
          SinkKeys::sink,
          NAME,
          ZIPKIN,
          ENCODING,
          COMPRESSION,
          PARTIAL,
          Key.later("spool", "Disk that holds spans while the collector is away"));

  static final Key<List<SinkPolicy>> REPORT =
      Key.defaulted(
          TracingKeys.REPORT_KEY,
          ListShape.of(SINK),
          "[]",
          "Collectors that take spans, each on its own; change needs a restart");

  private SinkKeys() {}

  private static Map<String, Boolean> compressions() {
    Map<String, Boolean> words = new LinkedHashMap<>();
    words.put("gzip", true);
    words.put("none", false);
    return words;
  }

  private static @Nullable SinkPolicy sink(Section section) {
    URI url = section.get(ZIPKIN);
    String name = section.find(NAME);
    if (STORE.equals(name)) {
      section.refuse(NAME, STORE, "expected another name: this is the embedded store's");
      return null;
    }
    return new SinkPolicy(
        name == null ? SinkPolicy.nameOf(url) : name,
        url,
        new SinkFormat(section.get(ENCODING), section.get(COMPRESSION), section.get(PARTIAL)),
        SinkAccess.OPEN,
        SinkLimits.DEFAULT);
  }

  /** Sinks of one tracing section; notes names that two of them would have. */
  static List<SinkPolicy> sinks(Section tracing) {
    List<SinkPolicy> sinks = tracing.get(REPORT);
    Set<String> names = new HashSet<>();
    for (SinkPolicy sink : sinks) {
      // Names that were written twice are told where they are written.
      if (!names.add(sink.name()) && sink.name().equals(SinkPolicy.nameOf(sink.url()))) {
        tracing.refuse(
            REPORT,
            "two sinks called " + sink.name(),
            "expected a name for one of them; host and port are the name of a sink without one");
      }
    }
    return sinks;
  }
}
