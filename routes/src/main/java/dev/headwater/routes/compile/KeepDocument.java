package dev.headwater.routes.compile;

import dev.headwater.routes.document.ConfigPath;
import dev.headwater.routes.document.Node;
import dev.headwater.routes.document.Problem;
import dev.headwater.routes.document.YamlDocument;
import dev.headwater.routes.schema.Reading;
import dev.headwater.sampling.rule.KeepPolicy;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Late keep that stands alone: the keys of a rule's {@code keep} in one text, such as {@code
 * errors: true, slowerThan: 2s}.
 *
 * @param policy or null for a text that is refused; what it leaves open the sampling policy says
 * @param expected what would be right where it is refused, otherwise empty
 */
public record KeepDocument(@Nullable KeepPolicy policy, String expected) {
  private static final String KEYS =
      "some of errors, slowerThan, retried and perSecond, such as errors: true, slowerThan: 2s";

  /**
   * Reads a text. Never throws for anything written in it.
   *
   * @param text YAML or JSON; braces around keys in one line may be left out
   */
  public static KeepDocument read(String text) {
    String written = text.strip();
    boolean isWhole = written.startsWith("{") || written.indexOf('\n') >= 0;
    YamlDocument document = YamlDocument.parse(isWhole ? written : "{" + written + "}", "keep");
    if (!document.problems().isEmpty()
        || !(document.root() instanceof Node.Mapping keys)
        || keys.entries().isEmpty()) {
      return new KeepDocument(null, KEYS);
    }
    Reading reading = new Reading();
    KeepPolicy policy = KeepKeys.KEEP.read(keys, ConfigPath.ROOT, reading);
    List<Problem> problems = reading.problems();
    return problems.isEmpty()
        ? new KeepDocument(policy, "")
        : new KeepDocument(
            null, problems.stream().map(KeepDocument::expected).collect(Collectors.joining("; ")));
  }

  private static String expected(Problem problem) {
    return problem.path() + ": " + problem.expectation().replaceFirst("^expected ", "");
  }
}
