package dev.headwater.routes.kubernetes;

import com.google.re2j.Pattern;
import dev.headwater.routes.PathMatch;
import dev.headwater.routes.Route;
import dev.headwater.routes.match.BoundedRegex;
import dev.headwater.routes.nginx.Verdict;
import io.fabric8.kubernetes.api.model.networking.v1.HTTPIngressPath;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Hosts whose paths are regular expressions: as in ingress-nginx all of a host's are, whatever
 * their types say, as soon as one Ingress asks for it. An expression holds from the beginning of
 * the path, in any case of letters, and the longest that does is taken.
 *
 * <p>What all expressions of a host may cost is bounded, since a request may have to ask each of
 * them. Older Ingresses come first.
 */
final class RegexPaths {
  /**
   * Longest first, then as ingress-nginx has them; routes without expressions keep their places.
   */
  static final Comparator<Route> LONGEST_FIRST =
      Comparator.comparingInt((Route route) -> -text(route).length())
          .thenComparing(RegexPaths::text, Comparator.reverseOrder());

  /** A match costs at most so many steps for each character of a path. */
  static final int MOST_STEPS = 500;

  /** All expressions of a host together. */
  static final int MOST_STEPS_OF_HOST = 10_000;

  private static final String MARKS = "\\^$*+?()[]{}|";
  private static final BoundedRegex BOUNDS = new BoundedRegex(1024, MOST_STEPS);

  private final Set<String> hosts = new HashSet<>();
  private final Map<String, Integer> steps = new HashMap<>();
  private final Map<HostAndText, PathMatch.Regex> expressions = new HashMap<>();

  /** What is written for a host. */
  private record HostAndText(String host, String text) {}

  private static String text(Route route) {
    return route.match().path() instanceof PathMatch.Regex regex ? regex.template() : "";
  }

  /** Makes all paths of a host regular expressions. */
  void add(String host) {
    hosts.add(host);
  }

  /** Whether paths of a host are regular expressions. */
  boolean contains(String host) {
    return hosts.contains(host);
  }

  /**
   * The condition that a path stands for, or null after a finding.
   *
   * @param asked whether its own Ingress asks for expressions
   */
  PathMatch.@Nullable Regex read(
      String host, HTTPIngressPath path, boolean asked, String key, Findings findings) {
    String written = Absent.text(path.getPath());
    String text = written.isEmpty() ? "/" : text(written, key, findings);
    if (text == null) {
      return null;
    }
    BoundedRegex.Read read = BOUNDS.read("^", text, Pattern.CASE_INSENSITIVE);
    if (read instanceof BoundedRegex.Refused refused) {
      findings.refuse(key, written, refused.expected());
      return null;
    }
    Pattern pattern = ((BoundedRegex.Compiled) read).pattern();
    int sum = steps.getOrDefault(host, 0) + pattern.programSize();
    if (sum > MOST_STEPS_OF_HOST) {
      findings.refuse(
          key, written, "expressions of at most " + MOST_STEPS_OF_HOST + " steps for one host");
      return null;
    }
    steps.put(host, sum);
    if (!asked && !"ImplementationSpecific".equals(path.getPathType())) {
      findings.tell(
          key,
          written,
          Verdict.DIFFERENT,
          "taken as the beginning of a path in any case of letters, since an Ingress of this host"
              + " has use-regex or rewrite-target");
    }
    PathMatch.Regex regex = new PathMatch.Regex(pattern, false, text, literal(text));
    expressions.put(new HostAndText(host, text), regex);
    return regex;
  }

  /** The condition that a path stands for where it was read for another, or null. */
  PathMatch.@Nullable Regex known(
      String host, HTTPIngressPath path, String key, Findings findings) {
    String written = Absent.text(path.getPath());
    String text = written.isEmpty() ? "/" : text(written, key, findings);
    return text == null ? null : expressions.get(new HostAndText(host, text));
  }

  /** A path without marks of expressions is looked for in its normal form, like any other. */
  private static @Nullable String text(String written, String key, Findings findings) {
    if (written.charAt(0) != '/') {
      findings.refuse(key, written, "a regular expression that begins with a slash");
      return null;
    }
    if (!hasMarks(written)) {
      return IngressPath.normal(written, key, findings);
    }
    boolean isAscii = written.chars().allMatch(c -> c > ' ' && c < 0x7f);
    if (!isAscii) {
      findings.refuse(
          key,
          written,
          "a regular expression of visible ASCII, with escapes as requests have them");
    }
    return isAscii ? written : null;
  }

  private static boolean hasMarks(String text) {
    return text.chars().anyMatch(c -> MARKS.indexOf(c) >= 0);
  }

  /** What everything begins with that an expression takes, as far as that is plain. */
  static String literal(String text) {
    if (isChoice(text)) {
      return "";
    }
    int end = 0;
    while (end < text.length() && text.charAt(end) != '.' && MARKS.indexOf(text.charAt(end)) < 0) {
      end++;
    }
    boolean isOptional = end < text.length() && "*?{".indexOf(text.charAt(end)) >= 0;
    return text.substring(0, isOptional ? end - 1 : end);
  }

  /** Whether an expression is one of several, outside of groups; true where that is hard to say. */
  private static boolean isChoice(String text) {
    int depth = 0;
    for (int i = 0; i < text.length(); i++) {
      switch (text.charAt(i)) {
        case '\\' -> {
          if (text.startsWith("Q", ++i)) {
            return true;
          }
        }
        case '[' -> i = endOfClass(text, i);
        case '(' -> depth++;
        case ')' -> depth--;
        case '|' -> {
          if (depth == 0) {
            return true;
          }
        }
        default -> {}
      }
    }
    return false;
  }

  /** Of a class without classes in it; others seem to end early, and what follows to be outside. */
  private static int endOfClass(String text, int from) {
    int i = text.startsWith("^", from + 1) ? from + 2 : from + 1;
    for (i = text.startsWith("]", i) ? i + 1 : i; i < text.length(); i++) {
      if (text.charAt(i) == '\\') {
        i++;
      } else if (text.charAt(i) == ']') {
        break;
      }
    }
    return i;
  }

  /** An expression that may begin anywhere, within the bounds of all. */
  static BoundedRegex.Read compiled(String text) {
    return BOUNDS.read("", text, Pattern.CASE_INSENSITIVE);
  }
}
