package dev.headwater.routes;

import dev.headwater.sampling.propagation.TraceFormat;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Which trace headers one listener's requests bring and leave with.
 *
 * @param extract formats read from its callers, the first that is present counts; null for the
 *     gateway's own
 * @param inject formats written for its requests, unless the upstream has its own; null for the
 *     gateway's own
 */
public record ListenerPropagation(
    @Nullable List<TraceFormat> extract, @Nullable List<TraceFormat> inject) {
  /** As the gateway does everywhere. */
  public static final ListenerPropagation NONE = new ListenerPropagation(null, null);

  public ListenerPropagation {
    extract = extract == null ? null : List.copyOf(extract);
    inject = inject == null ? null : List.copyOf(inject);
  }
}
