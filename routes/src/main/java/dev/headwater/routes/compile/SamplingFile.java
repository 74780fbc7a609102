package dev.headwater.routes.compile;

import dev.headwater.routes.document.Node;
import dev.headwater.routes.document.Origin;
import dev.headwater.routes.document.Problem;
import dev.headwater.routes.document.YamlDocument;
import dev.headwater.routes.schema.Reading;
import dev.headwater.routes.schema.Setting;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * {@code tracing.samplingFrom}: the file whose content stands where {@code tracing.sampling} would.
 * It counts as part of the file that names it; variables and flags go over both. A sampling text of
 * the input takes the place of either; the file is read all the same, so that it stays watched and
 * what is wrong with it is said.
 */
final class SamplingFile {
  static final String PATH = TracingKeys.NAME + "." + TracingKeys.SAMPLING_FROM_KEY;

  private final ConfigurationInput input;
  private final Reading reading;
  private final List<String> files = new ArrayList<>();

  SamplingFile(ConfigurationInput input, Reading reading) {
    this.input = input;
    this.reading = reading;
  }

  /** The tree with the content in it that stands elsewhere, when there is any. */
  Node graft(Node root, List<Setting> variables) {
    Node grafted = withFile(root, variables);
    ConfigurationInput.SamplingText other = input.sampling();
    if (other == null || !(grafted instanceof Node.Mapping top)) {
      return grafted;
    }
    Node content = parsed(other.text(), other.name());
    Node tracing = Trees.find(grafted, TracingKeys.NAME);
    return tracing == null || tracing instanceof Node.Mapping
        ? withSampling(top, (Node.Mapping) tracing, content)
        : grafted;
  }

  private Node withFile(Node root, List<Setting> variables) {
    Node.Scalar name = named(root, variables);
    if (name == null || !(root instanceof Node.Mapping top)) {
      return root;
    }
    Node tracing = Trees.find(root, TracingKeys.NAME);
    Node given = Trees.find(tracing, TracingKeys.SAMPLING_KEY);
    if (given != null) {
      String expected = "expected one of both; sampling is written " + given.origin().place();
      reading.note(Problem.ofValue(PATH, name.text(), expected, name.origin()));
      return root;
    }
    Node content = content(name);
    if (content == null || (tracing != null && !(tracing instanceof Node.Mapping))) {
      return root;
    }
    return withSampling(top, (Node.Mapping) tracing, content);
  }

  private static Node withSampling(Node.Mapping top, Node.@Nullable Mapping tracing, Node content) {
    Node.Mapping ground = tracing == null ? new Node.Mapping(Map.of(), content.origin()) : tracing;
    return Trees.with(top, TracingKeys.NAME, Trees.with(ground, TracingKeys.SAMPLING_KEY, content));
  }

  boolean isUsed() {
    return !files.isEmpty();
  }

  List<String> files() {
    return files;
  }

  /** The strongest statement of the name: flag, variable, file. */
  private Node.@Nullable Scalar named(Node root, List<Setting> variables) {
    Node.Scalar name =
        Trees.find(Trees.find(root, TracingKeys.NAME), TracingKeys.SAMPLING_FROM_KEY)
                    instanceof Node.Scalar scalar
                && !scalar.isNull()
            ? scalar
            : null;
    for (List<Setting> settings : List.of(variables, input.flags())) {
      for (Setting setting : settings) {
        if (setting.path().equals(PATH)) {
          name = new Node.Scalar(setting.value(), false, setting.origin());
        }
      }
    }
    return name == null || name.text().isEmpty() ? null : name;
  }

  private @Nullable Node content(Node.Scalar name) {
    files.add(input.files().resolve(name.text()));
    try {
      return parsed(input.files().read(name.text()), name.text());
    } catch (IOException e) {
      String expected = "expected a readable file: " + e.getMessage();
      reading.note(Problem.ofValue(PATH, name.text(), expected, name.origin()));
      return null;
    }
  }

  private Node parsed(String text, String name) {
    YamlDocument document = YamlDocument.parse(text, name);
    document.problems().forEach(reading::note);
    Node root = document.root();
    return root == null || (root instanceof Node.Scalar scalar && scalar.isNull())
        ? new Node.Mapping(Map.of(), new Origin.InFile(name, 1, 1))
        : root;
  }
}
