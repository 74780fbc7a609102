package dev.headwater.routes.compile;

import com.google.re2j.Pattern;
import dev.headwater.routes.match.NormalPath;
import dev.headwater.routes.schema.Key;
import dev.headwater.routes.schema.Leaf;
import dev.headwater.routes.schema.ListShape;
import dev.headwater.routes.schema.ObjectShape;
import dev.headwater.routes.schema.Parsed;
import dev.headwater.routes.schema.Scalars;
import dev.headwater.routes.schema.Section;
import dev.headwater.sampling.Sampler;
import dev.headwater.sampling.network.NetworkSet;
import dev.headwater.sampling.propagation.KnownTraceHeaders;
import dev.headwater.sampling.rule.Condition;
import dev.headwater.sampling.rule.HeaderPattern;
import dev.headwater.sampling.rule.PathPattern;
import dev.headwater.sampling.rule.RuleMatch;
import dev.headwater.sampling.rule.SamplingRule;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** {@code tracing.sampling.rules[]}: which traces are kept, by what their request is. */
final class RuleKeys {
  private static final String NOUN = "sampling rule";

  private static final Key<String> EXACT = Key.optional("exact", MatchKeys.path(), "This path");
  private static final Key<List<String>> ONE_OF =
      Key.optional("oneOf", ListShape.of(MatchKeys.path()).notEmpty(), "One of these paths");
  private static final Key<String> PREFIX =
      Key.optional("prefix", MatchKeys.path(), "This path and all below it, by whole elements");
  private static final Key<String> TEMPLATE =
      Key.optional("template", template(), "Elements in braces stand for any one element");
  private static final ObjectShape<PathPattern> PATH_SHAPE =
      ObjectShape.of(RuleKeys::path, EXACT, ONE_OF, PREFIX, TEMPLATE)
          .withExactlyOneOf(EXACT, ONE_OF, PREFIX, TEMPLATE);

  private static final Key<String> HEADER_NAME =
      Key.required("name", Tokens.headerName(), "Header name; the first of that name counts");
  private static final Key<String> HEADER_EXACT =
      Key.optional("exact", Scalars.anyText(8192), "Exactly this value");
  private static final Key<Boolean> HEADER_PRESENT =
      Key.optional("present", Scalars.bool(), "true: any value at all");
  private static final Key<Pattern> HEADER_REGEX =
      Key.optional("regex", Regexes.regex(), "A regular expression over the whole value");
  private static final ObjectShape<HeaderPattern> HEADER_SHAPE =
      ObjectShape.of(RuleKeys::header, HEADER_NAME, HEADER_EXACT, HEADER_PRESENT, HEADER_REGEX)
          .withExactlyOneOf(HEADER_EXACT, HEADER_PRESENT, HEADER_REGEX);

  private static final Key<String> ROUTE =
      Key.optional("route", Scalars.nameOf("route"), "The request matched this route");
  private static final Key<List<String>> HOSTS =
      Key.optional(
          "hosts",
          ListShape.of(MatchKeys.hostPattern()).notEmpty(),
          "Names, or *.example.com for all names below one");
  private static final Key<List<String>> METHODS =
      Key.optional("methods", ListShape.of(Tokens.method()).notEmpty(), "One of these methods");
  private static final Key<PathPattern> PATH =
      Key.optional("path", PATH_SHAPE, "On the normal form of the path");
  private static final Key<List<HeaderPattern>> HEADERS =
      Key.optional(
          "headers", ListShape.of(HEADER_SHAPE).notEmpty(), "Header fields that must all hold");
  private static final Key<List<String>> NETWORKS =
      Key.optional(
          "networks",
          Addresses.networks().notEmpty(),
          "The client's address is in one of them: the TCP peer, or whom a trusted proxy names");
  private static final Key<Boolean> TRUSTED =
      Key.optional(
          "trusted",
          Scalars.bool(),
          "Whether the caller is trusted with trace context, by listener or route");
  private static final ObjectShape<RuleMatch> MATCH_SHAPE =
      ObjectShape.of(RuleKeys::match, ROUTE, HOSTS, METHODS, PATH, HEADERS, NETWORKS, TRUSTED);

  private static final Key<String> NAME =
      Key.required(
          "name", Scalars.name(NOUN), "Name, unique among rules; a label of metrics and spans");
  private static final Key<RuleMatch> MATCH =
      Key.defaulted("match", MATCH_SHAPE, "{}", "Which requests; all that is written must hold");

  static final ObjectShape<SamplingRule> RULE =
      ObjectShape.of(
              RuleKeys::rule,
              NAME,
              MATCH,
              VerdictKeys.RATE,
              VerdictKeys.NEVER,
              VerdictKeys.ALWAYS,
              VerdictKeys.PER_SECOND,
              VerdictKeys.BURST,
              VerdictKeys.KEEP)
          .withExactlyOneOf(VerdictKeys.RATE, VerdictKeys.NEVER, VerdictKeys.ALWAYS);

  private RuleKeys() {}

  private static SamplingRule rule(Section section) {
    String name = section.get(NAME);
    if (Sampler.isReserved(name) || KnownTraceHeaders.contains(name)) {
      section.refuse(NAME, name, "expected a name that no decision without a rule has");
    }
    return new SamplingRule(
        name, section.get(MATCH), VerdictKeys.verdict(section), section.find(VerdictKeys.KEEP));
  }

  private static RuleMatch match(Section section) {
    List<Condition> conditions = new ArrayList<>();
    String route = section.find(ROUTE);
    if (route != null) {
      conditions.add(new Condition.OfRoute(route));
    }
    List<String> hosts = section.find(HOSTS);
    if (hosts != null && !hosts.contains(MatchKeys.ANY_HOST)) {
      conditions.add(new Condition.Hosts(Set.copyOf(hosts)));
    }
    List<String> methods = section.find(METHODS);
    if (methods != null) {
      conditions.add(new Condition.Methods(Set.copyOf(methods)));
    }
    PathPattern path = section.find(PATH);
    if (path != null) {
      conditions.add(new Condition.Path(path));
    }
    List<HeaderPattern> headers = section.find(HEADERS);
    if (headers != null) {
      conditions.add(new Condition.Headers(headers));
    }
    List<String> networks = section.find(NETWORKS);
    if (networks != null) {
      conditions.add(new Condition.Networks(NetworkSet.of(networks)));
    }
    Boolean trusted = section.find(TRUSTED);
    if (trusted != null) {
      conditions.add(new Condition.Trusted(trusted));
    }
    return new RuleMatch(conditions);
  }

  private static @Nullable PathPattern path(Section section) {
    String exact = section.find(EXACT);
    List<String> oneOf = section.find(ONE_OF);
    String prefix = section.find(PREFIX);
    String template = section.find(TEMPLATE);
    return exact != null
        ? new PathPattern.Exact(exact)
        : oneOf != null
            ? new PathPattern.OneOf(Set.copyOf(oneOf))
            : prefix != null
                ? new PathPattern.Prefix(prefix)
                : template != null ? new PathPattern.Template(template) : null;
  }

  private static HeaderPattern header(Section section) {
    if (Boolean.FALSE.equals(section.find(HEADER_PRESENT))) {
      section.refuse(HEADER_PRESENT, "false", "expected true");
    }
    String text = section.find(HEADER_EXACT);
    Pattern pattern = section.find(HEADER_REGEX);
    HeaderPattern.Value value =
        text != null
            ? new HeaderPattern.Exact(text)
            : pattern != null ? new HeaderPattern.Regex(pattern) : new HeaderPattern.Present();
    return new HeaderPattern(section.get(HEADER_NAME), value);
  }

  /** A path in normal form, elements of which may be names in braces. */
  private static Leaf<String> template() {
    String element = "\\{[A-Za-z0-9_-]+\\}";
    return Leaf.text(
        "template",
        "a path with whole elements in braces, such as /users/{id}",
        "^/",
        text -> {
          String sample = text.replaceAll("(?<=/)" + element + "(?=/|$)", "x");
          boolean isNormal =
              NormalPath.of(sample) instanceof NormalPath.Normal normal
                  && normal.path().equals(sample);
          return isNormal ? Parsed.of(text) : Parsed.refused();
        });
  }
}
