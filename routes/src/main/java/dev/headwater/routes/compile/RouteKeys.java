package dev.headwater.routes.compile;

import dev.headwater.routes.DirectResponse;
import dev.headwater.routes.HeaderFilter;
import dev.headwater.routes.RetryPolicy;
import dev.headwater.routes.Route;
import dev.headwater.routes.Route.WeightedUpstream;
import dev.headwater.routes.RouteMatch;
import dev.headwater.routes.Timeouts;
import dev.headwater.routes.TrustPolicy;
import dev.headwater.routes.schema.Key;
import dev.headwater.routes.schema.ListShape;
import dev.headwater.routes.schema.ObjectShape;
import dev.headwater.routes.schema.Scalars;
import dev.headwater.routes.schema.Section;
import dev.headwater.sampling.rule.SamplingRule;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** {@code routes[]}: which requests go where, and on what terms. */
final class RouteKeys {
  private static final String NO_LIMIT = "absent for no limit";

  private static final Key<Duration> RESPONSE =
      Key.defaulted(
          "response",
          Scalars.duration("1ms", "24h"),
          "15s",
          "From the end of the request to the head of the response, over all attempts; then 504");
  private static final Key<Duration> ATTEMPT =
      Key.optional(
          "attempt", Scalars.duration("1ms", "24h"), "The same for one attempt; " + NO_LIMIT);
  private static final Key<Duration> IDLE =
      Key.defaulted(
          "idle",
          Scalars.duration("1ms", "24h"),
          "5m",
          "Longest silence of both sides inside a response body, or of a tunnel; then it is cut"
              + " off");
  private static final Key<Duration> REQUEST =
      Key.optional("request", Scalars.duration("1ms", "24h"), "The whole exchange; " + NO_LIMIT);
  private static final ObjectShape<Timeouts> TIMEOUTS_SHAPE =
      ObjectShape.of(RouteKeys::timeouts, RESPONSE, ATTEMPT, IDLE, REQUEST);

  private static final Key<String> TO_UPSTREAM =
      Key.required("upstream", Scalars.nameOf(UpstreamKeys.NOUN), "Name of an upstream");
  private static final Key<Integer> WEIGHT =
      Key.defaulted(
          "weight",
          Scalars.integer(0, 1_000_000),
          "1",
          "Share of the requests, relative to the other weights; 0 takes none");
  private static final ObjectShape<WeightedUpstream> TO_SHAPE =
      ObjectShape.of(
          section -> new WeightedUpstream(section.get(TO_UPSTREAM), section.get(WEIGHT)),
          TO_UPSTREAM,
          WEIGHT);

  private static final Key<String> NAME =
      Key.required(
          "name", Scalars.name("route"), "Name, unique among routes; a label of metrics and spans");
  private static final Key<RouteMatch> MATCH =
      Key.defaulted("match", MatchKeys.MATCH, "{}", "Which requests; all parts must agree");
  private static final Key<List<FilterKeys.Item>> FILTERS =
      Key.defaulted(
          "filters",
          ListShape.of(FilterKeys.FILTER),
          "[]",
          "In order for requests, backwards for responses");
  private static final Key<List<WeightedUpstream>> TO =
      Key.optional(
          "to",
          ListShape.of(TO_SHAPE).notEmpty(),
          "Weighted upstreams; a route has either these or a respond filter");
  private static final Key<Timeouts> TIMEOUTS =
      Key.defaulted("timeouts", TIMEOUTS_SHAPE, "{}", "How long each part may take");
  private static final Key<RetryPolicy> RETRY =
      Key.defaulted("retry", RetryKeys.RETRY, "{}", "When a request is sent again");
  private static final Key<VerdictKeys.Own> SAMPLING =
      Key.optional("sampling", VerdictKeys.OWN, "This route's own sampling rule");
  private static final Key<TrustPolicy> TRACE =
      Key.optional("trace", ListenerKeys.TRACE, "Overrides the listener's trace trust");

  static final ObjectShape<Route> ROUTE =
      ObjectShape.of(
          RouteKeys::route,
          NAME,
          MATCH,
          FILTERS,
          TO,
          TIMEOUTS,
          RETRY,
          SAMPLING,
          TRACE,
          LimitKeys.OF_ROUTE);

  private RouteKeys() {}

  private static Timeouts timeouts(Section section) {
    Duration response = section.get(RESPONSE);
    Duration attempt = section.find(ATTEMPT);
    Duration request = section.find(REQUEST);
    if (attempt != null && attempt.compareTo(response) > 0) {
      section.refuse(ATTEMPT, attempt.toMillis() + "ms", atMost("response", response));
    }
    if (request != null && section.isGiven(RESPONSE) && response.compareTo(request) > 0) {
      section.refuse(RESPONSE, response.toMillis() + "ms", atMost("request", request));
    }
    return new Timeouts(response, attempt, section.get(IDLE), request);
  }

  private static String atMost(String key, Duration limit) {
    return "expected at most " + key + ", " + limit.toMillis() + "ms";
  }

  private static Route route(Section section) {
    List<FilterKeys.Item> filters = section.get(FILTERS);
    List<HeaderFilter> edits =
        filters.stream().map(FilterKeys.Item::edit).filter(Objects::nonNull).toList();
    List<DirectResponse> answers =
        filters.stream().map(FilterKeys.Item::respond).filter(Objects::nonNull).toList();
    List<WeightedUpstream> to = section.find(TO);
    checkTarget(section, answers, to);
    VerdictKeys.Own sampling = section.find(SAMPLING);
    return new Route(
        section.get(NAME),
        section.get(MATCH),
        edits,
        answers.isEmpty() ? null : answers.get(0),
        to == null ? List.of() : to,
        section.get(TIMEOUTS),
        section.get(RETRY),
        sampling == null
            ? null
            : SamplingRule.ofRoute(section.get(NAME), sampling.verdict(), sampling.keep()),
        section.find(TRACE),
        section.get(LimitKeys.OF_ROUTE));
  }

  private static void checkTarget(
      Section section, List<DirectResponse> answers, @Nullable List<WeightedUpstream> to) {
    if (answers.size() > 1) {
      section.refuse(FILTERS, answers.size() + " respond filters", "expected one");
    }
    if (!answers.isEmpty() && section.isGiven(TO)) {
      section.refuse(TO, "to and a respond filter", "expected one of both");
    } else if (answers.isEmpty() && !section.isGiven(TO) && isReadable(section)) {
      section.refuse("neither to nor a respond filter", "expected one of both");
    }
    if (to != null && !to.isEmpty() && to.stream().allMatch(each -> each.weight() == 0)) {
      section.refuse(TO, "only weights of 0", "expected one above 0");
    }
  }

  /**
   * Whether every filter that was written could be read, so that a respond would have been seen.
   */
  private static boolean isReadable(Section section) {
    return !section.isGiven(FILTERS)
        || (section.written(FILTERS) > 0
            && section.get(FILTERS).size() == section.written(FILTERS));
  }
}
