package dev.headwater.gateway.cli;

import dev.headwater.routes.BindAddress;
import dev.headwater.routes.Configuration;
import dev.headwater.routes.SinkPolicy;
import dev.headwater.routes.TracingPolicy;
import dev.headwater.sampling.SamplingPolicy;
import dev.headwater.sampling.propagation.TraceFormat;
import dev.headwater.sampling.rule.Verdict;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** The first lines of a running gateway's log: what it is, what it serves, where traces go. */
final class StartLines {
  private StartLines() {}

  static List<String> of(Configuration configuration, RunningGateway gateway) {
    List<String> lines = new ArrayList<>();
    for (Map.Entry<String, BindAddress> listener : gateway.listeners().entrySet()) {
      lines.add("listener " + listener.getKey() + " at http://" + reachable(listener.getValue()));
    }
    lines.add("admin at http://" + reachable(gateway.admin()) + "/");
    lines.addAll(traceTargets(configuration.tracing(), gateway.admin()));
    lines.add(sampling(configuration.tracing()));
    lines.addAll(propagation(configuration.tracing()));
    return lines;
  }

  private static List<String> traceTargets(TracingPolicy tracing, BindAddress admin) {
    List<String> lines = new ArrayList<>();
    if (!tracing.enabled()) {
      lines.add("tracing is off (tracing.enabled: false)");
      return lines;
    }
    for (SinkPolicy sink : tracing.report()) {
      lines.add("spans to " + sink.url() + " (" + sink.format().encoding().label() + ")");
    }
    if (tracing.store() != null) {
      lines.add(
          "spans to the embedded store (at most "
              + tracing.store().maxSpans()
              + "), shown at http://"
              + reachable(admin)
              + "/zipkin/");
    }
    if (lines.isEmpty()) {
      lines.add("spans have nowhere to go: neither tracing.report nor tracing.store is set");
    }
    return lines;
  }

  /** Nothing else tells an application that reads W3C only why it has no traces. */
  private static List<String> propagation(TracingPolicy tracing) {
    return !tracing.enabled() || tracing.propagation().inject().contains(TraceFormat.TRACECONTEXT)
        ? List.of()
        : List.of(
            "trace context to upstreams: "
                + tracing.propagation().inject().stream()
                    .map(TraceFormat::label)
                    .collect(Collectors.joining(", "))
                + "; applications that read W3C only need tracing.propagation.inject: [b3-multi,"
                + " tracecontext] (a Linkerd mesh then advances traceparent and no B3)");
  }

  private static String sampling(TracingPolicy tracing) {
    SamplingPolicy policy = tracing.sampling();
    String share =
        policy.verdict() instanceof Verdict.Adaptive adaptive
            ? "sampling towards " + adaptive.target().perSecond() + " traces per second"
            : "sampling " + percent(policy.rate().rate()) + " of traces";
    if (tracing.samplingGiven()) {
      return tracing.samplingFrom() == null
          ? share
          : share + " (from " + tracing.samplingFrom() + ")";
    }
    return tracing.hasSink()
        ? share + ", the DEFAULT: tracing.sampling.rate is not set"
        : share + ": contexts go out with Sampled 0 until spans have somewhere to go";
  }

  /** Exact: 0.0001 is 0.01 %. */
  static String percent(double rate) {
    return BigDecimal.valueOf(rate).movePointRight(2).stripTrailingZeros().toPlainString() + " %";
  }

  /** All addresses are reached over loopback. */
  static String reachable(BindAddress address) {
    return switch (address.host()) {
      case "0.0.0.0" -> "127.0.0.1:" + address.port();
      case "::", "[::]" -> "127.0.0.1:" + address.port();
      default -> address.toString();
    };
  }
}
