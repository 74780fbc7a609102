package dev.headwater.routes;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.re2j.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PathRewriteTest {
  private static String of(String pattern, String target, String path) {
    return new PathRewrite(Pattern.compile(pattern, Pattern.CASE_INSENSITIVE), target).of(path);
  }

  @ParameterizedTest
  @CsvSource({
    "/something(/|$)(.*), /$2, /something/new, /new",
    "/something(/|$)(.*), /$2, /something, /",
    "/something(/|$)(.*), /$2, /SomeThing/New, /New",
    "/, /app, /anything/else, /app",
    "/a, /b, /a/c, /b",
    "/api/(v[0-9]+)/(.*), /$2/$1, /api/v2/users/7, /users/7/v2",
    "/(a)?(b), /$1x$2, /b, /xb",
    "/(a), /$1$2$9, /a, /a",
    "/(a), /$1$10, /a, /aa0",
    "/(.*), $1, /a, a",
    "/(.*), /$, /a, /$",
    "/(.*), /$x, /a, /$x",
  })
  void of_path_isMadeOfItsGroups(String pattern, String target, String path, String made) {
    assertThat(of(pattern, target, path)).isEqualTo(made);
  }

  @Test
  void of_pathWithoutTheExpression_isThePath() {
    assertThat(of("/b", "/c", "/a")).isEqualTo("/a");
  }

  @Test
  void of_textOfTheClient_isNotExpanded() {
    assertThat(of("/(.*)/(.*)", "/x/$1", "/$2$1/b")).isEqualTo("/x/$2$1");
  }
}
