package dev.headwater.routes.compile;

import dev.headwater.routes.SpanPolicy;
import dev.headwater.routes.SpanPolicy.Capture;
import dev.headwater.routes.schema.Key;
import dev.headwater.routes.schema.Leaf;
import dev.headwater.routes.schema.ListShape;
import dev.headwater.routes.schema.ObjectShape;
import dev.headwater.routes.schema.Parsed;
import dev.headwater.routes.schema.Scalars;
import dev.headwater.routes.schema.Section;
import dev.headwater.sampling.force.ForcePolicy;
import java.time.Duration;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** {@code tracing.tags} and {@code tracing.partial}: what spans hold, and unfinished ones. */
final class SpanKeys {
  /** What our own tags need at most; below it a span would lose what it is there for. */
  private static final int LEAST_TAGS = 24;

  /** Names in a list; each is looked for in every sampled request. */
  private static final int MOST_NAMES = 32;

  private static final String TOO_MANY = "expected at most " + MOST_NAMES + " names";

  private static final Key<Integer> MAX_PER_SPAN =
      Key.defaulted(
          "maxPerSpan",
          Scalars.integer(LEAST_TAGS, 1024),
          "64",
          "Tags of one span; captured ones that no longer fit are left out");
  private static final Key<Integer> MAX_LENGTH =
      Key.defaulted(
          "maxLength",
          Scalars.integer(64, 8192),
          "256",
          "Characters of a tag's value; longer ones are cut");
  private static final Key<List<String>> QUERY =
      Key.defaulted(
          "query",
          names(parameter()),
          "[]",
          "Query parameters recorded as http.query.NAME, as sent; no other part of a query is");
  private static final Key<List<String>> REQUEST_HEADERS =
      Key.defaulted(
          "requestHeaders",
          names(Tokens.capturedHeader()),
          "[]",
          "Headers of the client's request recorded as http.request.header.NAME; URLs in them lose"
              + " userinfo and query");
  private static final Key<List<String>> RESPONSE_HEADERS =
      Key.defaulted(
          "responseHeaders",
          names(Tokens.capturedHeader()),
          "[]",
          "Headers of the client's response recorded as http.response.header.NAME, likewise");
  private static final ObjectShape<SpanPolicy> TAGS_SHAPE =
      ObjectShape.of(
          SpanKeys::tags, MAX_PER_SPAN, MAX_LENGTH, QUERY, REQUEST_HEADERS, RESPONSE_HEADERS);

  private static final Key<Duration> AFTER =
      Key.defaulted(
          "after",
          Scalars.duration("0s", "24h"),
          "60s",
          "How long a sampled exchange lasts before its spans are sent as far as they are, once;"
              + " 0s for never");
  private static final ObjectShape<Duration> PARTIAL_SHAPE =
      ObjectShape.of(section -> section.get(AFTER), AFTER);

  static final Key<SpanPolicy> TAGS =
      Key.defaulted("tags", TAGS_SHAPE, "{}", "What spans hold beside what they always say");
  static final Key<Duration> PARTIAL =
      Key.defaulted(
          "partial", PARTIAL_SHAPE, "{}", "Spans of exchanges that last, shown while they do");

  private SpanKeys() {}

  /**
   * The policy of both keys, which stand in {@code tracing}.
   *
   * @param force whose header carries tokens, which are credentials
   */
  static SpanPolicy policy(Section tracing, @Nullable ForcePolicy force) {
    SpanPolicy tags = tracing.get(TAGS);
    if (force != null
        && tags.requestHeaders().stream().anyMatch(each -> each.name().equals(force.header()))) {
      tracing.refuse(
          TAGS,
          "requestHeaders with " + force.header(),
          "expected none that carries credentials; this one is sampling.force.header");
    }
    return new SpanPolicy(
        tags.maxTags(),
        tags.maxTagLength(),
        tags.query(),
        tags.requestHeaders(),
        tags.responseHeaders(),
        tracing.get(PARTIAL));
  }

  private static SpanPolicy tags(Section section) {
    return new SpanPolicy(
        section.get(MAX_PER_SPAN),
        section.get(MAX_LENGTH),
        captures(section.get(QUERY), Capture::query),
        captures(section.get(REQUEST_HEADERS), Capture::requestHeader),
        captures(section.get(RESPONSE_HEADERS), Capture::responseHeader),
        Duration.ZERO);
  }

  private static List<Capture> captures(List<String> names, Function<String, Capture> capture) {
    return names.stream().distinct().map(capture).toList();
  }

  private static ListShape<String> names(Leaf<String> name) {
    return ListShape.of(name).atMost(MOST_NAMES, TOO_MANY);
  }

  /** As it stands in a URL (RFC 3986 3.4), without the characters that end a name. */
  private static Leaf<String> parameter() {
    return Leaf.text(
        "parameter",
        "the name of a query parameter as it stands in a URL, 1 to 64 characters",
        "^[A-Za-z0-9._~!$'()*,;:@/?%\\[\\]-]{1,64}$",
        text ->
            text.matches("[A-Za-z0-9._~!$'()*,;:@/?%\\[\\]-]{1,64}")
                ? Parsed.of(text)
                : Parsed.refused());
  }
}
