package dev.headwater.routes.nginx;

import dev.headwater.routes.PropagationPolicy;
import dev.headwater.routes.RequestIdPolicy;
import dev.headwater.routes.ResponseTracePolicy;
import dev.headwater.routes.SinkPolicy;
import dev.headwater.routes.SpanPolicy;
import dev.headwater.routes.TracingPolicy;
import dev.headwater.routes.TrustPolicy;
import dev.headwater.routes.match.HostName;
import dev.headwater.sampling.SamplingPolicy;
import dev.headwater.sampling.network.NetworkSet;
import dev.headwater.sampling.propagation.TraceFormat;
import dev.headwater.sampling.propagation.TrustMode;
import dev.headwater.sampling.rate.ProbabilisticRate;
import dev.headwater.sampling.rule.ShippedRules;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The tracing keys of both eras in one ConfigMap. The old set means Zipkin and B3; the new one adds
 * its sampler, its trust, and traceparent towards upstreams.
 */
final class TracingReading {
  private static final String OLD_SWITCH = "enable-opentracing";
  private static final String NEW_SWITCH = "enable-opentelemetry";
  private static final String OLD_TRUST = "opentracing-trust-incoming-span";
  private static final String NEW_TRUST = "opentelemetry-trust-incoming-span";
  private static final String COLLECTOR = "zipkin-collector-host";
  private static final String TRUSTED = "trace-trusted-networks";
  private static final String OUR_SERVICE = "headwater";

  private final KeyReader keys;
  private final Function<String, @Nullable String> environment;
  private final boolean old;
  private final boolean newer;
  private final NetworkSet trusted;

  TracingReading(KeyReader keys, Function<String, @Nullable String> environment) {
    this.keys = keys;
    this.environment = environment;
    this.old = keys.bool(OLD_SWITCH);
    this.newer = keys.bool(NEW_SWITCH);
    this.trusted = keys.networks(TRUSTED);
  }

  NginxTracing tracing() {
    List<SinkPolicy> sinks = sinks();
    TracingPolicy policy =
        new TracingPolicy(
            true,
            service(),
            propagation(),
            RequestIdPolicy.DEFAULT,
            new SamplingPolicy(rate(), ShippedRules.of(NetworkSet.NONE)),
            rateIsGiven(),
            null,
            sinks,
            null,
            SpanPolicy.DEFAULT,
            ResponseTracePolicy.NONE);
    return new NginxTracing(
        old || newer, keys.isGiven(OLD_SWITCH) || keys.isGiven(NEW_SWITCH), policy, trusted);
  }

  /** Whose trace headers listeners honour. */
  TrustPolicy trust() {
    Boolean said = old || !newer ? keys.boolOrNull(OLD_TRUST) : keys.boolOrNull(NEW_TRUST);
    String name = old || !newer ? OLD_TRUST : NEW_TRUST;
    if (said == null && (old || newer) && trusted.isEmpty() && !keys.isGiven(name)) {
      keys.tell(
          name,
          Verdict.DIFFERENT,
          "absent it meant true there; here every trace starts anew, so that callers cannot decide"
              + " what is sampled; "
              + TRUSTED
              + " names callers that are trusted");
    } else if (said != null && said && trusted.isEmpty()) {
      keys.tell(
          name,
          Verdict.DIFFERENT,
          "holds for callers in "
              + TRUSTED
              + ", which names none: 0.0.0.0/0, ::/0 there trusts"
              + " everybody");
    }
    return said != null && !said
        ? TrustPolicy.RESTART
        : new TrustPolicy(TrustMode.RESTART, trusted);
  }

  private String service() {
    String name =
        keys.isGiven("zipkin-service-name") || !keys.isGiven("otel-service-name")
            ? "zipkin-service-name"
            : "otel-service-name";
    if (!keys.isGiven(name) && (old || newer)) {
      keys.tell(
          name, Verdict.DIFFERENT, "absent it meant nginx there; here it means " + OUR_SERVICE);
    }
    return keys.read(
        name,
        "1 to 255 characters",
        text -> text.isBlank() || text.length() > 255 ? null : text.strip(),
        OUR_SERVICE);
  }

  private PropagationPolicy propagation() {
    PropagationPolicy usual = PropagationPolicy.DEFAULT;
    if (!newer) {
      return usual;
    }
    List<TraceFormat> inject =
        old
            ? List.of(TraceFormat.B3_MULTI, TraceFormat.TRACECONTEXT)
            : List.of(TraceFormat.TRACECONTEXT);
    return new PropagationPolicy(
        usual.extract(),
        inject,
        usual.parentId(),
        usual.unsampled(),
        usual.formerIds(),
        usual.baggage());
  }

  private boolean rateIsGiven() {
    return old ? keys.isGiven("zipkin-sample-rate") : keys.isGiven("otel-sampler");
  }

  private ProbabilisticRate rate() {
    double old = keys.fraction("zipkin-sample-rate");
    double ratio = keys.fraction("otel-sampler-ratio");
    String sampler = keys.choice("otel-sampler", "AlwaysOn", "AlwaysOff", "TraceIdRatioBased");
    boolean isRatio = sampler.equals("TraceIdRatioBased");
    if (keys.isGiven("otel-sampler-ratio") && !isRatio) {
      keys.tell(
          "otel-sampler-ratio", Verdict.INERT, "read only where otel-sampler is TraceIdRatioBased");
    }
    if (this.old || !newer) {
      return ProbabilisticRate.of(old);
    }
    return isRatio
        ? ProbabilisticRate.of(ratio)
        : sampler.equals("AlwaysOn") ? ProbabilisticRate.ALWAYS : ProbabilisticRate.NEVER;
  }

  private List<SinkPolicy> sinks() {
    List<SinkPolicy> sinks = new ArrayList<>();
    int port = keys.whole("zipkin-collector-port", 1, 65_535);
    String host = keys.isGiven(COLLECTOR) ? expanded(keys.text(COLLECTOR).strip()) : "";
    if (host == null) {
      keys.refuse(COLLECTOR, "variables of the environment that are set");
    } else if (!host.isEmpty()) {
      URI url = url(host, port);
      if (url == null) {
        keys.refuse(COLLECTOR, "a host name or an address, without scheme, port and path");
      } else {
        sinks.add(SinkPolicy.to(url));
      }
    }
    return sinks;
  }

  private static @Nullable URI url(String host, int port) {
    String literal = host.indexOf(':') >= 0 && !host.startsWith("[") ? "[" + host + "]" : host;
    return HostName.of(literal) instanceof HostName.Name name
            && !name.host().isEmpty()
            && name.port() < 0
        ? URI.create("http://" + name.host() + ":" + port + "/api/v2/spans")
        : null;
  }

  private @Nullable String expanded(String text) {
    return Variables.expanded(text, environment);
  }
}
