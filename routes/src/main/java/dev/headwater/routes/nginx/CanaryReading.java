package dev.headwater.routes.nginx;

import dev.headwater.routes.FieldMatch;
import dev.headwater.routes.Steering.Source;
import dev.headwater.routes.ValueMatch;
import dev.headwater.routes.match.BoundedRegex;
import dev.headwater.routes.nginx.CanaryTerms.Rule;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The annotations of canaries. A canary of which one annotation cannot be used takes no request:
 * what is left of its rules might send everybody there, or nobody.
 */
final class CanaryReading {
  static final String CANARY = "canary";
  private static final String HEADER = "canary-by-header";
  private static final String VALUE = "canary-by-header-value";
  private static final String PATTERN = "canary-by-header-pattern";
  private static final String COOKIE = "canary-by-cookie";
  private static final String WEIGHT = "canary-weight";
  private static final String TOTAL = "canary-weight-total";
  private static final String BEHAVIOR = "affinity-canary-behavior";
  private static final List<String> RULES =
      List.of(HEADER, VALUE, PATTERN, COOKIE, WEIGHT, TOTAL, BEHAVIOR);

  /** Keys that have a meaning on a canary. */
  static final Set<String> OF_CANARIES =
      Set.of(
          CANARY, HEADER, VALUE, PATTERN, COOKIE, WEIGHT, TOTAL, BEHAVIOR, BackendReading.BALANCE);

  private static final String ALWAYS = "always";
  private static final String NEVER = "never";
  private static final String UNTIL = "; the canary takes no request";
  private static final int MOST = 1_000_000;
  private static final int LONGEST_VALUE = 1024;

  /** There, a smaller total has no effect. */
  private static final int LEAST_TOTAL = 100;

  /** A match costs at most so many steps for each character of a header field. */
  private static final BoundedRegex BOUNDS = new BoundedRegex(1024, 200);

  private final KeyReader keys;
  private final List<Rule> rules = new ArrayList<>();

  private CanaryReading(KeyReader keys) {
    this.keys = keys;
  }

  /** The terms, or null for an Ingress that is no canary. */
  static @Nullable CanaryTerms of(KeyReader keys) {
    boolean canary = keys.bool(CANARY);
    if (keys.isRefused(CANARY)) {
      // Taken for no canary, it would take all the requests that it was to take a few of.
      keys.refuse(CANARY, "true or false; the Ingress takes no request");
      return new CanaryTerms(false, List.of(), 0, LEAST_TOTAL, true);
    }
    if (!canary) {
      RULES.stream()
          .filter(keys::isGiven)
          .forEach(name -> keys.tell(name, Verdict.INERT, "read only beside canary: \"true\""));
      return null;
    }
    return new CanaryReading(keys).read();
  }

  private CanaryTerms read() {
    byHeader();
    byCookie();
    int total = total();
    int weight = keys.read(WEIGHT, "0 to " + total + UNTIL, text -> whole(text, 0, total), 0);
    boolean sticks =
        keys.read(BEHAVIOR, "sticky or legacy" + UNTIL, CanaryReading::sticks, Boolean.TRUE);
    boolean readable = RULES.stream().noneMatch(keys::isRefused);
    if (readable && rules.isEmpty() && weight == 0) {
      keys.tell(
          CANARY,
          Verdict.INERT,
          "it takes no request without " + HEADER + ", " + COOKIE + " or " + WEIGHT);
    }
    return new CanaryTerms(readable, rules, weight, total, sticks);
  }

  private void byHeader() {
    String name =
        keys.read(HEADER, "the name of a header field (RFC 9110 5.1)" + UNTIL, Tokens::read, "")
            .toLowerCase(Locale.ROOT);
    if (name.isEmpty()) {
      tellUnread(VALUE, "read only beside " + HEADER);
      tellUnread(PATTERN, "read only beside " + HEADER);
    } else if (keys.isSaid(VALUE)) {
      tellUnread(PATTERN, VALUE + " goes first");
      String value =
          keys.read(
              VALUE,
              "up to " + LONGEST_VALUE + " characters of visible ASCII and blanks" + UNTIL,
              CanaryReading::value,
              "");
      rules.add(new Rule(Source.HEADER, new FieldMatch(name, new ValueMatch.Exact(value)), true));
    } else if (keys.isSaid(PATTERN)) {
      byPattern(name);
    } else {
      addWords(Source.HEADER, name);
    }
  }

  private void tellUnread(String name, String why) {
    if (keys.isGiven(name) && !keys.isRefused(HEADER)) {
      keys.tell(name, Verdict.INERT, why);
    }
  }

  private void byPattern(String name) {
    BoundedRegex.Read read = BOUNDS.read("", keys.text(PATTERN), 0);
    if (read instanceof BoundedRegex.Compiled compiled) {
      ValueMatch value = new ValueMatch.Regex(compiled.pattern(), false);
      rules.add(new Rule(Source.HEADER, new FieldMatch(name, value), true));
    } else {
      keys.refuse(PATTERN, ((BoundedRegex.Refused) read).expected() + UNTIL);
    }
  }

  private void byCookie() {
    String name = keys.read(COOKIE, "the name of a cookie, a token" + UNTIL, Tokens::read, "");
    if (!name.isEmpty()) {
      addWords(Source.COOKIE, name);
    }
  }

  private void addWords(Source source, String name) {
    rules.add(new Rule(source, new FieldMatch(name, new ValueMatch.Exact(ALWAYS)), true));
    rules.add(new Rule(source, new FieldMatch(name, new ValueMatch.Exact(NEVER)), false));
  }

  private int total() {
    int total = keys.read(TOTAL, "1 to " + MOST + UNTIL, text -> whole(text, 1, MOST), LEAST_TOTAL);
    if (total < LEAST_TOTAL) {
      keys.tell(TOTAL, Verdict.DIFFERENT, "taken as " + LEAST_TOTAL + ", as ingress-nginx did");
    }
    return Math.max(total, LEAST_TOTAL);
  }

  private static @Nullable Integer whole(String text, int least, int most) {
    long number = NginxUnits.whole(text.strip());
    return number < least || number > most ? null : (int) number;
  }

  private static @Nullable Boolean sticks(String text) {
    return switch (text.strip()) {
      case "sticky" -> Boolean.TRUE;
      case "legacy" -> Boolean.FALSE;
      default -> null;
    };
  }

  private static @Nullable String value(String text) {
    String value = text.strip();
    return value.length() <= LONGEST_VALUE && value.chars().allMatch(c -> c >= ' ' && c < 0x7f)
        ? value
        : null;
  }
}
