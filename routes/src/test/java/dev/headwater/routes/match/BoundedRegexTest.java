package dev.headwater.routes.match;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.re2j.Pattern;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BoundedRegexTest {
  private static final BoundedRegex BOUNDS = new BoundedRegex(64, 200);

  private static Pattern compiled(String text) {
    return ((BoundedRegex.Compiled) BOUNDS.read("^", text, Pattern.CASE_INSENSITIVE)).pattern();
  }

  @Test
  void read_expression_isAnchoredAndFlagged() {
    assertThat(compiled("/a(.*)").matcher("/A/b").find()).isTrue();
    assertThat(compiled("/a(.*)").matcher("/b/a").find()).isFalse();
  }

  @ParameterizedTest
  @CsvSource({
    "'', 1 to 64 characters",
    "(?=a), RE2",
    "(?<!a)b, RE2",
    "(a)\\1, RE2",
    "/a(, RE2",
    "/[z-a], RE2",
    "'((a{1000}){1000})', fewer repetitions",
    "'a{99999}', invalid repeat count",
    "'(a{50}){40}', at most 200 steps",
    "'[^a]{300}', at most 200 steps",
  })
  void read_whatIsNoneOrTooMuch_tellsWhatIsExpected(String text, String expected) {
    assertThat(BOUNDS.read("^", text, 0))
        .isInstanceOfSatisfying(
            BoundedRegex.Refused.class, r -> assertThat(r.expected()).contains(expected));
  }

  @Test
  void read_tooLong_isRefused() {
    assertThat(BOUNDS.read("^", "a".repeat(64), 0)).isInstanceOf(BoundedRegex.Compiled.class);
    assertThat(BOUNDS.read("^", "a".repeat(65), 0)).isInstanceOf(BoundedRegex.Refused.class);
  }

  /** Each takes longer than the world exists where an engine goes back. */
  @ParameterizedTest
  @CsvSource({"/(a*)*b", "/(a|aa)+c", "'/(.*)*(.*)*(.*)*x'", "'/(a?){60}a{60}b'"})
  @Timeout(20)
  void match_ofExpressionsThatExplodeElsewhere_takesLinearTime(String text) {
    Pattern pattern =
        ((BoundedRegex.Compiled) new BoundedRegex(64, 1_000).read("^", text, 0)).pattern();
    long started = System.nanoTime();
    assertThat(pattern.matcher("/" + "a".repeat(8_000)).find()).isFalse();
    assertThat(Duration.ofNanos(System.nanoTime() - started)).isLessThan(Duration.ofSeconds(10));
  }
}
