package dev.headwater.gateway.config;

import dev.headwater.routes.document.Problem;
import dev.headwater.routes.schema.Masked;
import java.time.Instant;
import java.util.List;

/**
 * How an attempt to set sampling by hand ended.
 *
 * @param accepted whether it is in force; with problems it is not
 * @param version of the snapshot in force after it
 * @param since when that came into force
 * @param problems all that is wrong, in reading order
 * @param masked what of the document has no effect, because a variable or flag says otherwise
 */
public record SamplingChange(
    boolean accepted, long version, Instant since, List<Problem> problems, List<Masked> masked) {
  public SamplingChange {
    problems = List.copyOf(problems);
    masked = List.copyOf(masked);
  }
}
