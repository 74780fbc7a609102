package dev.headwater.routes.compile;

import dev.headwater.routes.Configuration;
import dev.headwater.routes.document.Problem;
import dev.headwater.routes.schema.EffectiveView;
import dev.headwater.routes.schema.Masked;
import java.util.List;
import java.util.Optional;

/**
 * What came of loading.
 *
 * @param configuration present exactly when there are no problems
 * @param problems all that is wrong, in reading order
 * @param effective every value in force with its origin, as far as it could be read
 * @param masked values in files that a variable or flag took the effect from
 * @param files files beside the text itself that were or should have been read, resolved
 */
public record Loaded(
    Optional<Configuration> configuration,
    List<Problem> problems,
    EffectiveView effective,
    List<Masked> masked,
    List<String> files) {
  public Loaded {
    problems = List.copyOf(problems);
    masked = List.copyOf(masked);
    files = List.copyOf(files);
  }
}
