package dev.headwater.routes;

import com.google.re2j.Matcher;
import com.google.re2j.Pattern;

/**
 * Another path for the upstream, made of parts of the client's.
 *
 * <p>What comes of it is text of the client's in a new place, and has to be checked like any path
 * before it is sent. Costs time linear in the path, times the size of the expression.
 *
 * @param pattern looked for in the normal form of the path, in linear time (RE2)
 * @param target takes the place of the whole path; {@code $1} to {@code $9} stand for groups of the
 *     expression, which are empty where they took no part or are not there
 */
public record PathRewrite(Pattern pattern, String target) {
  /** The new path, unchecked; the same path where the expression is not in it. */
  public String of(String path) {
    Matcher found = pattern.matcher(path);
    if (!found.find()) {
      return path;
    }
    StringBuilder made = new StringBuilder(path.length() + target.length());
    for (int i = 0; i < target.length(); i++) {
      char c = target.charAt(i);
      int group = c == '$' && i + 1 < target.length() ? target.charAt(i + 1) - '0' : 0;
      if (group < 1 || group > 9) {
        made.append(c);
        continue;
      }
      i++;
      String text = group <= found.groupCount() ? found.group(group) : null;
      if (text != null) {
        made.append(text);
      }
    }
    return made.toString();
  }
}
