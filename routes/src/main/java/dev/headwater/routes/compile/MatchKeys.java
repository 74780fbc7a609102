package dev.headwater.routes.compile;

import com.google.re2j.Pattern;
import dev.headwater.routes.FieldMatch;
import dev.headwater.routes.PathMatch;
import dev.headwater.routes.RouteMatch;
import dev.headwater.routes.ValueMatch;
import dev.headwater.routes.match.HostName;
import dev.headwater.routes.match.NormalPath;
import dev.headwater.routes.schema.Key;
import dev.headwater.routes.schema.Leaf;
import dev.headwater.routes.schema.ListShape;
import dev.headwater.routes.schema.ObjectShape;
import dev.headwater.routes.schema.Parsed;
import dev.headwater.routes.schema.Scalars;
import dev.headwater.routes.schema.Section;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** {@code routes[].match}: which requests a route takes. */
final class MatchKeys {
  static final String ANY_HOST = "*";

  private static final Key<String> EXACT_PATH =
      Key.optional("exact", path(), "This path and no other");
  private static final Key<String> PREFIX =
      Key.optional("prefix", path(), "This path and everything below it, by whole elements");
  private static final Key<Pattern> PATH_REGEX =
      Key.optional("regex", Regexes.regex(), "A regular expression over the whole path");
  private static final ObjectShape<PathMatch> PATH_SHAPE =
      ObjectShape.of(MatchKeys::pathMatch, EXACT_PATH, PREFIX, PATH_REGEX)
          .withExactlyOneOf(EXACT_PATH, PREFIX, PATH_REGEX);

  private static final Key<List<String>> HOSTS =
      Key.defaulted(
          "hosts",
          ListShape.of(hostPattern()),
          "[]",
          "Names, or *.example.com for all names below one; empty for any host");
  private static final Key<PathMatch> PATH =
      Key.defaulted("path", PATH_SHAPE, "{prefix: /}", "On the normal form of the path");
  private static final Key<List<String>> METHODS =
      Key.defaulted("methods", ListShape.of(Tokens.method()), "[]", "Empty for any method");
  private static final Key<List<FieldMatch>> HEADERS =
      Key.defaulted(
          "headers",
          ListShape.of(field(Tokens.headerName(), "Header name; the first of that name counts")),
          "[]",
          "Header fields that must all hold");
  private static final Key<List<FieldMatch>> QUERY =
      Key.defaulted(
          "query",
          ListShape.of(
              field(Scalars.text(1, 256), "Parameter name; the first of that name counts")),
          "[]",
          "Query parameters that must all hold");

  static final ObjectShape<RouteMatch> MATCH =
      ObjectShape.of(MatchKeys::match, HOSTS, PATH, METHODS, HEADERS, QUERY);

  private MatchKeys() {}

  private static RouteMatch match(Section section) {
    List<String> hosts = section.get(HOSTS).stream().distinct().toList();
    return new RouteMatch(
        hosts.contains(ANY_HOST) ? List.of() : hosts,
        section.get(PATH),
        Set.copyOf(section.get(METHODS)),
        section.get(HEADERS),
        section.get(QUERY));
  }

  private static @Nullable PathMatch pathMatch(Section section) {
    String exact = section.find(EXACT_PATH);
    String prefix = section.find(PREFIX);
    Pattern regex = section.find(PATH_REGEX);
    return exact != null
        ? new PathMatch.Exact(exact)
        : prefix != null
            ? new PathMatch.Prefix(prefix)
            : regex != null ? new PathMatch.Regex(regex) : null;
  }

  private static ObjectShape<FieldMatch> field(Leaf<String> nameLeaf, String doc) {
    Key<String> name = Key.required("name", nameLeaf, doc);
    Key<String> exact = Key.optional("exact", Scalars.anyText(8192), "Exactly this value");
    Key<Boolean> present = Key.optional("present", Scalars.bool(), "true: any value at all");
    Key<Pattern> regex =
        Key.optional("regex", Regexes.regex(), "A regular expression over the whole value");
    return ObjectShape.<FieldMatch>of(
            section -> {
              if (Boolean.FALSE.equals(section.find(present))) {
                section.refuse(present, "false", "expected true");
              }
              String text = section.find(exact);
              Pattern pattern = section.find(regex);
              ValueMatch value =
                  text != null
                      ? new ValueMatch.Exact(text)
                      : pattern != null ? new ValueMatch.Regex(pattern) : new ValueMatch.Present();
              return new FieldMatch(section.get(name), value);
            },
            name,
            exact,
            present,
            regex)
        .withExactlyOneOf(exact, present, regex);
  }

  static Leaf<String> hostPattern() {
    return Leaf.text(
        "host",
        "a host name without port, *.example.com or *",
        "^(\\*|(\\*\\.)?[A-Za-z0-9_.-]+|\\[[0-9A-Fa-f:.]+\\])$",
        text -> {
          if (text.equals(ANY_HOST)) {
            return Parsed.of(text);
          }
          boolean wildcard = text.startsWith("*.");
          HostName host = HostName.of(wildcard ? text.substring(2) : text);
          boolean usable =
              host instanceof HostName.Name name
                  && !name.host().isEmpty()
                  && name.port() < 0
                  && !text.endsWith(":")
                  && !(wildcard && name.host().startsWith("["));
          return usable
              ? Parsed.of((wildcard ? "*." : "") + ((HostName.Name) host).host())
              : Parsed.refused();
        });
  }

  /** A path in normal form: in any other it would never be found. */
  static Leaf<String> path() {
    return Leaf.text(
        "path",
        "a path that begins with a slash",
        "^/",
        text -> {
          NormalPath normal = NormalPath.of(text);
          if (normal instanceof NormalPath.Refused refused) {
            return text.startsWith("/")
                ? Parsed.refused("expected a path; " + refused.reason().text())
                : Parsed.refused();
          }
          String path = ((NormalPath.Normal) normal).path();
          return path.equals(text)
              ? Parsed.of(text)
              : Parsed.refused("expected its normal form " + path);
        });
  }
}
