package dev.headwater.routes.compile;

import dev.headwater.routes.BindAddress;
import dev.headwater.routes.Http2Policy;
import dev.headwater.routes.HttpProtocol;
import dev.headwater.routes.Limits;
import dev.headwater.routes.ListenerPolicy;
import dev.headwater.routes.TrustPolicy;
import dev.headwater.routes.TrustedIdentities;
import dev.headwater.routes.match.EncodedSlash;
import dev.headwater.routes.schema.Key;
import dev.headwater.routes.schema.ListShape;
import dev.headwater.routes.schema.ObjectShape;
import dev.headwater.routes.schema.Scalars;
import dev.headwater.routes.schema.Section;
import dev.headwater.sampling.network.NetworkSet;
import dev.headwater.sampling.propagation.TrustMode;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** {@code listeners[]}: where clients come in, and on what terms. */
final class ListenerKeys {
  private static final Key<Long> HEAD =
      Key.defaulted(
          "head",
          Scalars.size("1KiB", "1MiB"),
          "32KiB",
          "Request line and header fields together; beyond it 431");
  private static final Key<Integer> FIELDS =
      Key.defaulted("fields", Scalars.integer(1, 10_000), "100", "Header fields; beyond it 431");
  private static final Key<Long> TARGET =
      Key.defaulted("target", Scalars.size("64", "1MiB"), "8KiB", "Request target; beyond it 414");
  private static final Key<Long> BODY =
      Key.defaulted("body", Scalars.size("0", "1024GiB"), "1GiB", "Request body; beyond it 413");
  private static final Key<Duration> HEAD_TIMEOUT =
      Key.defaulted(
          "headTimeout",
          Scalars.duration("10ms", "1h"),
          "10s",
          "From accept, or the first byte of a later request, to the end of the head; then 408");
  private static final Key<Duration> IDLE =
      Key.defaulted(
          "idle",
          Scalars.duration("10ms", "24h"),
          "60s",
          "Silence inside a body or between requests; then 408 or close");
  private static final Key<Duration> SEND_IDLE =
      Key.defaulted(
          "sendIdle",
          Scalars.duration("10ms", "24h"),
          "30s",
          "How long a client may take nothing of a response that waits for it; then cut");
  private static final Key<Long> BODY_RATE =
      Key.defaulted(
          "bodyRate",
          Scalars.size("0", "1GiB"),
          "1KiB",
          "Least bytes per second of a request body until its response begins; 0 for none");
  private static final Key<Duration> BODY_GRACE =
      Key.defaulted(
          "bodyGrace",
          Scalars.duration("10ms", "1h"),
          "30s",
          "How long a body may come at less than bodyRate, not counting time in which it is not"
              + " read; then 408");
  private static final Key<Integer> CONNECTIONS =
      Key.defaulted(
          "connections",
          Scalars.integer(1, 10_000_000),
          "50000",
          "Open connections; new ones beyond it are closed at once");

  private static final ObjectShape<Limits> LIMITS =
      ObjectShape.of(
          ListenerKeys::limits,
          HEAD,
          FIELDS,
          TARGET,
          BODY,
          HEAD_TIMEOUT,
          IDLE,
          SEND_IDLE,
          BODY_RATE,
          BODY_GRACE,
          CONNECTIONS);

  private static final Key<Integer> STREAMS =
      Key.defaulted(
          "streams",
          Scalars.integer(1, 10_000),
          "100",
          "Requests at once on one connection; beyond it REFUSED_STREAM");
  private static final Key<Long> STREAM_WINDOW =
      Key.defaulted(
          "streamWindow",
          Scalars.size("64KiB", "16MiB"),
          "256KiB",
          "Bytes of one request body that may be sent ahead of who takes it");
  private static final Key<Long> CONNECTION_WINDOW =
      Key.defaulted(
          "connectionWindow",
          Scalars.size("64KiB", "256MiB"),
          "1MiB",
          "The same over all requests of one connection");
  private static final Key<Integer> RESETS =
      Key.defaulted(
          "resets",
          Scalars.integer(1, 1_000_000),
          "200",
          "Streams of one connection reset within 30 s, by either side; beyond it GOAWAY");
  private static final Key<Integer> CONTROL_FRAMES =
      Key.defaulted(
          "controlFrames",
          Scalars.integer(100, 1_000_000),
          "1000",
          "PING, SETTINGS, PRIORITY, WINDOW_UPDATE and empty DATA frames at once; a twentieth is"
              + " granted again each second, and ten for each frame of a message; beyond it"
              + " GOAWAY");
  private static final ObjectShape<Http2Policy> HTTP2_SHAPE =
      ObjectShape.of(
          section ->
              new Http2Policy(
                  section.get(STREAMS),
                  section.get(STREAM_WINDOW).intValue(),
                  section.get(CONNECTION_WINDOW).intValue(),
                  section.get(RESETS),
                  section.get(CONTROL_FRAMES)),
          STREAMS,
          STREAM_WINDOW,
          CONNECTION_WINDOW,
          RESETS,
          CONTROL_FRAMES);
  private static final Key<Http2Policy> HTTP2 =
      Key.defaulted("http2", HTTP2_SHAPE, "{}", "What one HTTP/2 connection may cost");
  private static final Key<List<HttpProtocol>> PROTOCOLS =
      Key.defaulted(
          "protocols",
          ListShape.of(Scalars.choice(List.of(HttpProtocol.values()), HttpProtocol::label))
              .notEmpty(),
          "[http/1.1, h2]",
          "What is spoken: by ALPN under TLS, by the first bytes in clear; change needs a restart");

  private static final Key<TrustMode> MODE =
      Key.defaulted(
          "mode",
          Scalars.choice(modes()),
          "restart",
          "What the trace headers of callers outside trusted are worth: nothing, or their ids");
  private static final Key<List<String>> TRUSTED =
      Key.defaulted(
          "trusted",
          Addresses.networks(),
          "[]",
          "Callers whose trace context is honoured in full, decision and debug flag included");

  private static final Key<List<String>> TRUSTED_IDENTITIES =
      Key.defaulted(
          "trustedIdentities",
          ListShape.of(Addresses.identity()),
          "[]",
          "Callers for whom the same holds whatever their address, by the DNS names and URIs of a"
              + " client certificate that tls.clients verified; *.internal.example for all DNS"
              + " names below one");

  /** Trust of a listener, or of a route that overrides it. */
  static final ObjectShape<TrustPolicy> TRACE =
      ObjectShape.of(
          section ->
              new TrustPolicy(
                  section.get(MODE),
                  NetworkSet.of(section.get(TRUSTED)),
                  TrustedIdentities.of(section.get(TRUSTED_IDENTITIES))),
          MODE,
          TRUSTED,
          TRUSTED_IDENTITIES);

  private static final Key<String> NAME =
      Key.required("name", Scalars.name("listener"), "Name, unique among listeners");
  private static final Key<BindAddress> ADDRESS =
      Key.required(
          "address",
          Addresses.bind(),
          "Where to listen; [::]:8080 or :8080 for all addresses, port 0 for any free one;"
              + " change needs a restart");
  private static final Key<Boolean> REUSE_PORT =
      Key.defaulted(
          "reusePort",
          Scalars.bool(),
          "false",
          "Whether another process may listen at the same address (SO_REUSEPORT), such as the one"
              + " that replaces this one; change needs a restart");
  private static final Key<NetworkSet> FORWARDED =
      Key.defaulted(
          "forwarded",
          Addresses.trusted("Callers whose X-Forwarded-* and Forwarded fields are believed"),
          "{}",
          "Whose statements about the client are believed");
  private static final Key<List<String>> PROXIES =
      Key.required(
          "from",
          Addresses.networks().notEmpty(),
          "Peers whose connections begin with a PROXY header, version 1 or 2; one without it is"
              + " closed, and of others it is none");
  private static final Key<NetworkSet> PROXY_PROTOCOL =
      Key.optional(
          "proxyProtocol",
          ObjectShape.of(section -> NetworkSet.of(section.get(PROXIES)), PROXIES),
          "Who tells the client's address in front of the first byte");
  private static final Key<TrustPolicy> TRUST =
      Key.defaulted("trace", TRACE, "{}", "Whose trace headers are honoured");
  private static final Key<Limits> LIMIT =
      Key.defaulted("limits", LIMITS, "{}", "What one client may cost");

  private static final Key<EncodedSlash> ENCODED_SLASH =
      Key.defaulted(
          "encodedSlash",
          Scalars.choice(List.of(EncodedSlash.values()), EncodedSlash::label),
          "reject",
          "%2F in a path: refused with 400, or kept as written, where it separates nothing when a"
              + " route is matched and is sent on unchanged");

  static final ObjectShape<ListenerPolicy> LISTENER =
      ObjectShape.of(
          ListenerKeys::listener,
          NAME,
          ADDRESS,
          REUSE_PORT,
          ListenerTlsKeys.SECTION,
          FORWARDED,
          PROXY_PROTOCOL,
          TRUST,
          PropagationKeys.OF_LISTENER,
          LIMIT,
          ENCODED_SLASH,
          PROTOCOLS,
          HTTP2);

  private ListenerKeys() {}

  private static Map<String, TrustMode> modes() {
    Map<String, TrustMode> modes = new LinkedHashMap<>();
    modes.put("restart", TrustMode.RESTART);
    modes.put("continue-ids", TrustMode.CONTINUE_IDS);
    return modes;
  }

  private static Limits limits(Section section) {
    if (section.get(TARGET) > section.get(HEAD)) {
      section.refuse(
          TARGET, section.get(TARGET) + " bytes", "expected no more than head, which holds it");
    }
    return new Limits(
        section.get(HEAD).intValue(),
        section.get(FIELDS),
        section.get(TARGET).intValue(),
        section.get(BODY),
        section.get(HEAD_TIMEOUT),
        section.get(IDLE),
        section.get(SEND_IDLE),
        section.get(BODY_RATE),
        section.get(BODY_GRACE),
        section.get(CONNECTIONS));
  }

  private static ListenerPolicy listener(Section section) {
    NetworkSet proxies = section.find(PROXY_PROTOCOL);
    return new ListenerPolicy(
        section.get(NAME),
        section.get(ADDRESS),
        section.get(REUSE_PORT),
        section.find(ListenerTlsKeys.SECTION),
        section.get(FORWARDED),
        proxies == null ? NetworkSet.NONE : proxies,
        section.get(TRUST),
        section.get(PropagationKeys.OF_LISTENER),
        section.get(LIMIT),
        section.get(ENCODED_SLASH),
        Set.copyOf(section.get(PROTOCOLS)),
        section.get(HTTP2));
  }
}
