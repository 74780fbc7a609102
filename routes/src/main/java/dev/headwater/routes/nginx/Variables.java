package dev.headwater.routes.nginx;

import java.util.Set;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Variables of the environment in a value: {@code $HOST_IP} or <code>${HOST_IP}</code>. */
final class Variables {
  private static final Pattern VARIABLE =
      Pattern.compile("\\$(?:([A-Za-z_][A-Za-z0-9_]*)|\\{([A-Za-z_][A-Za-z0-9_]*)\\})");

  private Variables() {}

  /** Names of the variables in a text. */
  static Set<String> names(String text) {
    return VARIABLE
        .matcher(text)
        .results()
        .map(found -> found.group(1) == null ? found.group(2) : found.group(1))
        .collect(Collectors.toSet());
  }

  /** The text with each variable replaced once, or null when one of them is not set. */
  static @Nullable String expanded(String text, Function<String, @Nullable String> environment) {
    Matcher found = VARIABLE.matcher(text);
    StringBuilder whole = new StringBuilder();
    while (found.find()) {
      String bare = found.group(1);
      String value = environment.apply(bare == null ? found.group(2) : bare);
      if (value == null) {
        return null;
      }
      found.appendReplacement(whole, Matcher.quoteReplacement(value));
    }
    return found.appendTail(whole).toString();
  }
}
