package dev.headwater.routes.match;

import static dev.headwater.routes.match.RouteFixture.conditioned;
import static dev.headwater.routes.match.RouteFixture.equal;
import static dev.headwater.routes.match.RouteFixture.exact;
import static dev.headwater.routes.match.RouteFixture.prefix;
import static dev.headwater.routes.match.RouteFixture.present;
import static dev.headwater.routes.match.RouteFixture.regex;
import static dev.headwater.routes.match.RouteFixture.route;
import static dev.headwater.routes.match.ScriptedRequest.get;
import static org.assertj.core.api.Assertions.assertThat;

import dev.headwater.routes.Route;
import dev.headwater.routes.RouteMatch;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RouteTableTest {
  private static String found(List<Route> routes, RouteQuery request) {
    Route route = RouteTable.of(routes).find(request);
    return route == null ? "none" : route.name();
  }

  @ParameterizedTest
  @CsvSource({
    "shop.example.com, exact",
    "x.shop.example.com, deep",
    "y.x.shop.example.com, deep",
    "mail.example.com, wide",
    "example.com, any",
    "badexample.com, any",
    ".example.com, any",
    "'', any",
  })
  void host_exactBeforeLongerWildcardBeforeAny(String host, String expected) {
    List<Route> routes =
        List.of(
            route("any", prefix("/")),
            route("wide", prefix("/"), "*.example.com"),
            route("deep", prefix("/"), "*.shop.example.com"),
            route("exact", prefix("/"), "shop.example.com"));
    assertThat(found(routes, get(host, "/"))).isEqualTo(expected);
  }

  @Test
  void host_whoseRoutesDoNotMatch_fallsThroughToLessSpecific() {
    List<Route> routes =
        List.of(
            route("any", prefix("/")),
            route("wide", prefix("/wide"), "*.example.com"),
            route("deep", prefix("/deep"), "*.a.example.com"),
            route("exact", prefix("/exact"), "x.a.example.com"));
    assertThat(found(routes, get("x.a.example.com", "/exact"))).isEqualTo("exact");
    assertThat(found(routes, get("x.a.example.com", "/deep"))).isEqualTo("deep");
    assertThat(found(routes, get("x.a.example.com", "/wide"))).isEqualTo("wide");
    assertThat(found(routes, get("x.a.example.com", "/"))).isEqualTo("any");
  }

  @Test
  void wildcard_ofOneLabel_takesNoDeeperName() {
    List<Route> routes =
        List.of(
            RouteFixture.route("one", oneLabel("*.a.test", "/")),
            RouteFixture.route("deep", oneLabel("*.b.a.test", "/x")),
            route("any", prefix("/"), "*.test"));
    assertThat(found(routes, get("x.a.test", "/"))).isEqualTo("one");
    assertThat(found(routes, get("x.y.a.test", "/"))).isEqualTo("any");
    assertThat(found(routes, get("x.b.a.test", "/x"))).isEqualTo("deep");
    assertThat(found(routes, get("x.b.a.test", "/"))).isEqualTo("any");
    assertThat(found(routes, get("a.test", "/"))).isEqualTo("any");
  }

  private static RouteMatch oneLabel(String host, String path) {
    return new RouteMatch(
        List.of(host), prefix(path), Set.of(), List.of(), List.of(), RouteMatch.Wildcard.ONE_LABEL);
  }

  @Test
  void host_unknownWithoutAnyHostRoute_findsNothing() {
    assertThat(found(List.of(route("a", prefix("/"), "a.test")), get("b.test", "/")))
        .isEqualTo("none");
    assertThat(found(List.of(), get("b.test", "/"))).isEqualTo("none");
  }

  @ParameterizedTest
  @CsvSource({
    "/api, prefix",
    "/api/, prefix",
    "/api/x, prefix",
    "/apix, root",
    "/ap, root",
    "/, root",
    "/api/v1, exact",
    "/api/v1/, longer",
    "/api/v1/x, longer",
    "/img/a.png, regex",
    "/img/a.gif, root",
  })
  void path_exactBeforeRegexBeforeLongestPrefixByElement(String path, String expected) {
    List<Route> routes =
        List.of(
            route("root", prefix("/")),
            route("prefix", prefix("/api")),
            route("longer", prefix("/api/v1/")),
            route("exact", exact("/api/v1")),
            route("regex", regex("/img/.*\\.png")));
    assertThat(found(routes, get("h", path))).isEqualTo(expected);
  }

  @Test
  void path_regex_matchesWholePathOnly() {
    List<Route> routes = List.of(route("regex", regex("/a|/b")));
    assertThat(found(routes, get("h", "/a"))).isEqualTo("regex");
    assertThat(found(routes, get("h", "/ab"))).isEqualTo("none");
  }

  @Test
  void conditions_moreOfThemWin_methodBeforeHeadersBeforeQuery() {
    List<Route> routes =
        List.of(
            conditioned("plain", Set.of(), List.of(), List.of()),
            conditioned("query2", Set.of(), List.of(), List.of(present("a"), present("b"))),
            conditioned("header", Set.of(), List.of(equal("x", "1")), List.of()),
            conditioned("method", Set.of("PUT"), List.of(), List.of()));
    ScriptedRequest request = get("h", "/").withQuery("a=1&b=2").withHeader("x", "1");
    assertThat(found(routes, request.withMethod("PUT"))).isEqualTo("method");
    assertThat(found(routes, request)).isEqualTo("header");
    assertThat(found(routes, request.withHeader("x", "2"))).isEqualTo("query2");
    assertThat(found(routes, get("h", "/").withQuery("a=1"))).isEqualTo("plain");
  }

  @Test
  void conditions_sameCount_writersOrderWins() {
    List<Route> routes =
        List.of(
            conditioned("first", Set.of(), List.of(present("x")), List.of()),
            conditioned("second", Set.of(), List.of(present("x")), List.of()));
    assertThat(found(routes, get("h", "/").withHeader("x", ""))).isEqualTo("first");
  }

  @ParameterizedTest
  @CsvSource({
    "a=x%20y, match", "a=x+y, match", "b=1&a=x+y&a=z, match", "%61=x y, match", "a=z&a=x+y, none",
    "aa=x+y, none", "a, none", "a=x%2, none", "'', none", "&&a=x+y, match",
  })
  void query_firstParameterCounts_decoded(String query, String expected) {
    List<Route> routes =
        List.of(conditioned("match", Set.of(), List.of(), List.of(equal("a", "x y"))));
    assertThat(found(routes, get("h", "/").withQuery(query))).isEqualTo(expected);
  }

  @Test
  void query_utf8AndMalformedEscapes_areReadWithoutFailing() {
    assertThat(QueryParameters.first("n=%C3%BC", "n")).isEqualTo("\u00fc");
    assertThat(QueryParameters.first("n=%zz%4", "n")).isEqualTo("%zz%4");
    assertThat(QueryParameters.first("n", "n")).isEmpty();
    assertThat(QueryParameters.first(null, "n")).isNull();
  }

  @Test
  void routes_areListedInMatchingOrder() {
    List<Route> routes =
        List.of(
            route("any", prefix("/")),
            route("wide", prefix("/"), "*.test"),
            route("mixed", prefix("/x"), "*.test", "a.test"),
            route("regex", regex(".*"), "a.test"),
            route("exact", exact("/"), "a.test"),
            route("deep", prefix("/"), "*.a.test"));
    assertThat(RouteTable.of(routes).routes())
        .extracting(Route::name)
        .containsExactly("exact", "regex", "mixed", "deep", "wide", "any");
  }

  @Test
  void routes_thousands_areAllFound() {
    List<Route> routes = new ArrayList<>();
    for (int i = 0; i < 5000; i++) {
      routes.add(route("host" + i, prefix("/"), "h" + i + ".test"));
      routes.add(route("wild" + i, prefix("/"), "*.w" + i + ".test"));
      routes.add(route("path" + i, prefix("/p" + i)));
    }
    RouteTable table = RouteTable.of(routes);
    for (int i = 0; i < 5000; i++) {
      assertThat(table.find(get("h" + i + ".test", "/q"))).isSameAs(routes.get(3 * i));
      assertThat(table.find(get("a.b.w" + i + ".test", "/q"))).isSameAs(routes.get(3 * i + 1));
      assertThat(table.find(get("other", "/p" + i + "/q"))).isSameAs(routes.get(3 * i + 2));
    }
  }
}
