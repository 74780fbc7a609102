package dev.headwater.routes.compile;

import dev.headwater.routes.document.Node;
import dev.headwater.routes.document.Origin;
import dev.headwater.routes.document.Problem;
import dev.headwater.routes.schema.Reading;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * {@code tracing.sampling.budget.replicasFrom}: the file whose content stands where {@code
 * replicas} would. Whoever counts gateways (a script, a mounted ConfigMap) writes it.
 */
final class ReplicasFile {
  static final String PATH = "tracing.sampling.budget." + BudgetKeys.REPLICAS_FROM_KEY;

  private final ConfigurationInput input;
  private final Reading reading;
  private final List<String> files = new ArrayList<>();

  ReplicasFile(ConfigurationInput input, Reading reading) {
    this.input = input;
    this.reading = reading;
  }

  /** The tree with the file's content in it, when one is named. */
  Node graft(Node root) {
    return root instanceof Node.Mapping top
            && Trees.find(top, TracingKeys.NAME) instanceof Node.Mapping tracing
            && Trees.find(tracing, TracingKeys.SAMPLING_KEY) instanceof Node.Mapping sampling
            && Trees.find(sampling, BudgetKeys.NAME) instanceof Node.Mapping budget
            && Trees.find(budget, BudgetKeys.REPLICAS_FROM_KEY) instanceof Node.Scalar name
            && !name.isNull()
            && !name.text().isEmpty()
        ? Trees.with(
            top,
            TracingKeys.NAME,
            Trees.with(
                tracing,
                TracingKeys.SAMPLING_KEY,
                Trees.with(sampling, BudgetKeys.NAME, read(budget, name))))
        : root;
  }

  private Node read(Node.Mapping budget, Node.Scalar name) {
    Node given = Trees.find(budget, BudgetKeys.REPLICAS_KEY);
    if (given != null) {
      String expected = "expected one of both; replicas is written " + given.origin().place();
      reading.note(Problem.ofValue(PATH, name.text(), expected, name.origin()));
      return budget;
    }
    files.add(input.files().resolve(name.text()));
    try {
      String text = input.files().read(name.text()).strip();
      Origin origin = new Origin.InFile(name.text(), 1, 1);
      return Trees.with(budget, BudgetKeys.REPLICAS_KEY, new Node.Scalar(text, true, origin));
    } catch (IOException e) {
      String expected = "expected a readable file: " + e.getMessage();
      reading.note(Problem.ofValue(PATH, name.text(), expected, name.origin()));
      return budget;
    }
  }

  boolean isUsed() {
    return !files.isEmpty();
  }

  List<String> files() {
    return files;
  }
}
