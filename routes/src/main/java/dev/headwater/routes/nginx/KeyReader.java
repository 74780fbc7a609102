package dev.headwater.routes.nginx;

import dev.headwater.routes.document.Suggestion;
import dev.headwater.sampling.network.NetworkSet;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Reads the texts under keys and keeps account of what became of each: the table's verdict, unless
 * a value is out of range or somebody says more.
 *
 * <p>A value is looked at by the first of two sources that has one: what was written, and {@code
 * otherwise}, which is the table's default where a method has no such parameter.
 */
final class KeyReader {
  private final Map<String, NginxKey> table;
  private final String prefix;
  private final Map<String, String> given;
  private final Map<String, KeyFinding> findings = new TreeMap<>();

  /**
   * The reader of some keys.
   *
   * @param table by name
   * @param prefix before each name in findings
   * @param given by name, without the prefix
   */
  KeyReader(Map<String, NginxKey> table, String prefix, Map<String, String> given) {
    this.table = table;
    this.prefix = prefix;
    this.given = new TreeMap<>(given);
    this.given.forEach(this::judge);
  }

  private void judge(String name, String value) {
    NginxKey known = table.get(name);
    if (known == null) {
      tell(name, Verdict.INERT, unknown(name));
    } else if (value.strip().equals(known.here())) {
      tell(name, Verdict.APPLIED, "");
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

  /** Whether somebody wrote more than blanks. */
  boolean isSaid(String name) {
    return !given.getOrDefault(name, "").isBlank();
  }

  /** Whether the value of the key was not taken. */
  boolean isRefused(String name) {
    KeyFinding finding = findings.get(name);
    return finding != null && finding.verdict() == Verdict.REFUSED;
  }

  /** Says what became of a key, instead of what was said before; an absent one is told too. */
  void tell(String name, Verdict verdict, String message) {
    String value = given.getOrDefault(name, "");
    findings.put(name, new KeyFinding(prefix + name, value, verdict, message));
  }

  /** The same of all keys of the table that somebody wrote, but for some. */
  void tellOthers(Set<String> names, Verdict verdict, String message) {
    given.keySet().stream()
        .filter(name -> table.containsKey(name) && !names.contains(name))
        .forEach(name -> tell(name, verdict, message));
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
    return bool(name, Boolean.parseBoolean(usual(name)));
  }

  boolean bool(String name, boolean otherwise) {
    return read(name, "true or false", KeyReader::truth, otherwise);
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

  static @Nullable Boolean truth(String text) {
    return switch (text.strip().toLowerCase(Locale.ROOT)) {
      case "true" -> Boolean.TRUE;
      case "false" -> Boolean.FALSE;
      default -> null;
    };
  }

  /** A whole number in a range. */
  int whole(String name, int least, int most) {
    return whole(name, least, most, (int) NginxUnits.whole(usual(name)));
  }

  int whole(String name, int least, int most, int otherwise) {
    return read(
        name,
        least + " to " + most,
        text -> {
          long number = NginxUnits.whole(text.strip());
          return number < least || number > most ? null : (int) number;
        },
        otherwise);
  }

  /** A share from 0 to 1. */
  double fraction(String name) {
    return read(name, "0.0 to 1.0", NginxUnits::fraction, Double.parseDouble(usual(name)));
  }

  /** A time in a range of whole seconds; a number alone counts seconds. */
  Duration time(String name, int leastSeconds, int mostSeconds) {
    Duration usual = NginxUnits.time(usual(name));
    return time(name, leastSeconds, mostSeconds, usual == null ? Duration.ZERO : usual);
  }

  Duration time(String name, int leastSeconds, int mostSeconds, Duration otherwise) {
    Duration least = Duration.ofSeconds(leastSeconds);
    Duration most = Duration.ofSeconds(mostSeconds);
    return read(
        name,
        leastSeconds + "s to " + mostSeconds + "s",
        text -> {
          Duration time = NginxUnits.time(text);
          return time == null || time.compareTo(least) < 0 || time.compareTo(most) > 0
              ? null
              : time;
        },
        otherwise);
  }

  /** A size in bytes, from 0 on. */
  long bytes(String name, long most) {
    return bytes(name, most, NginxUnits.bytes(usual(name)));
  }

  long bytes(String name, long most, long otherwise) {
    return read(
        name,
        "0 to " + most + " bytes, such as 8k, 1m or 1g",
        text -> {
          long bytes = NginxUnits.bytes(text);
          return bytes < 0 || bytes > most ? null : bytes;
        },
        otherwise);
  }

  /** One of some words, as they are written. */
  String choice(String name, String... words) {
    List<String> known = Arrays.asList(words);
    return read(
        name,
        "one of " + String.join(", ", known),
        text -> known.contains(text.strip()) ? text.strip() : null,
        usual(name));
  }

  /** Addresses and CIDR blocks, separated by commas. */
  NetworkSet networks(String name) {
    return networks(name, NetworkSet.of(list(usual(name))));
  }

  NetworkSet networks(String name, NetworkSet otherwise) {
    return read(
        name,
        "addresses or CIDR blocks such as 192.0.2.0/24, separated by commas",
        KeyReader::parsed,
        otherwise);
  }

  private static @Nullable NetworkSet parsed(String text) {
    try {
      return NetworkSet.of(list(text));
    } catch (IllegalArgumentException e) {
      return null;
    }
  }

  /** The elements of a list that commas separate. */
  static List<String> list(String text) {
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

  /** What holds where the key is absent. */
  String usual(String name) {
    NginxKey key = table.get(name);
    if (key == null) {
      throw new IllegalArgumentException("name: " + name + " (expected a key of the table)");
    }
    return key.usual();
  }
}
