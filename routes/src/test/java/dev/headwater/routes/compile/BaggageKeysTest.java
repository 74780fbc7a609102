package dev.headwater.routes.compile;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headwater.routes.document.Problem;
import dev.headwater.sampling.baggage.BaggagePolicy;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BaggageKeysTest {
  private static Loaded load(String baggage) {
    return ConfigurationLoader.load(
        ConfigurationInput.of("tracing: {propagation: {baggage: {" + baggage + "}}}", "f.yaml"));
  }

  private static BaggagePolicy policy(Loaded loaded) {
    assertThat(loaded.problems()).isEmpty();
    return loaded.configuration().orElseThrow().tracing().propagation().baggage();
  }

  @Test
  void everyKey_isRead() {
    assertThat(policy(load("allow: [a, User-Id], tags: [a, a], maxBytes: 1KiB, maxEntries: 2")))
        .isEqualTo(new BaggagePolicy(Set.of("a", "User-Id"), List.of("a"), 1024, 2));
    assertThat(policy(load("allow: ['*'], tags: [b]")))
        .isEqualTo(new BaggagePolicy(Set.of("*"), List.of("b"), 8192, 64));
    assertThat(policy(load(""))).isEqualTo(BaggagePolicy.NONE);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "allow: [a], tags: [b] | tags: b (expected keys that allow lists too)",
        "allow: ['a b'] | allow[0]: a b (expected a baggage key of at most 128 characters)",
        "maxBytes: 9KiB | maxBytes: 9KiB (expected 0 to 8KiB)",
        "maxEntries: 65 | maxEntries: 65 (expected 0 to 64)"
      })
  void valueOutOfRange_isRefused(String wrong, String problem) {
    assertThat(load(wrong).problems())
        .extracting(Problem::toString)
        .singleElement()
        .asString()
        .startsWith("tracing.propagation.baggage." + problem);
  }
}
