package dev.headwater.routes.schema;

import dev.headwater.routes.document.Origin;
import dev.headwater.routes.document.Problem;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Environment variables as settings: {@code HEADWATER_} and the path in upper case, words of a key
 * apart by an underscore, list elements by index from 0.
 *
 * <p>A variable whose first word is no top-level key belongs to somebody else and is left alone, as
 * are those that Kubernetes makes for a Service that happens to have our name ({@code
 * HEADWATER_ADMIN_PORT_80_TCP}). Of the others, one that leads to no key is a problem.
 */
public final class EnvironmentNames {
  /** What all of them begin with. */
  public static final String PREFIX = "HEADWATER_";

  private static final Pattern SERVICE_LINK =
      Pattern.compile(".*(_SERVICE_HOST|_SERVICE_PORT(_.*)?|_PORT(_[0-9]+_(TCP|UDP|SCTP)(_.*)?)?)");
  private static final Pattern DIGITS = Pattern.compile("[0-9]+");
  private static final Pattern INDEX = Pattern.compile("([0-9]{1,6})(?:_(.+))?");

  private EnvironmentNames() {}

  /** The settings in an environment, in an order in which lists grow from their first element. */
  public static List<Setting> settings(
      Map<String, String> environment, ObjectShape<?> root, Reading reading) {
    List<Setting> settings = new ArrayList<>();
    environment.forEach(
        (name, value) -> {
          if (isOurs(name, root)) {
            Origin origin = new Origin.Variable(name);
            String path = path(name.substring(PREFIX.length()), root);
            if (path == null) {
              String expected = "expected " + PREFIX + " and the path of a key in upper case";
              reading.note(new Problem(name, "leads to no key", expected, origin));
            } else {
              settings.add(new Setting(path, value, origin));
            }
          }
        });
    settings.sort(Comparator.comparing(setting -> padded(setting.path())));
    return settings;
  }

  private static boolean isOurs(String name, ObjectShape<?> root) {
    if (!name.startsWith(PREFIX) || SERVICE_LINK.matcher(name).matches()) {
      return false;
    }
    String rest = name.substring(PREFIX.length());
    return root.keys().values().stream().anyMatch(key -> startsWithKey(rest, key));
  }

  private static boolean startsWithKey(String text, Key<?> key) {
    String word = key.variable();
    return text.equals(word) || text.startsWith(word + "_");
  }

  private static @Nullable String path(String rest, Shape<?> shape) {
    if (shape instanceof ObjectShape<?> object) {
      for (Key<?> key : object.keys().values()) {
        if (startsWithKey(rest, key)) {
          int length = key.variable().length();
          String below =
              rest.length() == length ? "" : path(rest.substring(length + 1), key.shape());
          if (below != null) {
            boolean joined = below.isEmpty() || below.startsWith("[");
            return key.name() + (joined ? "" : ".") + below;
          }
        }
      }
      return null;
    }
    Matcher index = INDEX.matcher(rest);
    if (!(shape instanceof ListShape<?> list) || !index.matches()) {
      return null;
    }
    String below = index.group(2) == null ? "" : path(index.group(2), list.element());
    if (below == null) {
      return null;
    }
    boolean joined = below.isEmpty() || below.startsWith("[");
    return "[" + Integer.parseInt(index.group(1)) + "]" + (joined ? "" : ".") + below;
  }

  private static String padded(String path) {
    return DIGITS.matcher(path).replaceAll(m -> "0".repeat(6 - m.group().length()) + m.group());
  }
}
