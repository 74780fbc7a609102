package dev.headwater.routes.nginx;

import dev.headwater.routes.match.HostName;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The annotations about hosts of an Ingress. */
final class HostReading {
  /** Longest place to lead to; nginx has no limit of its own. */
  private static final int LONGEST = 2048;

  private static final int MOST_ALIASES = 100;
  private static final String WILDCARD = "*.";

  private HostReading() {}

  static HostTerms of(KeyReader keys) {
    String root =
        keys.read(
            "app-root",
            "a path that begins with one slash, without variables, up to "
                + LONGEST
                + " characters",
            HostReading::root,
            "");
    List<String> aliases =
        keys.read(
            "server-alias",
            "up to "
                + MOST_ALIASES
                + " names such as a.example or *.b.example, separated by commas; expressions are"
                + " not taken",
            HostReading::names,
            List.of());
    return new HostTerms(root.isEmpty() ? null : root, keys.bool("from-to-www-redirect"), aliases);
  }

  private static @Nullable String root(String text) {
    String root = text.strip();
    boolean isPath =
        root.length() <= LONGEST
            && root.startsWith("/")
            && !root.startsWith("//")
            && root.chars().allMatch(c -> c > ' ' && c < 0x7f && "\"$<>\\^`{|}".indexOf(c) < 0);
    return root.isEmpty() || isPath ? root : null;
  }

  private static @Nullable List<String> names(String text) {
    List<String> names = new ArrayList<>();
    for (String written : KeyReader.list(text)) {
      String prefix = written.startsWith(WILDCARD) ? WILDCARD : "";
      if (!(HostName.of(written.substring(prefix.length())) instanceof HostName.Name name)
          || name.host().isEmpty()
          || name.host().startsWith("[")
          || written.indexOf(':') >= 0) {
        return null;
      }
      names.add(prefix + name.host());
    }
    return names.size() <= MOST_ALIASES ? names.stream().distinct().toList() : null;
  }
}
