package dev.headwater.routes.compile;

import dev.headwater.routes.document.ConfigPath;
import dev.headwater.routes.document.Node;
import dev.headwater.routes.document.Origin;
import dev.headwater.routes.document.Problem;
import dev.headwater.routes.document.YamlDocument;
import dev.headwater.routes.schema.Reading;
import dev.headwater.sampling.SamplingPolicy;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A sampling policy that stands alone: the keys of {@code tracing.sampling} at the top level of a
 * text, as in the file that {@code samplingFrom} names. It opens no file, so that whoever may write
 * such a text names none of ours; routes may be named that are not there yet.
 *
 * @param policy present exactly when there are no problems
 * @param problems all that is wrong, in reading order
 */
public record SamplingDocument(@Nullable SamplingPolicy policy, List<Problem> problems) {
  private static final String NO_FILE = "expected nothing: files are not read from here";

  public SamplingDocument {
    problems = List.copyOf(problems);
  }

  /**
   * Reads a text. Never throws for anything written in it.
   *
   * @param text YAML or JSON; empty for defaults alone
   * @param name how messages call it
   */
  public static SamplingDocument read(String text, String name) {
    Reading reading = new Reading();
    reading.elsewhere("route");
    YamlDocument document = YamlDocument.parse(text, name);
    document.problems().forEach(reading::note);
    Node root = document.root();
    if (root == null || (root instanceof Node.Scalar scalar && scalar.isNull())) {
      root = new Node.Mapping(Map.of(), new Origin.InFile(name, 1, 1));
    }
    refuseFile(root, ForceKeys.NAME, ForceKeys.KEY_FILE_KEY, reading);
    refuseFile(root, BudgetKeys.NAME, BudgetKeys.REPLICAS_FROM_KEY, reading);
    SamplingPolicy policy = SamplingKeys.SAMPLING.read(root, ConfigPath.ROOT, reading);
    List<Problem> problems = reading.problems();
    return new SamplingDocument(problems.isEmpty() ? policy : null, problems);
  }

  private static void refuseFile(Node root, String section, String key, Reading reading) {
    if (Trees.find(Trees.find(root, section), key) instanceof Node.Scalar file) {
      reading.note(Problem.ofValue(section + "." + key, file.text(), NO_FILE, file.origin()));
    }
  }
}
