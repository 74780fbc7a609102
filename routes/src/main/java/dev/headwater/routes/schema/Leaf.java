package dev.headwater.routes.schema;

import dev.headwater.routes.document.ConfigPath;
import dev.headwater.routes.document.Node;
import dev.headwater.routes.document.Origin;
import dev.headwater.routes.document.Problem;
import dev.headwater.routes.document.Suggestion;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * One scalar value. In files a number or boolean is written without quotes and text that looks like
 * one with them, so that YAML, JSON Schema and this reader agree on what a value is; variables and
 * flags know no quotes.
 */
public final class Leaf<T> extends Shape<T> {
  private final String type;
  private final String expectation;
  private final Form form;
  private final Map<String, Object> json;
  private final Function<String, Parsed<T>> parser;
  private final List<String> words;
  private final String defines;
  private final Predicate<T> counts;
  private final String refers;

  private Leaf(
      String type,
      String expectation,
      Form form,
      Map<String, Object> json,
      Function<String, Parsed<T>> parser,
      List<String> words,
      String defines,
      Predicate<T> counts,
      String refers) {
    this.type = type;
    this.expectation = expectation;
    this.form = form;
    this.json = json;
    this.parser = parser;
    this.words = words;
    this.defines = defines;
    this.counts = counts;
    this.refers = refers;
  }

  /**
   * A scalar of a form.
   *
   * @param type one word for tables
   * @param expectation range and unit, for messages and tables
   * @param form how it is written
   * @param json what JSON Schema can say about it
   * @param parser from the text without quotes; must not throw
   */
  public static <T> Leaf<T> of(
      String type,
      String expectation,
      Form form,
      Map<String, Object> json,
      Function<String, Parsed<T>> parser) {
    return new Leaf<>(type, expectation, form, json, parser, List.of(), "", value -> true, "");
  }

  /** The same for a text that a JSON Schema pattern covers. */
  public static <T> Leaf<T> text(
      String type, String expectation, String pattern, Function<String, Parsed<T>> parser) {
    Map<String, Object> json = Map.of("type", "string", "pattern", pattern);
    return of(type, expectation, Form.TEXT, json, parser);
  }

  /** The same leaf, whose refusals ask whether one of these words was meant. */
  public Leaf<T> suggesting(List<String> words) {
    return new Leaf<>(type, expectation, form, json, parser, words, defines, counts, refers);
  }

  /** The same leaf, whose value must be the only one of its kind in the configuration. */
  public Leaf<T> defining(String noun) {
    return defining(noun, value -> true);
  }

  /** The same, for the values that count. */
  public Leaf<T> defining(String noun, Predicate<T> counts) {
    return new Leaf<>(type, expectation, form, json, parser, words, noun, counts, refers);
  }

  /** The same leaf, whose text must be defined elsewhere in the configuration. */
  public Leaf<T> referringTo(String noun) {
    return new Leaf<>(type, expectation, form, json, parser, words, defines, counts, noun);
  }

  @Override
  public @Nullable T read(Node node, ConfigPath path, Reading reading) {
    if (!(node instanceof Node.Scalar scalar) || scalar.isNull()) {
      return mismatch(node, path, reading);
    }
    if (scalar.origin() instanceof Origin.InFile && !form.isWrittenAs(scalar)) {
      return refuse(scalar, path, reading, "expected " + expectation + ", " + form.hint);
    }
    Parsed<T> parsed = parser.apply(scalar.text());
    if (parsed.value() == null) {
      String expected = parsed.expectation();
      return refuse(scalar, path, reading, expected.isEmpty() ? expected(scalar.text()) : expected);
    }
    if (!defines.isEmpty() && counts.test(parsed.value())) {
      reading.define(defines, parsed.value().toString(), path, scalar.origin());
    }
    if (!refers.isEmpty()) {
      reading.refer(refers, parsed.value().toString(), path, scalar.origin());
    }
    return parsed.value();
  }

  /** The value of a text, or null: for a leaf that is one of several ways to write a value. */
  public @Nullable T parse(String text) {
    return parser.apply(text).value();
  }

  private String expected(String text) {
    String question = Suggestion.of(text, words);
    return "expected " + expectation + (question.isEmpty() ? "" : "; " + question);
  }

  private @Nullable T refuse(
      Node.Scalar scalar, ConfigPath path, Reading reading, String expected) {
    reading.note(Problem.ofValue(path.toString(), scalar.text(), expected, scalar.origin()));
    return null;
  }

  Form form() {
    return form;
  }

  @Override
  public Map<String, Object> jsonSchema() {
    return json;
  }

  @Override
  public String expectation() {
    return expectation;
  }

  @Override
  public String type() {
    return type;
  }

  /** How a scalar is written. */
  public enum Form {
    /** Text; in quotes when it looks like a number, a boolean or nothing. */
    TEXT("in quotes"),
    /** A number, without quotes. */
    NUMBER("without quotes"),
    /** {@code true} or {@code false}, without quotes. */
    BOOLEAN("without quotes"),
    /** Whatever is written, taken as text. */
    ANY("");

    private final String hint;

    Form(String hint) {
      this.hint = hint;
    }

    private boolean isWrittenAs(Node.Scalar scalar) {
      return switch (this) {
        case TEXT -> !scalar.plain() || !isNumberOrBoolean(scalar.text());
        case NUMBER, BOOLEAN -> scalar.plain();
        case ANY -> true;
      };
    }

    /** Whether YAML's JSON schema would not read a plain scalar as text (YAML 1.2.2, 10.2). */
    static boolean isNumberOrBoolean(String text) {
      return text.equals("true") || text.equals("false") || isNumber(text);
    }

    private static boolean isNumber(String text) {
      int digits = 0;
      for (int i = 0; i < text.length(); i++) {
        char c = text.charAt(i);
        if (c >= '0' && c <= '9') {
          digits++;
        } else if ("+-.eE".indexOf(c) < 0 || (digits == 0 && (c == 'e' || c == 'E'))) {
          return false;
        }
      }
      return digits > 0 && Numbers.isNumber(text);
    }
  }
}
