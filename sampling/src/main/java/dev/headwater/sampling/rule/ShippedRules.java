package dev.headwater.sampling.rule;

import com.google.re2j.Pattern;
import dev.headwater.sampling.network.NetworkSet;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * The rules that come with the gateway: probes and ACME challenges are no traces. Callers whose
 * word nobody should take cannot switch tracing off with them: only exact health paths count for
 * everybody; a probe's user agent counts from trusted callers and listed networks.
 */
public final class ShippedRules {
  private static final Set<String> HEALTH_PATHS =
      Set.of("/healthz", "/readyz", "/livez", "/health", "/ready", "/-/healthy", "/-/ready");
  private static final String ACME = "/.well-known/acme-challenge";

  /** The kubelet, the health checks of large clouds, and Consul. */
  private static final String PROBES =
      "(kube-probe|GoogleHC|ELB-HealthChecker|GoogleStackdriverMonitoring-UptimeChecks"
          + "|Amazon-Route53-Health-Check-Service|Consul Health Check)([ /(].*)?";

  private static final RuleMatch HEALTH =
      match(
          new Condition.Methods(Set.of("GET", "HEAD")),
          new Condition.Path(new PathPattern.OneOf(HEALTH_PATHS)));
  private static final Condition PROBE =
      new Condition.Headers(
          List.of(
              new HeaderPattern("user-agent", new HeaderPattern.Regex(Pattern.compile(PROBES)))));

  private ShippedRules() {}

  /**
   * The rules.
   *
   * @param probeNetworks from where a probe's user agent counts though the caller is not trusted
   */
  public static List<SamplingRule> of(NetworkSet probeNetworks) {
    List<SamplingRule> rules = new ArrayList<>();
    rules.add(never("health-checks", HEALTH));
    rules.add(never("acme-challenges", match(new Condition.Path(new PathPattern.Prefix(ACME)))));
    rules.add(never("probe-agents", match(new Condition.Trusted(true), PROBE)));
    if (!probeNetworks.isEmpty()) {
      Condition listed = new Condition.Networks(probeNetworks);
      rules.add(never("probe-networks", match(listed, PROBE)));
    }
    return rules;
  }

  private static RuleMatch match(Condition... conditions) {
    return new RuleMatch(List.of(conditions));
  }

  private static SamplingRule never(String name, RuleMatch match) {
    return new SamplingRule(name, match, new Verdict.Never());
  }
}
