package dev.headwater.sampling.rule;

import java.math.BigDecimal;
import java.util.Collection;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Scalars and lists as the configuration writes them, in YAML's flow style. */
final class FlowYaml {
  /** What reads back as the same text without quotes, in flow style, whatever stands around it. */
  private static final Pattern PLAIN = Pattern.compile("[A-Za-z/][A-Za-z0-9_./-]*");

  /** What one YAML or another reads as something else than text. */
  private static final Pattern WORDS =
      Pattern.compile("true|false|null|yes|no|on|off|nan", Pattern.CASE_INSENSITIVE);

  /** Longer numbers are written with an exponent. */
  private static final int MAX_PLAIN = 24;

  private FlowYaml() {}

  /** A number, in plain decimals where that is short: {@code 0.0001}, {@code 20}. */
  static String number(double number) {
    String plain = BigDecimal.valueOf(number).stripTrailingZeros().toPlainString();
    return plain.length() <= MAX_PLAIN ? plain : Double.toString(number);
  }

  /** A text, in double quotes where YAML would read it as something else. */
  static String text(String text) {
    boolean isPlain = PLAIN.matcher(text).matches() && !WORDS.matcher(text).matches();
    return isPlain ? text : quoted(text);
  }

  /** A list of texts in their natural order, so that equal sets print alike. */
  static String sorted(Collection<String> texts) {
    return texts.stream().sorted().map(FlowYaml::text).collect(listed());
  }

  /** Joins what is printed already to a list. */
  static java.util.stream.Collector<CharSequence, ?, String> listed() {
    return Collectors.joining(", ", "[", "]");
  }

  /** Joins keys with their values to an object. */
  static java.util.stream.Collector<CharSequence, ?, String> object() {
    return Collectors.joining(", ", "{", "}");
  }

  /** YAML 1.2.2, 7.3.1: the escapes of JSON, which leave nothing to the reader's line folding. */
  private static String quoted(String text) {
    StringBuilder out = new StringBuilder("\"");
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '"' || c == '\\') {
        out.append('\\').append(c);
      } else if (c < 0x20 || c > 0x7e) {
        out.append(String.format("\\u%04x", (int) c));
      } else {
        out.append(c);
      }
    }
    return out.append('"').toString();
  }
}
