package dev.headwater.routes.match;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headwater.routes.match.NormalPath.Normal;
import dev.headwater.routes.match.NormalPath.Refusal;
import dev.headwater.routes.match.NormalPath.Refused;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class NormalPathTest {
  private static boolean isNormal(String path) {
    return NormalPath.isNormal(path, EncodedSlash.REJECT);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/",
        "/a",
        "/a/",
        "/a/b.c",
        "/...",
        "/a/..b",
        "/.well-known/x",
        "/a;v=1/b",
        "/%20",
        "/%C3%BC",
        "/a%3Bb",
        "/100%25",
        "/100%25ab",
        "/100%2520",
        "/100%25-30",
        "/x:y@z,(1)!$&'*+=~_-",
        "/a%0Ab",
        "/%25C0",
        "/%C0x",
      })
  void of_normal_isTheSameInstance(String path) {
    assertThat(isNormal(path)).isTrue();
    assertThat(NormalPath.of(path))
        .isInstanceOfSatisfying(Normal.class, n -> assertThat(n.path()).isSameAs(path));
  }

  @ParameterizedTest
  @CsvSource({
    "'', /",
    "//, /",
    "//a///b//, /a/b/",
    "/a/./b, /a/b",
    "/a/., /a/",
    "/., /",
    "/a/../b, /b",
    "/a/.., /",
    "/a/b/.., /a/",
    "/a/b/../, /a/",
    "/a/b/../../c, /c",
    "/a//../b, /b",
    "/%41%7e, /A~",
    "/a%2eb/%2ec, /a.b/.c",
    "/%2e%2e%2e, /...",
    "/%c3%bc, /%C3%BC",
    "/%3a, /%3A",
    "'/a|b', /a%7Cb",
    "'/[x]', /%5Bx%5D",
    "/\u00fc, /%FC",
    "'/a\"<>^`{}', /a%22%3C%3E%5E%60%7B%7D",
    "/a/..b/../c, /a/c",
  })
  void of_otherSpelling_isRewritten(String path, String expected) {
    assertThat(isNormal(path)).isFalse();
    assertThat(NormalPath.of(path)).isEqualTo(new Normal(expected));
  }

  @ParameterizedTest
  @CsvSource({
    "a, NOT_ABSOLUTE",
    "*, NOT_ABSOLUTE",
    "http://h/, NOT_ABSOLUTE",
    "/a%2fb, ENCODED_SLASH",
    "/a%2Fb, ENCODED_SLASH",
    "/..%2f, ENCODED_SLASH",
    "/a%5cb, ENCODED_BACKSLASH",
    "/a%00, ENCODED_NUL",
    "/%, INVALID_ESCAPE",
    "/%4, INVALID_ESCAPE",
    "/%4g, INVALID_ESCAPE",
    "/%-1, INVALID_ESCAPE",
    "/%%41, INVALID_ESCAPE",
    "/%252f, DOUBLE_ENCODING",
    "/%25252F, DOUBLE_ENCODING",
    "/%255c, DOUBLE_ENCODING",
    "/%252e%252e/, DOUBLE_ENCODING",
    "/%2500, DOUBLE_ENCODING",
    "/%2561dmin, DOUBLE_ENCODING",
    "/%25%36%31, DOUBLE_ENCODING",
    "/%25255F, DOUBLE_ENCODING",
    "/a%253Bb, DOUBLE_ENCODING",
    "/%c0%af, OVERLONG_ENCODING",
    "/%C0%AE%C0%AE/, OVERLONG_ENCODING",
    "/%c1%9c, OVERLONG_ENCODING",
    "/a\\b, BACKSLASH",
    "/\\..\\, BACKSLASH",
    "'/a b', INVALID_CHARACTER",
    "/a#b, INVALID_CHARACTER",
    "/a?b, INVALID_CHARACTER",
    "/\u0100, INVALID_CHARACTER",
    "/.., ABOVE_ROOT",
    "/../a, ABOVE_ROOT",
    "/a/../../b, ABOVE_ROOT",
    "//../a, ABOVE_ROOT",
    "/..;/a, DOT_SEGMENT_PARAMETER",
    "/a/..;x=1/b, DOT_SEGMENT_PARAMETER",
    "/.;/a, DOT_SEGMENT_PARAMETER",
    "/a/%2e%2e;/b, DOT_SEGMENT_PARAMETER",
    "/a;/../b, DOT_SEGMENT_PARAMETER",
    "/a;x=1/../b, DOT_SEGMENT_PARAMETER",
    "/a/%2e%2e/b, ENCODED_DOT_SEGMENT",
    "/a/%2E./b, ENCODED_DOT_SEGMENT",
    "/a/.%2e, ENCODED_DOT_SEGMENT",
    "/%2e/a, ENCODED_DOT_SEGMENT",
    "/%2e%2e/, ENCODED_DOT_SEGMENT",
    "/a/..%3bx, ENCODED_DOT_SEGMENT",
    "/a/..%3Bx/b, ENCODED_DOT_SEGMENT",
    "/%25%32%66, DOUBLE_ENCODING",
    "/%25%32f, DOUBLE_ENCODING",
    "/%252%46, DOUBLE_ENCODING",
    "/%25%35%63, DOUBLE_ENCODING",
    "/%25%30%30, DOUBLE_ENCODING",
    "/\u00c0%af, OVERLONG_ENCODING",
    "/%c0\u00af, OVERLONG_ENCODING",
    "/a/..;x., DOT_SEGMENT_PARAMETER",
  })
  void of_ambiguous_isRefusedWithReason(String path, Refusal reason) {
    assertThat(isNormal(path)).isFalse();
    assertThat(NormalPath.of(path)).isEqualTo(new Refused(reason));
  }

  @Test
  void of_controlCharacters_areRefused() {
    for (char c = 0; c < 0x21; c++) {
      assertThat(NormalPath.of("/a" + c)).isEqualTo(new Refused(Refusal.INVALID_CHARACTER));
    }
    assertThat(NormalPath.of("/\u007f")).isEqualTo(new Refused(Refusal.INVALID_CHARACTER));
  }

  @Test
  void of_generated_resultIsStableAndFreeOfWhatWasRefused() {
    String[] parts = {
      "/", "/", ".", "..", "a", "B", "%2e", "%2E", "%41", "%2f", "%25", "%5C", "%c3", ";", "~", "|",
      "\\", "%", "%00", "\u00e9", "25", "2f", "c0", "%C0", "%AF", "?", " ", "%32", "%66", "\u00c0",
      "\u00af", "%3B",
    };
    Random random = new Random(20261121);
    int normal = 0;
    for (int i = 0; i < 200_000; i++) {
      StringBuilder path = new StringBuilder("/");
      for (int n = random.nextInt(8); n > 0; n--) {
        path.append(parts[random.nextInt(parts.length)]);
      }
      for (EncodedSlash slashes : EncodedSlash.values()) {
        if (NormalPath.of(path.toString(), slashes) instanceof Normal form) {
          normal++;
          assertThat(NormalPath.isNormal(form.path(), slashes)).as("%s of %s", form, path).isTrue();
          assertThat(form.path())
              .startsWith("/")
              .matches("[!-~]*")
              .doesNotContain("//")
              .doesNotContainPattern("(/|%2[fF])[.]{1,2}(/|;|%2[fF]|%3[bB]|$)");
        }
      }
    }
    assertThat(normal).isBetween(40_000, 360_000);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/a%2fb",
        "/a%2Fb",
        "/%2F",
        "/%2f%2F",
        "/a/b%2f",
        "/%2Fa.%2F.b",
        "/a%2f...",
        "/x:%2F%2Fy"
      })
  void of_keptSlash_isNormalAsWritten(String path) {
    assertThat(NormalPath.isNormal(path, EncodedSlash.KEEP)).isTrue();
    assertThat(NormalPath.of(path, EncodedSlash.KEEP)).isEqualTo(new Normal(path));
    assertThat(NormalPath.of(path)).isEqualTo(new Refused(Refusal.ENCODED_SLASH));
  }

  @ParameterizedTest
  @CsvSource({
    "//a%2fb//c, /a%2fb/c",
    "/%7e%2f, /~%2f",
    "/a/../b%2Fc, /b%2Fc",
    "/b%2Fc/./d, /b%2Fc/d",
  })
  void of_keptSlash_besideOtherSpelling(String path, String expected) {
    assertThat(NormalPath.isNormal(path, EncodedSlash.KEEP)).isFalse();
    assertThat(NormalPath.of(path, EncodedSlash.KEEP)).isEqualTo(new Normal(expected));
  }

  @ParameterizedTest
  @CsvSource({
    "/..%2fa, ENCODED_DOT_SEGMENT",
    "/a%2f.., ENCODED_DOT_SEGMENT",
    "/a%2F../b, ENCODED_DOT_SEGMENT",
    "/a%2f.%2fb, ENCODED_DOT_SEGMENT",
    "/a%2f%2e%2e%2fb, ENCODED_DOT_SEGMENT",
    "/a%2f..;x, ENCODED_DOT_SEGMENT",
    "/a%2f..%3bx, ENCODED_DOT_SEGMENT",
    "/a%2fb/../c, ENCODED_DOT_SEGMENT",
    "/a/%2e%2e/b%2f, ENCODED_DOT_SEGMENT",
    "/%252f, DOUBLE_ENCODING",
    "/a%2f%5c, ENCODED_BACKSLASH",
    "/a%2f%00, ENCODED_NUL",
    "/a%2f\\, BACKSLASH",
    "/a%2f/../.., ENCODED_DOT_SEGMENT",
    "/a/../../%2f, ABOVE_ROOT",
  })
  void of_keptSlash_otherRefusalsStay(String path, Refusal reason) {
    assertThat(NormalPath.isNormal(path, EncodedSlash.KEEP)).isFalse();
    assertThat(NormalPath.of(path, EncodedSlash.KEEP)).isEqualTo(new Refused(reason));
  }

  @ParameterizedTest
  @CsvSource({
    "'', /",
    "a/b, /a/b",
    "//a///b/, /a/b/",
    "/a/%2F%20, /a/%2F%20",
    "/%2f, /%2f",
    "/..., /...",
    "/a/..b, /a/..b",
  })
  void assembled_ofParts_hasOneSlashBetween(String path, String normal) {
    assertThat(NormalPath.assembled(path, EncodedSlash.KEEP)).isEqualTo(new Normal(normal));
  }

  @ParameterizedTest
  @CsvSource({
    "/data/.., ASSEMBLED",
    "/data/../x, ASSEMBLED",
    ".., ABOVE_ROOT",
    "/data/./x, ASSEMBLED",
    "/data/%2e%2e/x, ENCODED_DOT_SEGMENT",
    "/a/..;x, DOT_SEGMENT_PARAMETER",
    "/%41, ASSEMBLED",
    "/%2, INVALID_ESCAPE",
    "/%252F, DOUBLE_ENCODING",
    "/%5C, ENCODED_BACKSLASH",
    "'/a b', INVALID_CHARACTER",
    "/a?b, INVALID_CHARACTER",
  })
  void assembled_withWhatNobodyWrote_isRefused(String path, Refusal reason) {
    assertThat(NormalPath.assembled(path, EncodedSlash.KEEP)).isEqualTo(new Refused(reason));
  }

  @Test
  void assembled_ofNormalPaths_isNormal() {
    Random random = new Random(7);
    for (int i = 0; i < 20_000; i++) {
      StringBuilder text = new StringBuilder("/");
      for (int j = random.nextInt(12); j > 0; j--) {
        text.append("a./%2;Ff".charAt(random.nextInt(8)));
      }
      if (NormalPath.of(text.toString(), EncodedSlash.KEEP) instanceof Normal normal) {
        String path = normal.path();
        int cut = random.nextInt(path.length() + 1);
        String parts = path.substring(cut) + path.substring(0, cut);
        if (NormalPath.assembled(parts, EncodedSlash.KEEP) instanceof Normal made) {
          assertThat(NormalPath.isNormal(made.path(), EncodedSlash.KEEP)).as(parts).isTrue();
          assertThat(made.path().replace("/", "")).isEqualTo(parts.replace("/", ""));
        }
      }
    }
  }
}
