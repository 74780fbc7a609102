package dev.headwater.routes.compile;

import dev.headwater.routes.document.Node;
import dev.headwater.routes.document.Problem;
import dev.headwater.routes.schema.Reading;
import dev.headwater.sampling.force.ForceKey;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * {@code tracing.sampling.force.keyFile}: the secret in the file that it names. The secret never
 * becomes part of the tree that is shown as the effective configuration, nor of a problem's text.
 */
final class ForceKeyFile {
  private static final String PATH =
      String.join(
          ".", TracingKeys.NAME, TracingKeys.SAMPLING_KEY, ForceKeys.NAME, ForceKeys.KEY_FILE_KEY);

  private final ConfigurationInput input;
  private final Reading reading;
  private final List<String> files = new ArrayList<>();

  ForceKeyFile(ConfigurationInput input, Reading reading) {
    this.input = input;
    this.reading = reading;
  }

  /** The secret, or null where none is named or a problem was noted. */
  @Nullable ForceKey read(Node root) {
    Node node = root;
    for (String key : PATH.split("\\.", -1)) {
      node = Trees.find(node, key);
    }
    // Anything but a text is the schema's problem.
    return node instanceof Node.Scalar name && !name.isNull() && !name.text().isEmpty()
        ? read(name)
        : null;
  }

  List<String> files() {
    return files;
  }

  private @Nullable ForceKey read(Node.Scalar name) {
    files.add(input.files().resolve(name.text()));
    String expected;
    try {
      return ForceKey.of(input.files().read(name.text()));
    } catch (IOException e) {
      expected = "expected a readable file: " + e.getMessage();
    } catch (IllegalArgumentException e) {
      expected = String.valueOf(e.getMessage());
    }
    reading.note(Problem.ofValue(PATH, name.text(), expected, name.origin()));
    return null;
  }
}
