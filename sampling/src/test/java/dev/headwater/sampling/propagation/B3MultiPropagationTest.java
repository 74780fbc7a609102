package dev.headwater.sampling.propagation;

import brave.propagation.Propagation;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/** Brave's propagation contract against {@code b3-multi}, parent id included. */
class B3MultiPropagationTest extends TracePropagationContract {
  @Override
  protected Class<? extends Supplier<Propagation<String>>> propagationSupplier() {
    return OurPropagation.class;
  }

  static class OurPropagation implements Supplier<Propagation<String>> {
    @Override
    public Propagation<String> get() {
      List<TraceFormat> multi = List.of(TraceFormat.B3_MULTI);
      return TracePropagation.of(multi, multi, true).get();
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
    put(map, "X-B3-TraceId", traceId);
    put(map, "X-B3-ParentSpanId", parentId);
    put(map, "X-B3-SpanId", spanId);
    put(map, "X-B3-Sampled", sampled == null ? null : sampled(sampled));
    put(map, "X-B3-Flags", Boolean.TRUE.equals(debug) ? "1" : null);
  }

  private static void put(Map<String, String> map, String name, String value) {
    if (value != null) {
      map.put(name, value);
    }
  }
}
