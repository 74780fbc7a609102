package dev.headwater.routes.nginx;

import dev.headwater.routes.TrustPolicy;
import dev.headwater.sampling.propagation.TrustMode;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The annotations of an Ingress, as ingress-nginx's users write them. */
public final class NginxAnnotations {
  private static final String[] SWITCHES = {"enable-opentracing", "enable-opentelemetry"};
  private static final String OLD_TRUST = "opentracing-trust-incoming-span";
  private static final String NEW_TRUST = "opentelemetry-trust-incoming-span";
  private static final String TRUST_OF_NOBODY =
      "holds for callers in trace-trusted-networks of the ConfigMap, which names none: 0.0.0.0/0,"
          + " ::/0 there trusts everybody";

  private NginxAnnotations() {}

  /**
   * The settings of one Ingress.
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
    boolean traced = traced(keys, settings.tracing().on());
    TrustPolicy trust = trust(keys, settings.tracing());
    return new IngressSettings(
        traced, trust, settings.route(), settings.backend(), keys.findings());
  }

  /** Either era's switch turns it on; a false of both, or of the only one given, turns it off. */
  private static boolean traced(KeyReader keys, boolean otherwise) {
    boolean said = false;
    boolean on = false;
    for (String name : SWITCHES) {
      Boolean value = keys.boolOrNull(name);
      said |= value != null;
      on |= value != null && value;
    }
    if (said && !on && otherwise) {
      for (String name : SWITCHES) {
        if (keys.isGiven(name)) {
          keys.tell(
              name,
              Verdict.DIFFERENT,
              "none of its requests is kept, and services behind are told so; nginx left trace"
                  + " headers alone");
        }
      }
    }
    return said ? on : otherwise;
  }

  private static @Nullable TrustPolicy trust(KeyReader keys, NginxTracing tracing) {
    // As there: the second is read only where the Ingress has the switch of its era.
    if (keys.isGiven(NEW_TRUST) && !keys.isGiven("enable-opentelemetry")) {
      keys.tell(
          NEW_TRUST, Verdict.INERT, "read only beside enable-opentelemetry on the same Ingress");
    }
    Boolean old = keys.boolOrNull(OLD_TRUST);
    Boolean newer = keys.isGiven("enable-opentelemetry") ? keys.boolOrNull(NEW_TRUST) : null;
    Boolean trust = old == null ? newer : old;
    if (trust == null) {
      return null;
    }
    if (trust && tracing.trusted().isEmpty()) {
      keys.tell(old == null ? NEW_TRUST : OLD_TRUST, Verdict.DIFFERENT, TRUST_OF_NOBODY);
    }
    return trust ? new TrustPolicy(TrustMode.RESTART, tracing.trusted()) : TrustPolicy.RESTART;
  }
}
