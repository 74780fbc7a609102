package dev.headwater.routes.schema;

import dev.headwater.routes.schema.Leaf.Form;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/** The scalars that any configuration needs: numbers, durations, sizes, words, names. */
public final class Scalars {
  /** What names look like: they are labels of metrics and tags of spans. */
  private static final String NAME = "^[A-Za-z0-9][A-Za-z0-9._/:-]{0,127}$";

  private Scalars() {}

  /** {@code true} or {@code false}. */
  public static Leaf<Boolean> bool() {
    Function<String, Parsed<Boolean>> parser =
        text ->
            text.equals("true") || text.equals("false")
                ? Parsed.of(text.equals("true"))
                : Parsed.refused();
    return Leaf.of("boolean", "true or false", Form.BOOLEAN, Map.of("type", "boolean"), parser);
  }

  /** A whole number within bounds. */
  public static Leaf<Integer> integer(int least, int most) {
    Map<String, Object> json = Map.of("type", "integer", "minimum", least, "maximum", most);
    return Leaf.of(
        "integer",
        least + " to " + most,
        Form.NUMBER,
        json,
        text -> {
          long value = Numbers.whole(text);
          return value >= least && value <= most ? Parsed.of((int) value) : Parsed.refused();
        });
  }

  /** A fraction from 0 to 1, as exact as a double is. */
  public static Leaf<Double> fraction(String type) {
    Map<String, Object> json = Map.of("type", "number", "minimum", 0, "maximum", 1);
    return Leaf.of(
        type,
        "0.0 to 1.0",
        Form.NUMBER,
        json,
        text -> {
          double value = Numbers.decimal(text);
          return value >= 0 && value <= 1 ? Parsed.of(value + 0.0) : Parsed.refused();
        });
  }

  /** A number within bounds, whole or not. */
  public static Leaf<Double> number(double least, double most) {
    Map<String, Object> json = Map.of("type", "number", "minimum", least, "maximum", most);
    return Leaf.of(
        "number",
        plain(least) + " to " + plain(most),
        Form.NUMBER,
        json,
        text -> {
          double value = Numbers.decimal(text);
          return value >= least && value <= most ? Parsed.of(value + 0.0) : Parsed.refused();
        });
  }

  private static String plain(double number) {
    return BigDecimal.valueOf(number).stripTrailingZeros().toPlainString();
  }

  /** A time with its unit, within bounds. */
  public static Leaf<Duration> duration(String least, String most) {
    long min = Units.millis(least);
    long max = Units.millis(most);
    return Leaf.text(
        "duration",
        least + " to " + most,
        "^[0-9]+(ms|s|m|h)$",
        text -> {
          long value = Units.millis(text);
          return value < 0
              ? Parsed.refused("expected a number with unit ms, s, m or h, such as 250ms")
              : value >= min && value <= max
                  ? Parsed.of(Duration.ofMillis(value))
                  : Parsed.refused();
        });
  }

  /** Bytes, plain or with a binary unit, within bounds. */
  public static Leaf<Long> size(String least, String most) {
    long min = Units.bytes(least);
    long max = Units.bytes(most);
    Map<String, Object> json =
        Map.of(
            "anyOf",
            List.of(
                Map.of("type", "integer", "minimum", min, "maximum", max),
                Map.of("type", "string", "pattern", "^[0-9]+(KiB|MiB|GiB)$")));
    return Leaf.of(
        "size",
        least + " to " + most,
        Form.ANY,
        json,
        text -> {
          long value = Units.bytes(text);
          return value < 0
              ? Parsed.refused("expected bytes or a number with unit KiB, MiB or GiB")
              : value >= min && value <= max ? Parsed.of(value) : Parsed.refused();
        });
  }

  /** One of some words, each with its value; words of later versions are known, but refused. */
  public static <T> Leaf<T> choice(Map<String, T> words, String... later) {
    List<String> labels = List.copyOf(new LinkedHashMap<>(words).keySet());
    String expectation = either(labels);
    Function<String, Parsed<T>> parser =
        text -> {
          T value = words.get(text);
          return value != null
              ? Parsed.of(value)
              : List.of(later).contains(text) ? Parsed.later(expectation) : Parsed.refused();
        };
    Map<String, Object> json = Map.of("type", "string", "enum", labels);
    return Leaf.of("word", expectation, Form.TEXT, json, parser).suggesting(labels);
  }

  /** The same for values that know their word. */
  public static <T> Leaf<T> choice(List<T> values, Function<T, String> word, String... later) {
    Map<String, T> words = new LinkedHashMap<>();
    values.forEach(value -> words.put(word.apply(value), value));
    return choice(words, later);
  }

  private static String either(List<String> words) {
    int last = words.size() - 1;
    return last == 0
        ? words.get(0)
        : String.join(", ", words.subList(0, last)) + " or " + words.get(last);
  }

  /** Text of some length. */
  public static Leaf<String> text(int least, int most) {
    Map<String, Object> json = Map.of("type", "string", "minLength", least, "maxLength", most);
    return Leaf.of(
        "text", least + " to " + most + " characters", Form.TEXT, json, within(least, most));
  }

  /** Text that may look like a number or boolean without needing quotes. */
  public static Leaf<String> anyText(int most) {
    List<Object> types = new ArrayList<>(List.of("string", "number", "boolean"));
    Map<String, Object> json = Map.of("type", types, "maxLength", most);
    return Leaf.of("text", "at most " + most + " characters", Form.ANY, json, within(0, most));
  }

  private static Function<String, Parsed<String>> within(int least, int most) {
    return text -> {
      int length = text.codePointCount(0, text.length());
      return length >= least && length <= most ? Parsed.of(text) : Parsed.refused();
    };
  }

  /** A name that is defined here, unique among its kind. */
  public static Leaf<String> name(String noun) {
    return nameText("a unique name of letters, digits and ._/:-").defining(noun);
  }

  /** A name that is defined elsewhere. */
  public static Leaf<String> nameOf(String noun) {
    return nameText("the name of " + Reading.one(noun)).referringTo(noun);
  }

  private static Leaf<String> nameText(String expectation) {
    java.util.regex.Pattern pattern = java.util.regex.Pattern.compile(NAME);
    return Leaf.text(
        "name",
        expectation,
        NAME,
        text -> pattern.matcher(text).matches() ? Parsed.of(text) : Parsed.refused());
  }
}
