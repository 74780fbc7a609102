package dev.headwater.sampling.baggage;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/**
 * Seeded noise in the characters that matter, against the grammar as a regular expression: no
 * exception, nothing passes that is no baggage, bounds hold, allocation follows the input's size.
 */
class BaggageFuzzer {
  private static final int ROUNDS = 200_000;
  private static final String ALPHABET = "ab=,;% 4c\t\"\\\u0000\r\n\u00e9\u0664\ud83d==,,";
  private static final String OCTET = "[!#-+\\--:<-\\[\\]-~]";
  private static final Pattern MEMBER =
      Pattern.compile(
          "[!#$%&'*+.^_`|~0-9A-Za-z-]+[ \t]*=[ \t]*"
              + OCTET
              + "*(?:[ \t]*;(?:"
              + OCTET
              + "|[ \t;])*)?");

  private static String noise(SplittableRandom random, int length) {
    StringBuilder noise = new StringBuilder();
    for (int i = 0; i < length; i++) {
      noise.append(ALPHABET.charAt(random.nextInt(ALPHABET.length())));
    }
    return noise.toString();
  }

  @Test
  void whatPasses_isExactlyTheWellFormed() {
    BaggagePolicy any = new BaggagePolicy(Set.of("*"), List.of("a", "b"), 8192, 64);
    SplittableRandom random = new SplittableRandom(20_261_121);
    int passed = 0;
    for (int i = 0; i < ROUNDS; i++) {
      String list = noise(random, random.nextInt(40));
      BaggageCut cut = new BaggageCut(any);
      String left = cut.list(list);
      List<String> expected =
          java.util.Arrays.stream(list.split(",", -1))
              .map(BaggageFuzzer::trimmed)
              .filter(member -> MEMBER.matcher(member).matches())
              .toList();
      assertThat(left).as(list).isEqualTo(expected.isEmpty() ? null : String.join(",", expected));
      assertThat(cut.kept()).isEqualTo(expected.size());
      assertThat(cut.tags()).allMatch(tag -> tag.value().chars().noneMatch(c -> c < ' '));
      passed += expected.size();
    }
    assertThat(passed).as("entries that passed").isGreaterThan(ROUNDS / 20);
  }

  private static String trimmed(String member) {
    return member.replaceAll("^[ \t]+|[ \t]+$", "");
  }

  @Test
  void allocation_followsTheInputsSize() {
    BaggagePolicy any = new BaggagePolicy(Set.of("*"), List.of("a"), 8192, 64);
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    long thread = Thread.currentThread().getId();
    SplittableRandom random = new SplittableRandom(1);
    for (int i = 0; i < 3_000; i++) {
      String list = noise(random, random.nextInt(4_000));
      long before = threads.getThreadAllocatedBytes(thread);
      String left = new BaggageCut(any).list(list);
      long spent = threads.getThreadAllocatedBytes(thread) - before;
      if (i > 1_000) {
        // Keys as strings: 48 bytes each, of which 64 may pass.
        assertThat(spent).as(list).isLessThan(8L * list.length() + 64 * 256 + 1_024);
      }
      assertThat(left == null || left.length() <= list.length()).isTrue();
    }
  }
}
