package dev.headwater.routes.nginx;

import dev.headwater.sampling.SamplingPolicy;
import dev.headwater.sampling.network.NetworkSet;
import dev.headwater.sampling.rate.CapPolicy;
import dev.headwater.sampling.rate.LimitPolicy;
import dev.headwater.sampling.rate.ProbabilisticRate;
import dev.headwater.sampling.rule.ShippedRules;
import dev.headwater.sampling.rule.Verdict.Share;
import org.jspecify.annotations.Nullable;

/**
 * Whose sampler holds: with OpenTracing that of the back end, Zipkin's unless Jaeger is the only
 * one named; with OpenTelemetry alone its own.
 */
final class SamplerReading {
  private static final String ZIPKIN_RATE = "zipkin-sample-rate";
  private static final String SAMPLER = "otel-sampler";
  private static final String RATIO = "otel-sampler-ratio";
  private static final String RATIO_BASED = "TraceIdRatioBased";
  private static final String JAEGER_TYPE = "jaeger-sampler-type";
  private static final String JAEGER_PARAM = "jaeger-sampler-param";

  private final KeyReader keys;

  SamplerReading(KeyReader keys) {
    this.keys = keys;
  }

  /** One of the samplers that ingress-nginx knew. */
  enum Source {
    ZIPKIN,
    JAEGER,
    OPENTELEMETRY
  }

  /** Whether somebody wrote what the sampler of a source does. */
  boolean isGiven(Source source) {
    return switch (source) {
      case ZIPKIN -> keys.isGiven(ZIPKIN_RATE);
      case JAEGER -> true;
      case OPENTELEMETRY -> keys.isGiven(SAMPLER);
    };
  }

  /**
   * The policy; all keys are checked, also of samplers that do not hold.
   *
   * @param unsaid the rate where nobody wrote one
   */
  SamplingPolicy policy(Source source, ProbabilisticRate unsaid) {
    double zipkin = keys.fraction(ZIPKIN_RATE);
    ProbabilisticRate opentelemetry = opentelemetry();
    return switch (source) {
      case ZIPKIN -> of(isGiven(source) ? ProbabilisticRate.of(zipkin) : unsaid, null);
      case OPENTELEMETRY -> of(isGiven(source) ? opentelemetry : unsaid, null);
      case JAEGER -> jaeger();
    };
  }

  private ProbabilisticRate opentelemetry() {
    double ratio = keys.fraction(RATIO);
    String sampler = keys.choice(SAMPLER, "AlwaysOn", "AlwaysOff", RATIO_BASED);
    if (sampler.equals(RATIO_BASED)) {
      return ProbabilisticRate.of(ratio);
    }
    if (keys.isGiven(RATIO) && !keys.isRefused(RATIO)) {
      keys.tell(RATIO, Verdict.INERT, "read only where otel-sampler is " + RATIO_BASED);
    }
    return sampler.equals("AlwaysOn") ? ProbabilisticRate.ALWAYS : ProbabilisticRate.NEVER;
  }

  private SamplingPolicy jaeger() {
    String type = keys.choice(JAEGER_TYPE, "const", "probabilistic", "ratelimiting", "remote");
    String text = keys.text(JAEGER_PARAM).strip();
    SamplingPolicy policy =
        switch (type) {
          case "const" ->
              text.equals("0") || text.equals("1")
                  ? of(ProbabilisticRate.of(Double.parseDouble(text)), null)
                  : otherwise("0 or 1");
          case "probabilistic" -> {
            Double share = NginxUnits.fraction(text);
            yield share == null ? otherwise("0.0 to 1.0") : of(ProbabilisticRate.of(share), null);
          }
          case "ratelimiting" -> {
            double perSecond =
                text.matches("[0-9]{1,7}(\\.[0-9]{1,6})?") ? Double.parseDouble(text) : 0;
            yield perSecond >= CapPolicy.LEAST && perSecond <= CapPolicy.MOST
                ? of(ProbabilisticRate.ALWAYS, CapPolicy.of(perSecond))
                : otherwise(CapPolicy.LEAST + " to " + CapPolicy.MOST + " traces per second");
          }
          default -> of(ProbabilisticRate.ALWAYS, null);
        };
    if (type.equals("remote")) {
      keys.refuse(JAEGER_TYPE, "const, probabilistic or ratelimiting: none asks another place");
    } else {
      applied(JAEGER_TYPE);
      applied(JAEGER_PARAM);
    }
    return policy;
  }

  private void applied(String name) {
    if (keys.isGiven(name) && !keys.isRefused(name)) {
      keys.tell(name, Verdict.APPLIED, "");
    }
  }

  private SamplingPolicy otherwise(String expected) {
    keys.refuse(JAEGER_PARAM, expected);
    return of(ProbabilisticRate.ALWAYS, null);
  }

  private static SamplingPolicy of(ProbabilisticRate rate, @Nullable CapPolicy cap) {
    return new SamplingPolicy(
        new Share(rate),
        ShippedRules.of(NetworkSet.NONE),
        cap == null ? LimitPolicy.NONE : new LimitPolicy(cap, null, null),
        null,
        false);
  }
}
