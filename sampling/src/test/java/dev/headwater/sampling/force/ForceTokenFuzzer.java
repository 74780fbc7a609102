package dev.headwater.sampling.force;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import dev.headwater.sampling.network.NetworkSet;
import java.lang.management.ManagementFactory;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/**
 * Seeded mutations of good tokens and plain noise, against three claims: no exception, nothing
 * granted that was not signed, and no allocation beyond a small multiple of the input.
 */
class ForceTokenFuzzer {
  private static final int ROUNDS = 200_000;
  private static final String ALPHABET = "hw1.0123456789AaZz-_=/+ \t\u0000\u00e9\ud83d";
  private static final ForceKey KEY = ForceKey.of("0123456789abcdef0123456789abcdef");
  private static final String SEED = new ForceToken(2_000, 42, 3, "/api").signedBy(KEY);

  private static String mutated(SplittableRandom random) {
    if (random.nextInt(8) == 0) {
      return noise(random, random.nextInt(200));
    }
    StringBuilder value = new StringBuilder(SEED);
    for (int edits = 1 + random.nextInt(3); edits > 0; edits--) {
      int at = random.nextInt(value.length() + 1);
      switch (random.nextInt(3)) {
        case 0 -> value.insert(at, noise(random, 1));
        case 1 -> value.delete(at, Math.min(value.length(), at + 1 + random.nextInt(16)));
        default -> value.replace(at, Math.min(value.length(), at + 1), noise(random, 1));
      }
    }
    return value.toString();
  }

  private static String noise(SplittableRandom random, int length) {
    StringBuilder noise = new StringBuilder();
    for (int i = 0; i < length; i++) {
      noise.append(ALPHABET.charAt(random.nextInt(ALPHABET.length())));
    }
    return noise.toString();
  }

  @Test
  void changedTokens_areNeverGranted() {
    ForcePolicy policy =
        new ForcePolicy(ForcePolicy.HEADER, NetworkSet.NONE, KEY, 1, ForcePolicy.As.SAMPLED);
    ForceGate gate = ForceGate.of(policy, () -> 1_000, () -> 0);
    SplittableRandom random = new SplittableRandom(20_261_121);
    int parsed = 0;
    for (int i = 0; i < ROUNDS; i++) {
      String value = mutated(random);
      if (!value.equals(SEED)) {
        assertThat(gate.preview(value, false, "/api").granted()).as(value).isFalse();
        parsed += ForceToken.parse(value) == null ? 0 : 1;
      }
    }
    assertThat(parsed).as("mutants that reach the signature").isGreaterThan(ROUNDS / 20);
  }

  @Test
  void parsing_allocatesNoMoreThanTheInputAsksFor() {
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    SplittableRandom random = new SplittableRandom(1);
    long thread = Thread.currentThread().getId();
    long worst = 0;
    for (int i = 0; i < 20_000; i++) {
      String value = i % 5 == 0 ? "hw1." + ".".repeat(i) : mutated(random);
      long before = threads.getThreadAllocatedBytes(thread);
      ForceToken unused = ForceToken.parse(value);
      long spent = threads.getThreadAllocatedBytes(thread) - before;
      if (i > 1_000) {
        worst = Math.max(worst, spent);
      }
      assertThat(unused == null || value.length() <= ForceToken.MAX_LENGTH).isTrue();
    }
    assertThat(worst).as("bytes for one value").isLessThan(8 * ForceToken.MAX_LENGTH);
  }
}
