package dev.headwater.sampling.baggage;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class BaggageCutTest {
  private static final BaggagePolicy ANY =
      new BaggagePolicy(Set.of("*"), List.of("user", "sp ace"), 8192, 64);

  private static String cut(BaggagePolicy policy, String list) {
    return new BaggageCut(policy).list(list);
  }

  private static BaggagePolicy allowing(String... keys) {
    return new BaggagePolicy(Set.of(keys), List.of(keys), 8192, 64);
  }

  @Test
  void allowedKeysPass_verbatim_inOrder_withPropertiesAndDuplicates() {
    assertThat(cut(allowing("a", "b"), "a=%41%2c;p ; q=1 , c=3,b = 2\t,A=4,a=5"))
        .isEqualTo("a=%41%2c;p ; q=1,b = 2,a=5");
    assertThat(cut(BaggagePolicy.NONE, "a=1,b=2")).isNull();
    assertThat(cut(ANY, "a=1,,b=2, ,")).isEqualTo("a=1,b=2");
    assertThat(cut(ANY, "")).isNull();
  }

  /** W3C Baggage 3.3.1: token, equals sign, octets that need no quotes. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "a",
        "=1",
        "a b=1",
        "a=1 2",
        "a=\"1\"",
        "a=1\\",
        "a(=1",
        "ä=1",
        "a=ä",
        "a=1;p=\"x\"",
        "a=\u0000",
        "a=1\r",
        ";=1",
        "a;b=1"
      })
  void malformedEntriesGo_theOthersStay(String malformed) {
    assertThat(cut(ANY, "x=1," + malformed + ",y=2")).isEqualTo("x=1,y=2");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {"a=|''", "a=b=c|b=c", "a = b |b", "a=%20;p|%20", "a=!#$&'()*+-./:<=>?@[]^_`{}~|"})
  void wellFormedEntriesPass(String entry) {
    assertThat(cut(ANY, entry)).isEqualTo(entry.strip());
  }

  @Test
  void entriesBeyondTheCount_go() {
    String thousand =
        IntStream.range(0, 1_000).mapToObj(i -> "k" + i + "=v").collect(Collectors.joining(","));
    BaggageCut cut = new BaggageCut(ANY);
    String left = cut.list(thousand);
    assertThat(left).startsWith("k0=v,k1=v,").endsWith(",k63=v");
    assertThat(cut.kept()).isEqualTo(64);
    assertThat(cut.seen()).isEqualTo(1_000);
    assertThat(cut(new BaggagePolicy(Set.of("*"), List.of(), 8192, 0), "a=1")).isNull();
  }

  @Test
  void bytesBeyondTheBound_goFromTheBorderOfAnEntryOn() {
    String sixtyFourKiB =
        IntStream.range(0, 64)
            .mapToObj(i -> "k" + i + "=" + "v".repeat(1_021))
            .collect(Collectors.joining(","));
    String left = cut(ANY, sixtyFourKiB);
    assertThat(left.length()).isLessThanOrEqualTo(8192).isGreaterThan(7_000);
    assertThat(left.split(","))
        .hasSize(7)
        .as("whole entries")
        .allMatch(entry -> entry.length() >= 1_024);
    BaggagePolicy small = new BaggagePolicy(Set.of("*"), List.of(), 7, 64);
    assertThat(cut(small, "a=1,b=2")).isEqualTo("a=1,b=2");
    assertThat(cut(small, "a=1,b=22,c=")).as("nothing behind a cut").isEqualTo("a=1");
    assertThat(cut(small, "a=" + "1".repeat(6))).isNull();
  }

  @Test
  void prefixedHeaders_shareAllowListAndBounds_inAnyCase() {
    BaggageCut cut =
        new BaggageCut(new BaggagePolicy(Set.of("User-Id"), List.of("User-Id"), 30, 2));
    assertThat(cut.header("user-id", "1 2")).isTrue();
    assertThat(cut.header("session", "x")).isFalse();
    assertThat(cut.list("User-Id=7,User-Id=8")).isEqualTo("User-Id=7");
    assertThat(cut.header("USER-ID", "x")).as("third").isFalse();
    assertThat(cut.tags()).containsExactly(new BaggageTag("baggage.User-Id", "1 2"));
  }

  @Test
  void tags_showAllowedKeysOnly_theFirstOfEach() {
    BaggageCut cut = new BaggageCut(new BaggagePolicy(Set.of("a", "b"), List.of("b"), 8192, 64));
    assertThat(cut.list("a=1,password=x,b=%C3%A4;p=1,b=2")).isEqualTo("a=1,b=%C3%A4;p=1,b=2");
    assertThat(cut.tags()).containsExactly(new BaggageTag("baggage.b", "ä"));
  }

  @ParameterizedTest
  @CsvSource({
    "plain, plain",
    "%41%62, Ab",
    "a%0d%0aSet-Cookie:x, a  Set-Cookie:x",
    "%, %",
    "%4, %4",
    "%zz, %zz",
    "%c3%28, \ufffd(",
    "%e2%82%ac, \u20ac",
    "%00, ' '"
  })
  void values_areDecodedSafely(String encoded, String shown) {
    assertThat(BaggageTag.of("k", encoded).value()).isEqualTo(shown);
  }
}
