package dev.headwater.gateway.explain;

import dev.headwater.gateway.explain.Explanation.Sampling;
import dev.headwater.gateway.fail.GatewayFailure;
import dev.headwater.gateway.metrics.Metrics;
import dev.headwater.gateway.pipeline.Exchange;
import dev.headwater.gateway.retry.UpstreamDraw;
import dev.headwater.gateway.snapshot.Snapshot;
import dev.headwater.routes.Configuration;
import dev.headwater.routes.ListenerPolicy;
import dev.headwater.routes.PathMatch;
import dev.headwater.routes.PathRewrite;
import dev.headwater.routes.Route;
import dev.headwater.routes.RouteAnswer;
import dev.headwater.routes.TracingPolicy;
import dev.headwater.routes.Upstream;
import dev.headwater.routes.match.NormalPath;
import java.net.URI;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Says what a configuration does with a request: which listener and route take it, what its trace
 * headers are worth, how the trace is decided, and what would go upstream. Sends nothing.
 *
 * <p>Built per question or per configuration; immutable, safe from any thread. A question costs
 * what a request costs without its I/O.
 */
public final class Explainer {
  private final Snapshot snapshot;
  private final Configuration configuration;

  private Explainer(Snapshot snapshot) {
    this.snapshot = snapshot;
    this.configuration = snapshot.configuration();
  }

  /** An explainer of a configuration that is in force. */
  public static Explainer of(Snapshot snapshot) {
    return new Explainer(snapshot);
  }

  /** An explainer of a configuration that nobody runs. */
  public static Explainer of(Configuration configuration) {
    return new Explainer(Snapshot.of(configuration, 0, Instant.EPOCH, ""));
  }

  /** What would be done with a request. */
  public Explanation explain(ExplainQuery query) {
    List<String> notes = new ArrayList<>();
    ListenerPolicy listener = listener(query.url(), notes);
    GatewayFailure.Refused refusal = Rehearsal.read(query, listener).refusal();
    if (refusal != null) {
      return refused(query, listener, refusal, notes);
    }
    Outcome outcome =
        Outcome.of(
            () -> Rehearsal.exchange(query, snapshot, listener, Metrics.unread()),
            this::upstream,
            query.traceId());
    return explanation(query, outcome, notes);
  }

  private Explanation explanation(ExplainQuery query, Outcome outcome, List<String> notes) {
    Exchange exchange = outcome.trial().exchange();
    Route route = exchange.matched();
    TracingPolicy tracing = configuration.tracing();
    Trust trust = new Trust(outcome.trial(), tracing);
    note(outcome.trial(), query, tracing, notes);
    return new Explanation(
        query.method() + " " + query.url(),
        text(exchange.listener()),
        route == null ? null : route.name(),
        route == null ? null : template(route.match().path()),
        route == null ? "404: no route takes it" : answer(route, exchange),
        trust.text(),
        outcome.sampling(),
        trust.verdicts(query, new BoundaryHeaders(exchange, query)),
        outcome.headers(query.first("x-request-id")),
        notes);
  }

  private static Explanation refused(
      ExplainQuery query, ListenerPolicy listener, GatewayFailure.Refused why, List<String> notes) {
    return new Explanation(
        query.method() + " " + query.url(),
        text(listener),
        null,
        null,
        why.status() + ": " + why.detail(),
        "not asked",
        new Sampling(false, "none", "refused", Double.NaN),
        List.of(),
        Map.of(),
        notes);
  }

  private static void note(
      Trial trial, ExplainQuery query, TracingPolicy tracing, List<String> notes) {
    if (query.traceId() != null && trial.isContinued()) {
      notes.add("trace-id is not used: the caller's own trace goes on");
    }
    if (!tracing.enabled()) {
      notes.add("tracing.enabled is false: no ids, no spans, trace headers pass untouched");
    } else if (!tracing.hasSink()) {
      notes.add("neither tracing.report nor tracing.store is set: our spans go nowhere");
    }
  }

  private ListenerPolicy listener(URI url, List<String> notes) {
    List<ListenerPolicy> all = configuration.listeners();
    int port = url.getPort() >= 0 ? url.getPort() : "https".equals(url.getScheme()) ? 443 : 80;
    for (ListenerPolicy listener : all) {
      if (listener.address().port() == port) {
        return listener;
      }
    }
    ListenerPolicy first = all.get(0);
    if (all.size() > 1) {
      notes.add("no listener has port " + port + "; listener " + first.name() + " was taken");
    }
    return first;
  }

  private static String text(ListenerPolicy listener) {
    return listener.name() + " (" + listener.address() + ")";
  }

  private static String template(PathMatch path) {
    if (path instanceof PathMatch.Exact) {
      return "exact " + path.template();
    }
    return (path instanceof PathMatch.Prefix ? "prefix " : "regex ") + path.template();
  }

  private static String answer(Route route, Exchange exchange) {
    RouteAnswer respond = route.respond();
    if (respond != null) {
      return respond.status() + ": answered by the gateway itself";
    }
    String steered = UpstreamDraw.steered(exchange);
    String forwarded =
        "forwarded to "
            + (steered == null
                ? route.to().stream()
                    .map(to -> to.upstream() + " (weight " + to.weight() + ")")
                    .collect(Collectors.joining(", "))
                : steered + " (as header or cookie says)");
    PathRewrite rewrite = route.rewrite();
    if (rewrite == null) {
      return forwarded;
    }
    NormalPath made =
        NormalPath.assembled(
            rewrite.of(exchange.request().path()), exchange.listener().encodedSlash());
    return made instanceof NormalPath.Normal normal
        ? forwarded + " as " + normal.path()
        : "400: " + ((NormalPath.Refused) made).reason().text();
  }

  /** Where it is a matter of chance, the upstream that most requests go to stands for all. */
  private @Nullable Upstream upstream(Exchange exchange) {
    String steered = UpstreamDraw.steered(exchange);
    String name = steered == null ? heaviest(exchange.requireRoute()) : steered;
    for (Upstream upstream : configuration.upstreams()) {
      if (upstream.name().equals(name)) {
        return upstream;
      }
    }
    return null;
  }

  private static String heaviest(Route route) {
    String heaviest = "";
    int weight = -1;
    for (Route.WeightedUpstream to : route.to()) {
      if (to.weight() > weight) {
        weight = to.weight();
        heaviest = to.upstream();
      }
    }
    return heaviest;
  }
}
