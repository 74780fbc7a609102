package dev.headwater.routes.nginx;

import dev.headwater.routes.document.Suggestion;
import dev.headwater.sampling.network.NetworkSet;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Reads the texts under keys and keeps account of what became of each: the table's verdict, unless
 * a value is out of range or somebody says more.
 */
final class KeyReader {
  private final Map<String, NginxKey> table;
  private final String prefix;
  private final Map<String, String> given = new TreeMap<>();
  private final Map<String, KeyFinding> findings = new TreeMap<>();

  /**
   * The reader of some keys.
   *
   * @param table by name
   * @param prefix before each name in messages
   * @param given by name, without the prefix
   */
  KeyReader(Map<String, NginxKey> table, String prefix, Map<String, String> given) {
    this.table = table;
    this.prefix = prefix;
    given.forEach((name, value) -> this.given.put(name, value));
    this.given.forEach(this::judge);
  }

  private void judge(String name, String value) {
    NginxKey known = table.get(name);
    if (known == null) {
      tell(name, Verdict.INERT, unknown(name));
    } else {
      tell(name, known.verdict(), known.meaning());
    }
  }

  private String unknown(String name) {
    String near = Suggestion.of(name, table.keySet());
    return "not a key of ingress-nginx" + (near.isEmpty() ? "" : "; " + near);
  }

  /** Whether somebody wrote the key, be it an empty text. */
  boolean isGiven(String name) {
    return given.containsKey(name);
  }

  /** Says what became of a key, instead of what was said before; an absent one is told too. */
  void tell(String name, Verdict verdict, String message) {
    String value = given.getOrDefault(name, "");
    findings.put(name, new KeyFinding(prefix + name, value, verdict, message));
  }

  /** Notes a value that is not taken. */
  void refuse(String name, String expected) {
    String value = given.getOrDefault(name, "");
    findings.put(name, KeyFinding.refused(prefix + name, value, expected));
  }

  /** The text, or the table's default where it is absent. */
  String text(String name) {
    return given.getOrDefault(name, usual(name));
  }

  /** {@code true} or {@code false}. */
  boolean bool(String name) {
    Boolean usual = Boolean.valueOf(usual(name));
    return read(name, "true or false", KeyReader::truth, usual);
  }

  /** {@code true} or {@code false}, or null where it is absent or neither. */
  @Nullable Boolean boolOrNull(String name) {
    String text = given.get(name);
    Boolean value = text == null ? null : truth(text);
    if (text != null && value == null) {
      refuse(name, "true or false");
    }
    return value;
  }

  private static @Nullable Boolean truth(String text) {
    return switch (text.strip().toLowerCase(Locale.ROOT)) {
      case "true" -> Boolean.TRUE;
      case "false" -> Boolean.FALSE;
      default -> null;
    };
  }

  /** A whole number in a range. */
  int whole(String name, int least, int most) {
    return read(
        name,
        least + " to " + most,
        text -> {
          long number = NginxUnits.whole(text.strip());
          return number < least || number > most ? null : (int) number;
        },
        (int) NginxUnits.whole(usual(name)));
  }

  /** A share from 0 to 1. */
  double fraction(String name) {
    return read(name, "0.0 to 1.0", NginxUnits::fraction, Double.valueOf(usual(name)));
  }

  /** One of some words, as they are written. */
  String choice(String name, String... words) {
    List<String> known = Arrays.asList(words);
    return read(
        name,
        String.join(", ", known),
        text -> known.contains(text.strip()) ? text.strip() : null,
        usual(name));
  }

  /** Addresses and CIDR blocks, separated by commas. */
  NetworkSet networks(String name) {
    return read(
        name,
        "addresses or CIDR blocks such as 192.0.2.0/24, separated by commas",
        KeyReader::parsed,
        NetworkSet.of(list(usual(name))));
  }

  private static @Nullable NetworkSet parsed(String text) {
    try {
      return NetworkSet.of(list(text));
    } catch (IllegalArgumentException e) {
      return null;
    }
  }

  private static List<String> list(String text) {
    return Arrays.stream(text.split(",", -1))
        .map(String::strip)
        .filter(each -> !each.isEmpty())
        .toList();
  }

  /**
   * The value of a key as {@code reading} takes it.
   *
   * @param expected for the message where it gives null
   * @param otherwise where the key is absent or refused
   */
  <T> T read(String name, String expected, Function<String, @Nullable T> reading, T otherwise) {
    String text = given.get(name);
    if (text == null) {
      return otherwise;
    }
    T value = reading.apply(text);
    if (value == null) {
      refuse(name, expected);
      return otherwise;
    }
    return value;
  }

  /** What became of each key, in the order of their names. */
  List<KeyFinding> findings() {
    return new ArrayList<>(findings.values());
  }

  private String usual(String name) {
    NginxKey key = table.get(name);
    if (key == null) {
      throw new IllegalArgumentException("name: " + name + " (expected a key of the table)");
    }
    return key.usual();
  }
}
