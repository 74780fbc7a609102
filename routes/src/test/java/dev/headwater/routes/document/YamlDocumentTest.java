package dev.headwater.routes.document;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class YamlDocumentTest {
  private static YamlDocument parse(String text) {
    return YamlDocument.parse(text, "f.yaml");
  }

  @Test
  void parse_keepsPlacesOfKeysAndValues() {
    Node.Mapping root = (Node.Mapping) parse("a:\n  - b: 1\n    c: \"x\"\n").root();
    Node.Sequence list = (Node.Sequence) root.entries().get("a").value();
    Node.Mapping element = (Node.Mapping) list.elements().get(0);
    assertThat(element.entries().get("c").key().label()).isEqualTo("f.yaml:3:5");
    assertThat(element.entries().get("c").value())
        .isEqualTo(new Node.Scalar("x", false, new Origin.InFile("f.yaml", 3, 8)));
    assertThat(element.entries().get("b").value())
        .isEqualTo(new Node.Scalar("1", true, new Origin.InFile("f.yaml", 2, 8)));
  }

  @Test
  void parse_empty_hasNoRootAndNoProblem() {
    assertThat(parse("")).isEqualTo(new YamlDocument(null, java.util.List.of()));
    assertThat(parse("# only a comment\n").problems()).isEmpty();
  }

  @Test
  void parse_byteOrderMark_isSkipped() {
    assertThat(parse("\uFEFFa: 1").problems()).isEmpty();
  }

  @Test
  void parse_alias_standsForItsAnchor() {
    Node.Mapping root = (Node.Mapping) parse("a: &x {k: v}\nb: *x\n").root();
    assertThat(root.entries().get("b").value()).isSameAs(root.entries().get("a").value());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "'a: 1\n"
            + "b: 2\n"
            + "a: 3' | 'a: duplicate key (expected once; first written at f.yaml:1:1) at"
            + " f.yaml:3:1'",
        "'a: 1\n---\nb: 2' | 'document: a second document (expected one per file) at f.yaml:2:1'",
        "'a: *b' | 'document: *b (expected the name of an anchor that is complete above) at"
            + " f.yaml:1:4'",
        "'a: &b [*b]' | 'document: *b (expected the name of an anchor that is complete above) at"
            + " f.yaml:1:8'",
        "'a: !foo 1' | 'document: tag !foo (tags have no meaning here) at f.yaml:1:4'",
        "'? [x]\n: 1' | 'document: a list as a key (expected text) at f.yaml:1:3'",
        "'a: [1' | 'document: not YAML: expected '','' or '']'', but got <stream end> at"
            + " f.yaml:1:6'",
      })
  void parse_fault_isOneProblemWithItsPlace(String text, String expected) {
    assertThat(parse(text).problems()).extracting(Problem::toString).containsExactly(expected);
  }

  @Test
  void parse_characterThatYamlForbids_isNamedWithItsPlace() {
    assertThat(parse("a: b\nc: \u0001").problems())
        .extracting(Problem::toString)
        .containsExactly("document: not YAML: character U+0001 is not allowed at f.yaml:2:4");
  }

  @Test
  void parse_textTag_isTakenForText() {
    Node.Mapping root = (Node.Mapping) parse("a: !!str 5").root();
    assertThat(((Node.Scalar) root.entries().get("a").value()).plain()).isFalse();
  }

  @Test
  void parse_bombs_areRefusedQuickly() {
    StringBuilder laughs = new StringBuilder("a0: &a0 [x,x,x,x,x,x,x,x,x,x]\n");
    for (int i = 1; i < 20; i++) {
      String alias = "*a" + (i - 1) + ",";
      laughs.append("a" + i + ": &a" + i + " [" + alias.repeat(9) + "*a" + (i - 1) + "]\n");
    }
    Assertions.assertTimeoutPreemptively(
        Duration.ofSeconds(20),
        () -> {
          assertThat(parse(laughs.toString()).problems()).hasSize(1);
          assertThat(parse("[".repeat(200_000)).problems()).hasSize(1);
          assertThat(parse("- ".repeat(200_000)).problems()).hasSize(1);
          assertThat(parse("x".repeat(YamlDocument.MAX_CHARACTERS + 1)).problems()).hasSize(1);
        });
  }

  @Test
  void problem_longOrControlValue_isShownInOneShortLine() {
    Problem problem =
        Problem.ofValue("k", "a\nb\u001b[31m" + "x".repeat(500), "", new Origin.Flag("--x"));
    assertThat(problem.toString())
        .startsWith("k: a\\u000ab\\u001b[31mxxx")
        .endsWith("... (508 characters) from flag --x")
        .hasSizeLessThan(200);
  }

  @ParameterizedTest
  @CsvSource({
    "samplng, sampling",
    "Rate, rate",
    "rtae, rate",
    "xyz, ''",
    "r, ''",
    "listener, listeners",
    "report, report",
  })
  void suggestion_isTheNearestWordIfAny(String word, String expected) {
    String question =
        Suggestion.of(word, java.util.List.of("rate", "sampling", "listeners", "report"));
    assertThat(question).isEqualTo(expected.isEmpty() ? "" : "did you mean \"" + expected + "\"?");
  }

  @Test
  void severalDocuments_areReadEachWithItsProblems() {
    java.util.List<YamlDocument> all =
        YamlDocument.parseAll("a: &x 1\n---\nb: 1\nb: 2\n---\nc: *x\n---\nd: 1\n", "f.yaml");

    assertThat(all).hasSize(3);
    assertThat(all.get(0).root()).isInstanceOf(Node.Mapping.class);
    assertThat(all.get(0).problems()).isEmpty();
    assertThat(all.get(1).problems())
        .singleElement()
        .satisfies(problem -> assertThat(problem.toString()).contains("f.yaml:4:1"));
    // An anchor is of its own document, and what cannot be read ends the reading.
    assertThat(all.get(2).root()).isNull();
    assertThat(all.get(2).problems())
        .singleElement()
        .satisfies(problem -> assertThat(problem.toString()).contains("*x"));
  }

  @Test
  void aTextWithoutDocuments_isOneWithoutAValue() {
    assertThat(YamlDocument.parseAll("", "f.yaml"))
        .containsExactly(new YamlDocument(null, java.util.List.of()));
  }
}
