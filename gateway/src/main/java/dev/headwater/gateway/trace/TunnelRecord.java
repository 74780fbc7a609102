package dev.headwater.gateway.trace;

import dev.headwater.gateway.pipeline.TunnelExit;
import dev.headwater.gateway.pipeline.TunnelFacts;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What is left behind of a tunnel.
 *
 * @param span null when its trace is not kept
 * @param line its line in the access log
 */
record TunnelRecord(@Nullable TunnelExit span, Consumer<TunnelFacts> line) implements TunnelExit {
  @Override
  public void partial(TunnelFacts facts) {
    if (span != null) {
      span.partial(facts);
    }
  }

  @Override
  public void ended(TunnelFacts facts) {
    if (span != null) {
      span.ended(facts);
    }
    line.accept(facts);
  }
}
