package dev.headwater.routes.compile;

import dev.headwater.routes.schema.Key;
import dev.headwater.routes.schema.Scalars;
import dev.headwater.routes.schema.Section;
import dev.headwater.sampling.rate.CapPolicy;
import org.jspecify.annotations.Nullable;

/** {@code perSecond} and {@code burst}, wherever traces are capped. */
record CapKeys(Key<Double> perSecond, Key<Double> burst) {
  private static final double MOST_BURST = 10_000_000;

  /**
   * The keys.
   *
   * @param doc what the cap holds down
   */
  static CapKeys of(String doc) {
    return new CapKeys(
        Key.optional(
            "perSecond",
            Scalars.number(CapPolicy.LEAST, CapPolicy.MOST),
            doc + "; absent for no cap"),
        Key.optional(
            "burst",
            Scalars.number(1, MOST_BURST),
            "Traces that may come at once after a lull; absent for two seconds' worth (four of"
                + " small caps), at least 3"));
  }

  /** The cap that is written, or null. */
  @Nullable CapPolicy read(Section section) {
    Double most = section.find(perSecond);
    Double atOnce = section.find(burst);
    if (section.isGiven(burst) && !section.isGiven(perSecond)) {
      section.refuse(burst, "burst without perSecond", "expected both or perSecond alone");
    }
    return most == null ? null : atOnce == null ? CapPolicy.of(most) : new CapPolicy(most, atOnce);
  }
}
