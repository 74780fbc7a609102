package dev.headwater.routes.compile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import dev.headwater.routes.document.Problem;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;

/** Mutated documents end in a configuration or in problems with places, never in an exception. */
class DocumentFuzzer {
  private static final String[] SEEDS = {
    Fixtures.text("full.yaml"),
    Fixtures.text("broken.yaml"),
    Fixtures.text("odd.yaml"),
    ConfigurationSchema.defaultYaml(),
  };
  private static final String[] TOKENS = {
    "{",
    "}",
    "[",
    "]",
    ":",
    ": ",
    ",",
    "-",
    "\n",
    "\n  ",
    "&a ",
    "*a",
    "!!str ",
    "!x ",
    "|\n",
    ">\n",
    "\"",
    "'",
    "#",
    "%",
    "?",
    "? ",
    "null",
    "~",
    "true",
    "-1",
    "1e999",
    "NaN",
    "0x10",
    "\u0000",
    "\ud800",
    "\uFEFF",
    "\t",
    "---\n",
    "...\n",
    "<<: ",
    "@",
    "`",
    "\r",
    "99999999999999999999",
    "(",
    "a{1000}",
    "\\",
    "%2f",
    "..",
    "::",
    "[::]",
    "\u2028",
  };

  @RepeatedTest(40)
  void load_mutatedDocument_neverThrows(RepetitionInfo repetition) {
    Random random = new Random(repetition.getCurrentRepetition());
    for (int i = 0; i < 100; i++) {
      String text = mutated(random);
      Map<String, String> environment =
          random.nextBoolean() ? Map.of() : Map.of("HEADWATER_LISTENERS_0_LIMITS", mutated(random));
      ConfigurationInput input =
          new ConfigurationInput(text, "f", environment, List.of(), ConfigurationFiles.NONE);
      assertThatCode(
              () -> {
                Loaded loaded = ConfigurationLoader.load(input);
                assertThat(loaded.configuration().isPresent())
                    .isEqualTo(loaded.problems().isEmpty());
                for (Problem problem : loaded.problems()) {
                  assertThat(problem.toString()).doesNotContain("\n").hasSizeLessThan(2000);
                }
                loaded.effective().yaml(true);
              })
          .as(text)
          .doesNotThrowAnyException();
    }
  }

  private static String mutated(Random random) {
    StringBuilder text = new StringBuilder(SEEDS[random.nextInt(SEEDS.length)]);
    for (int n = random.nextInt(12); n >= 0; n--) {
      int at = random.nextInt(text.length() + 1);
      int end = Math.min(text.length(), at + random.nextInt(20));
      switch (random.nextInt(4)) {
        case 0 -> text.insert(at, TOKENS[random.nextInt(TOKENS.length)]);
        case 1 -> text.delete(at, end);
        case 2 -> text.insert(at, text.substring(at, end));
        default ->
            text.replace(at, Math.min(text.length(), at + 1), "" + (char) random.nextInt(0x180));
      }
    }
    return text.toString();
  }
}
