package dev.headwater.routes.nginx;

import dev.headwater.routes.PropagationPolicy;
import dev.headwater.routes.RequestIdPolicy;
import dev.headwater.routes.ResponseTracePolicy;
import dev.headwater.routes.SinkPolicy;
import dev.headwater.routes.SpanPolicy;
import dev.headwater.routes.TracingPolicy;
import dev.headwater.routes.TrustPolicy;
import dev.headwater.routes.match.HostName;
import dev.headwater.sampling.network.NetworkSet;
import dev.headwater.sampling.propagation.TraceFormat;
import dev.headwater.sampling.propagation.TrustMode;
import dev.headwater.sampling.rate.ProbabilisticRate;
import java.net.URI;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The tracing keys of both eras in one ConfigMap. The old set means Zipkin and B3; the new one has
 * its sampler and its trust, and adds traceparent towards upstreams.
 */
final class TracingReading {
  private static final String OLD_SWITCH = "enable-opentracing";
  private static final String NEW_SWITCH = "enable-opentelemetry";
  private static final String OLD_TRUST = "opentracing-trust-incoming-span";
  private static final String NEW_TRUST = "opentelemetry-trust-incoming-span";
  private static final String COLLECTOR = "zipkin-collector-host";
  private static final String DATADOG = "datadog-collector-host";
  private static final String FORMAT = "jaeger-propagation-format";
  private static final String TRUSTED = "trace-trusted-networks";
  private static final String OUR_SERVICE = "headwater";

  private final KeyReader keys;
  private final boolean old;
  private final boolean newer;
  private final NetworkSet trusted;
  private final List<SinkPolicy> sinks;
  private final SamplerReading.Source source;

  TracingReading(KeyReader keys, Function<String, @Nullable String> environment) {
    this.keys = keys;
    this.old = keys.bool(OLD_SWITCH);
    this.newer = keys.bool(NEW_SWITCH);
    this.trusted = keys.networks(TRUSTED);
    this.sinks = sinks(environment);
    this.source = source();
  }

  NginxTracing tracing() {
    SamplerReading samplers = new SamplerReading(keys);
    TracingPolicy policy =
        new TracingPolicy(
            true,
            service(),
            propagation(),
            RequestIdPolicy.DEFAULT,
            samplers.policy(
                source, sinks.isEmpty() ? ProbabilisticRate.NEVER : ProbabilisticRate.ALWAYS),
            samplers.isGiven(source),
            null,
            sinks,
            null,
            SpanPolicy.DEFAULT,
            ResponseTracePolicy.NONE);
    tellOfSinks(samplers.isGiven(source));
    return new NginxTracing(
        old || newer, keys.isGiven(OLD_SWITCH) || keys.isGiven(NEW_SWITCH), policy, trusted);
  }

  private SamplerReading.Source source() {
    if (newer && !old) {
      return SamplerReading.Source.OPENTELEMETRY;
    }
    boolean jaeger = names("jaeger-endpoint") || names("jaeger-collector-host");
    return old && jaeger && !names(COLLECTOR) && !names(DATADOG)
        ? SamplerReading.Source.JAEGER
        : SamplerReading.Source.ZIPKIN;
  }

  private boolean names(String collector) {
    return !keys.text(collector).isBlank();
  }

  private void tellOfSinks(boolean rateIsGiven) {
    if (!sinks.isEmpty() && names(DATADOG) && old) {
      keys.tell(
          COLLECTOR,
          Verdict.DIFFERENT,
          "spans go to it, where Datadog's collector would have had them there");
    }
    for (String name : List.of(OLD_SWITCH, NEW_SWITCH)) {
      if (sinks.isEmpty() && keys.isGiven(name) && keys.bool(name)) {
        keys.tell(
            name,
            Verdict.DIFFERENT,
            "nothing is reported, since zipkin-collector-host names no collector; services behind"
                + (rateIsGiven ? " are told which traces to keep" : " are told to keep no trace"));
      }
    }
  }

  /** Whose trace headers listeners honour. */
  TrustPolicy trust() {
    String name = old || !newer ? OLD_TRUST : NEW_TRUST;
    Boolean said = keys.boolOrNull(name);
    keys.boolOrNull(old || !newer ? NEW_TRUST : OLD_TRUST);
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
              + ", which names none: 0.0.0.0/0, ::/0 there trusts everybody");
    }
    return said != null && !said
        ? TrustPolicy.RESTART
        : new TrustPolicy(TrustMode.RESTART, trusted);
  }

  private String service() {
    String name =
        keys.isGiven("zipkin-service-name") || (old && !keys.isGiven("otel-service-name"))
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
    List<TraceFormat> inject =
        source == SamplerReading.Source.JAEGER
            ? jaegerFormat()
            : old || !newer ? usual.inject() : List.of(TraceFormat.TRACECONTEXT);
    if (old && newer && !inject.contains(TraceFormat.TRACECONTEXT)) {
      inject = List.of(inject.get(0), TraceFormat.TRACECONTEXT);
    }
    return new PropagationPolicy(
        usual.extract(),
        inject,
        usual.parentId(),
        usual.unsampled(),
        usual.formerIds(),
        usual.baggage());
  }

  private List<TraceFormat> jaegerFormat() {
    String format = keys.choice(FORMAT, "jaeger", "b3", "w3c");
    if (format.equals("jaeger")) {
      keys.tell(FORMAT, Verdict.DIFFERENT, "B3 goes upstream; uber-trace-id is not written");
    } else if (keys.isGiven(FORMAT)) {
      keys.tell(FORMAT, Verdict.APPLIED, "");
    }
    return List.of(format.equals("w3c") ? TraceFormat.TRACECONTEXT : TraceFormat.B3_MULTI);
  }

  private List<SinkPolicy> sinks(Function<String, @Nullable String> environment) {
    int port = keys.whole("zipkin-collector-port", 1, 65_535);
    String host = Variables.expanded(keys.text(COLLECTOR).strip(), environment);
    if (host == null) {
      keys.refuse(COLLECTOR, "variables of the environment that are set");
      return List.of();
    }
    if (host.isEmpty()) {
      return List.of();
    }
    URI url = url(host, port);
    if (url == null) {
      keys.refuse(COLLECTOR, "a host name or an address, without scheme, port and path");
      return List.of();
    }
    return List.of(SinkPolicy.to(url));
  }

  private static @Nullable URI url(String host, int port) {
    String literal = host.indexOf(':') >= 0 && !host.startsWith("[") ? "[" + host + "]" : host;
    return HostName.of(literal) instanceof HostName.Name name
            && !name.host().isEmpty()
            && name.port() < 0
        ? URI.create("http://" + name.host() + ":" + port + "/api/v2/spans")
        : null;
  }
}
