package dev.headwater.routes.match;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NameMapTest {
  private static final NameMap<String> MAP =
      new NameMap.Builder<String>()
          .certified("www.example.com", "www")
          .certified("*.example.com", "one label")
          .certified("*.shop.example.com", "shop")
          .pattern("*.deep.example.com", "any depth")
          .pattern("*.b.deep.example.com", "deeper")
          .pattern("db.example.org", "db")
          .certified("www.example.com", "a second one")
          .build();

  @ParameterizedTest
  @CsvSource({
    "www.example.com, www",
    "other.example.com, one label",
    "shop.example.com, one label",
    "a.shop.example.com, shop",
    "a.b.shop.example.com,",
    "x.deep.example.com, any depth",
    "x.y.deep.example.com, any depth",
    "x.b.deep.example.com, deeper",
    "x.y.b.deep.example.com, deeper",
    "b.deep.example.com, any depth",
    "db.example.org, db",
    "x.db.example.org,",
    "example.com,",
    "com,",
    "'',",
    "localhost,",
    "127.0.0.1,",
    "[::1],",
    ".example.com,",
  })
  void name_findsTheMostSpecificPatternThatCoversIt(String name, String value) {
    assertThat(MAP.find(name)).isEqualTo(value);
  }

  @ParameterizedTest
  @CsvSource({"a.example.com", "''"})
  void emptyMap_findsNothing(String name) {
    assertThat(new NameMap.Builder<String>().build().find(name)).isNull();
  }
}
