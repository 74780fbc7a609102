package dev.headwater.routes.compile;

import dev.headwater.routes.ClientTls;
import dev.headwater.routes.SinkAccess;
import dev.headwater.routes.SinkCredentials;
import dev.headwater.routes.SinkFormat;
import dev.headwater.routes.SinkFormat.Encoding;
import dev.headwater.routes.SinkLimits;
import dev.headwater.routes.SinkPolicy;
import dev.headwater.routes.schema.Key;
import dev.headwater.routes.schema.Leaf;
import dev.headwater.routes.schema.ListShape;
import dev.headwater.routes.schema.ObjectShape;
import dev.headwater.routes.schema.Parsed;
import dev.headwater.routes.schema.Scalars;
import dev.headwater.routes.schema.Section;
import dev.headwater.routes.schema.TextMapShape;
import java.net.URI;
import java.time.Duration;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;
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

  private static final Key<ClientTls> TLS =
      Key.optional(
          "tls", ClientTlsKeys.SHAPE, "For https URLs; files are read again as they change");
  private static final Key<String> USER =
      Key.required("user", user(), "Name, without a colon (RFC 7617)");
  private static final Key<String> PASSWORD_FILE =
      Key.required(
          "passwordFile",
          Scalars.text(1, 4096),
          "File with the password, relative to this file; read again every 10 s");
  private static final Key<SinkCredentials> BASIC =
      Key.optional(
          "basic",
          ObjectShape.of(
              section -> new SinkCredentials.Basic(section.get(USER), section.get(PASSWORD_FILE)),
              USER,
              PASSWORD_FILE),
          "HTTP Basic authentication; absent for none");
  private static final Key<String> BEARER_FILE =
      Key.optional(
          "bearerFile",
          Scalars.text(1, 4096),
          "File with a bearer token (RFC 6750), relative to this file; read again every 10 s, and at"
              + " once when it is refused");
  private static final Key<Map<String, String>> HEADERS =
      Key.defaulted(
          "headers",
          TextMapShape.of(Tokens.senderHeader(), Tokens.headerValue(), name -> true),
          "{}",
          "Further fields of each request; values are never shown");
  private static final Key<Integer> PER_SECOND =
      Key.optional(
          "perSecond",
          Scalars.integer(1, 10_000_000),
          "Most spans per second; beyond it whole traces are left out and counted; absent for any"
              + " number");
  private static final Key<Integer> FAILURES =
      Key.defaulted(
          "failures", Scalars.integer(1, 1_000), "5", "So many in a row leave the collector alone");
  private static final Key<Duration> PAUSE =
      Key.defaulted(
          "pause",
          Scalars.duration("100ms", "5m"),
          "1500ms",
          "How long at most; then one batch is tried");
  private static final Key<SinkLimits.Breaker> BREAKER =
      Key.defaulted(
          "breaker",
          ObjectShape.of(
              section -> new SinkLimits.Breaker(section.get(FAILURES), section.get(PAUSE)),
              FAILURES,
              PAUSE),
          "{}",
          "When to leave a collector alone that fails");

  private static final ObjectShape<SinkPolicy> SINK =
      ObjectShape.of(
          SinkKeys::sink,
          NAME,
          ZIPKIN,
          ENCODING,
          COMPRESSION,
          PARTIAL,
          TLS,
          BASIC,
          BEARER_FILE,
          HEADERS,
          PER_SECOND,
          BREAKER,
          SpoolKeys.KEY);

  static final Key<List<SinkPolicy>> REPORT =
      Key.defaulted(
          TracingKeys.REPORT_KEY,
          ListShape.of(SINK),
          "[]",
          "Collectors that take spans, each on its own; live");

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
        access(section, url),
        new SinkLimits(section.find(PER_SECOND), section.get(BREAKER)),
        section.find(SpoolKeys.KEY));
  }

  private static SinkAccess access(Section section, URI url) {
    ClientTls tls = section.find(TLS);
    if (tls != null && !url.getScheme().equals("https")) {
      section.refuse(TLS, "tls", "expected an https URL in zipkin with it");
    }
    Map<String, String> headers = section.get(HEADERS);
    if (section.isGiven(BASIC) && section.isGiven(BEARER_FILE)) {
      section.refuse("basic and bearerFile", "expected at most one of them");
    } else if ((section.isGiven(BASIC) || section.isGiven(BEARER_FILE))
        && headers.containsKey("authorization")) {
      section.refuse(HEADERS, "authorization", "expected none beside basic or bearerFile");
    }
    String token = section.find(BEARER_FILE);
    SinkCredentials credentials =
        token == null ? section.find(BASIC) : new SinkCredentials.Bearer(token);
    return new SinkAccess(tls == null ? ClientTls.DEFAULT : tls, credentials, headers);
  }

  private static Leaf<String> user() {
    return Leaf.text(
        "text",
        "1 to 256 visible ASCII characters without a colon",
        "^[!-9;-~]{1,256}$",
        text -> text.matches("[!-9;-~]{1,256}") ? Parsed.of(text) : Parsed.refused());
  }

  /** The sink with its files at their place. */
  static SinkPolicy placed(SinkPolicy sink, UnaryOperator<String> place) {
    SinkAccess access = sink.access();
    SinkCredentials who = access.credentials();
    SinkPolicy placed =
        sink.with(
            new SinkAccess(
                access.tls().in(place),
                who == null ? null : who.in(place.apply(who.file())),
                access.headers()));
    return SpoolKeys.placed(placed, place);
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
    SpoolKeys.refuseShared(sinks, tracing, REPORT);
    return sinks;
  }
}
