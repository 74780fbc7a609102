package dev.headwater.routes.nginx;

import dev.headwater.routes.DirectResponse;
import dev.headwater.routes.Endpoint.Protocol;
import dev.headwater.routes.HeaderFilter;
import dev.headwater.routes.HeaderFilter.Direction;
import dev.headwater.routes.RetryPolicy;
import dev.headwater.routes.TrustPolicy;
import dev.headwater.routes.Upstream.Balance;
import dev.headwater.routes.match.HostName;
import dev.headwater.sampling.propagation.TraceFormat;
import dev.headwater.sampling.propagation.TrustMode;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The annotations of an Ingress, as ingress-nginx's users write them. */
public final class NginxAnnotations {
  private static final String OLD_SWITCH = "enable-opentracing";
  private static final String NEW_SWITCH = "enable-opentelemetry";
  private static final String OLD_TRUST = "opentracing-trust-incoming-span";
  private static final String NEW_TRUST = "opentelemetry-trust-incoming-span";
  private static final String PROTOCOL = "backend-protocol";

  private NginxAnnotations() {}

  /**
   * The settings of one Ingress. Never throws for anything written in its annotations.
   *
   * @param annotations all of it; those of other prefixes are passed over
   * @param settings of the ConfigMap, which hold where an annotation says nothing
   */
  public static IngressSettings read(Map<String, String> annotations, NginxSettings settings) {
    Map<String, String> own = new HashMap<>();
    annotations.forEach(
        (name, value) -> {
          if (name.startsWith(NginxKeys.PREFIX)) {
            own.put(name.substring(NginxKeys.PREFIX.length()), value);
          }
        });
    KeyReader keys = new KeyReader(NginxKeys.ANNOTATIONS, NginxKeys.PREFIX, own);
    CanaryTerms canary = CanaryReading.of(keys);
    return canary == null ? served(keys, settings) : canary(canary, keys, settings);
  }

  /**
   * Whether an Ingress is a canary, or cannot be read as any other: it needs no certificate and no
   * header fields of its own.
   */
  public static boolean isCanary(Map<String, String> annotations) {
    String written = annotations.get(NginxKeys.PREFIX + CanaryReading.CANARY);
    return written != null && !Boolean.FALSE.equals(KeyReader.truth(written));
  }

  /** As there: of its own a canary has the rules, and how its endpoints are chosen. */
  private static IngressSettings canary(
      CanaryTerms canary, KeyReader keys, NginxSettings settings) {
    Balance balance = new BackendReading(keys, settings.backend()).balance();
    keys.tellOthers(
        CanaryReading.OF_CANARIES,
        Verdict.INERT,
        "a canary is served on the terms of the Ingress that it is a canary of");
    return new IngressSettings(
        settings.tracing().on(),
        settings.listener().trace(),
        canary,
        settings.route(),
        settings.backend().with(balance),
        RewriteTerms.NONE,
        HostTerms.NONE,
        "",
        keys.findings());
  }

  private static IngressSettings served(KeyReader keys, NginxSettings settings) {
    BackendTerms backend = backend(keys, settings.backend());
    return new IngressSettings(
        traced(keys, settings.tracing()),
        trust(keys, settings),
        null,
        route(keys, settings.route(), backend.clusterAddress()),
        backend,
        RewriteReading.of(keys),
        HostReading.of(keys),
        keys.text("custom-headers").strip(),
        keys.findings());
  }

  /** Either era's switch turns tracing on; a false of the only one given turns it off. */
  private static boolean traced(KeyReader keys, NginxTracing tracing) {
    boolean otherwise = tracing.on();
    Boolean old = keys.boolOrNull(OLD_SWITCH);
    Boolean newer = keys.boolOrNull(NEW_SWITCH);
    boolean on = (old != null && old) || (newer != null && newer);
    List<TraceFormat> inject = tracing.whenOn().propagation().inject();
    if (newer != null && newer && !inject.contains(TraceFormat.TRACECONTEXT)) {
      keys.tell(
          NEW_SWITCH,
          Verdict.DIFFERENT,
          "B3 goes upstream, as the ConfigMap has it; under enable-opentelemetry there traceparent"
              + " does");
    }
    if (on || (old == null && newer == null)) {
      return on || otherwise;
    }
    if (otherwise) {
      keys.tell(
          old == null ? NEW_SWITCH : OLD_SWITCH,
          Verdict.DIFFERENT,
          "none of its traces is kept, and services behind are told so; nginx left trace headers"
              + " alone");
    }
    return false;
  }

  private static TrustPolicy trust(KeyReader keys, NginxSettings settings) {
    Boolean old = keys.boolOrNull(OLD_TRUST);
    Boolean newer = keys.boolOrNull(NEW_TRUST);
    // As there: the second is read only where the Ingress has the switch of its era.
    if (keys.isGiven(NEW_TRUST) && !keys.isGiven(NEW_SWITCH)) {
      keys.tell(
          NEW_TRUST, Verdict.INERT, "read only beside " + NEW_SWITCH + " on the same Ingress");
      newer = null;
    }
    Boolean trust = old == null ? newer : old;
    if (trust == null) {
      return settings.listener().trace();
    }
    if (trust && settings.tracing().trusted().isEmpty()) {
      keys.tell(
          old == null ? NEW_TRUST : OLD_TRUST,
          Verdict.DIFFERENT,
          "holds for callers in trace-trusted-networks of the ConfigMap, which names none:"
              + " 0.0.0.0/0, ::/0 there trusts everybody");
    }
    return trust
        ? new TrustPolicy(TrustMode.RESTART, settings.tracing().trusted())
        : TrustPolicy.RESTART;
  }

  private static RouteTerms route(KeyReader keys, RouteTerms otherwise, boolean oneAddress) {
    RouteReading reading = new RouteReading(keys, otherwise);
    RetryPolicy retry = reading.retry();
    List<HeaderFilter> filters = new ArrayList<>(otherwise.filters());
    String prefix =
        keys.read(
            "x-forwarded-prefix",
            "a path of visible characters without variables",
            text -> text.strip().matches("[!#-~&&[^$;\\\\]]{0,2048}") ? text.strip() : null,
            "");
    if (!prefix.isEmpty()) {
      Map<String, String> set = Map.of("x-forwarded-prefix", prefix);
      filters.add(new HeaderFilter(Direction.REQUEST, set, Map.of(), List.of()));
    }
    return new RouteTerms(
        reading.timeouts(retry),
        retry,
        reading.bodyBytes(),
        filters,
        HttpsReading.ofIngress(keys, otherwise.https()),
        AccessTerms.ofIngress(keys, otherwise.access()),
        CorsReading.of(keys),
        LimitReading.ofIngress(keys, otherwise.limits()),
        StickyReading.of(keys, oneAddress),
        respond(keys, otherwise.respond()));
  }

  /** A guard goes before a redirect: where to is as secret as what is there. */
  private static @Nullable DirectResponse respond(
      KeyReader keys, @Nullable DirectResponse otherwise) {
    DirectResponse redirect = Redirects.of(keys);
    DirectResponse closed = Closed.ofIngress(keys);
    return closed != null ? closed : otherwise != null ? otherwise : redirect;
  }

  private static BackendTerms backend(KeyReader keys, BackendTerms otherwise) {
    BackendReading reading = new BackendReading(keys, otherwise);
    return new BackendTerms(
        protocol(keys, otherwise.protocol()),
        host(keys),
        reading.clusterAddress(),
        reading.balance(),
        reading.pool(otherwise.pool().idle()));
  }

  private static Protocol protocol(KeyReader keys, Protocol otherwise) {
    Protocol protocol =
        keys.read(
            PROTOCOL,
            "one of HTTP, HTTPS, GRPC, GRPCS",
            text ->
                switch (text.strip().toUpperCase(Locale.ROOT)) {
                  case "HTTP" -> Protocol.HTTP;
                  case "HTTPS" -> Protocol.HTTPS;
                  case "GRPC" -> Protocol.H2C;
                  case "GRPCS" -> Protocol.H2;
                  default -> null;
                },
            otherwise);
    if (protocol.secure() && keys.isGiven(PROTOCOL)) {
      keys.tell(
          PROTOCOL,
          Verdict.DIFFERENT,
          "certificates of backends are always verified, by the authorities that the JDK trusts");
    }
    return protocol;
  }

  private static @Nullable String host(KeyReader keys) {
    String host =
        keys.read(
            "upstream-vhost",
            "a host name, with a port or without, and without variables",
            text -> {
              String name = text.strip();
              return name.isEmpty() || HostName.of(name) instanceof HostName.Name ? name : null;
            },
            "");
    return host.isEmpty() ? null : host;
  }
}
