package dev.headwater.sampling.force;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ForceTokenTest {
  private static final ForceKey KEY = ForceKey.of("0123456789abcdef0123456789abcdef");
  private static final ForceToken TOKEN = new ForceToken(1_800_000_000L, -2, 5, "/api/ä");

  @Test
  void text_readsBackTheSame_andNeedsNoEscaping() {
    String text = TOKEN.signedBy(KEY);
    assertThat(text).matches("[A-Za-z0-9._-]{60,120}").startsWith("hw1.1800000000.");
    assertThat(ForceToken.parse(text)).isEqualTo(TOKEN);
    assertThat(ForceToken.isSignedBy(KEY, text)).isTrue();
  }

  /** An independent implementation: openssl dgst -sha256 -hmac KEY -binary | base64url. */
  @Test
  void signature_isHmacSha256OfAllBeforeIt() {
    String text = new ForceToken(1, 0, 0, "/").signedBy(KEY);
    assertThat(text)
        .isEqualTo("hw1.1.AAAAAAAAAAA.0.Lw." + "-68V_Qz9rPlniMSDzG-ILGzuJ7MkbJdSsWiQgOQ5YJw");
  }

  @Test
  void anyChange_breaksTheSignature() {
    String text = TOKEN.signedBy(KEY);
    for (int i = 0; i < text.length(); i++) {
      char other = text.charAt(i) == '1' ? '2' : '1';
      String changed = text.substring(0, i) + other + text.substring(i + 1);
      boolean good = ForceToken.parse(changed) != null && ForceToken.isSignedBy(KEY, changed);
      assertThat(good).as(changed).isFalse();
    }
    assertThat(ForceToken.isSignedBy(ForceKey.of("another key of bytes"), text)).isFalse();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "hw1.",
        "hw1.....",
        "hw2.1.AAAAAAAAAAA.0.Lw.S",
        "hw1.-1.AAAAAAAAAAA.0.Lw.S",
        "hw1.01.AAAAAAAAAAA.0.Lw.S",
        "hw1.1234567890123.AAAAAAAAAAA.0.Lw.S",
        "hw1.1.AAAAAAAAAA.0.Lw.S",
        "hw1.1.AAAAAAAAAA=.0.Lw.S",
        "hw1.1.AAAAAAAAAAA..Lw.S",
        "hw1.1.AAAAAAAAAAA.1234567890.Lw.S",
        "hw1.1.AAAAAAAAAAA.0..S",
        "hw1.1.AAAAAAAAAAA.0.YQ.S",
        "hw1.1.AAAAAAAAAAA.0.Lw.S.x",
        "hw1.1.AAAAAAAAAAA.0.Lw.SS"
      })
  void anythingElse_isNoToken(String text) {
    String signature = "A".repeat(ForceKey.SIGNATURE_LENGTH);
    assertThat(ForceToken.parse(text.replace("S", signature))).isNull();
  }

  @Test
  void length_isBoundedBeforeAnythingIsRead() {
    String path = "/" + "a".repeat(ForceToken.MAX_PATH - 1);
    String longest = new ForceToken(999_999_999_999L, 1, 999_999_999, path).signedBy(KEY);
    assertThat(longest.length()).isLessThanOrEqualTo(ForceToken.MAX_LENGTH);
    assertThat(ForceToken.parse(longest)).isNotNull();
    String longer =
        Base64.getUrlEncoder()
            .withoutPadding()
            .encodeToString((path + "a").getBytes(StandardCharsets.UTF_8));
    assertThat(ForceToken.parse("hw1.1.AAAAAAAAAAA.0." + longer + "." + "A".repeat(43))).isNull();
    assertThat(ForceToken.parse("hw1." + "1".repeat(1 << 20))).isNull();
  }

  @ParameterizedTest
  @CsvSource({
    "/, /anything, true",
    "/api, /api, true",
    "/api, /api/votes, true",
    "/api, /apis, false",
    "/api, /, false",
    "/api/, /api/x, true",
    "/api/, /api, false"
  })
  void path_isAPrefixElementByElement(String of, String requested, boolean covered) {
    assertThat(new ForceToken(1, 1, 0, of).covers(requested)).isEqualTo(covered);
  }

  @Test
  void outOfRange_namesWhatIs() {
    assertThatThrownBy(() -> new ForceToken(1, 1, -1, "/"))
        .hasMessage("count: -1 (expected 0 to 999999999)");
    assertThatThrownBy(() -> new ForceToken(1, 1, 0, "x"))
        .hasMessage("path: x (expected / and at most 512 characters)");
    assertThatThrownBy(() -> new ForceToken(-1, 1, 0, "/"))
        .hasMessage("expires: -1 (expected 0 to 999999999999)");
  }

  @Test
  void key_isTakenWithoutLineEnds_andShowsItselfNowhere() {
    assertThat(ForceKey.of("0123456789abcdef\r\n\n")).isEqualTo(ForceKey.of("0123456789abcdef"));
    assertThat(ForceKey.of("0123456789abcdef")).hasToString("(16 secret bytes)");
    assertThatThrownBy(() -> ForceKey.of("0123456789abcde\n"))
        .hasMessage("expected a key of 16 to 4096 bytes without the line end, not 15");
    assertThatThrownBy(() -> ForceKey.of("x".repeat(4097)))
        .hasMessage("expected a key of 16 to 4096 bytes without the line end, not 4097");
  }
}
