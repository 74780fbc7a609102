package dev.headwater.sampling.propagation;

import brave.propagation.Propagation;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Brave's propagation contract against {@code b3-single}, parent id included. */
class B3SinglePropagationTest extends TracePropagationContract {
  @Override
  protected Class<? extends Supplier<Propagation<String>>> propagationSupplier() {
    return OurPropagation.class;
  }

  static class OurPropagation implements Supplier<Propagation<String>> {
    @Override
    public Propagation<String> get() {
      List<TraceFormat> single = List.of(TraceFormat.B3_SINGLE);
      return TracePropagation.of(single, single, true).get();
    }
  }

  @Override
  protected void inject(
      Map<String, String> map,
      String traceId,
      String parentId,
      String spanId,
      Boolean sampled,
      Boolean debug) {
    String decision = Boolean.TRUE.equals(debug) ? "d" : sampled == null ? null : sampled(sampled);
    String value =
        Stream.of(traceId, spanId, decision, parentId)
            .filter(Objects::nonNull)
            .collect(Collectors.joining("-"));
    if (!value.isEmpty()) {
      map.put("b3", value);
    }
  }
}
