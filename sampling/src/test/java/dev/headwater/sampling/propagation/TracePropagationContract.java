package dev.headwater.sampling.propagation;

import brave.propagation.SamplingFlags;
import brave.test.propagation.PropagationTest;
import java.util.Map;
import org.junit.jupiter.api.extension.ExtendWith;

/** Brave's contract of a propagation, against ours: what each format has in common. */
@ExtendWith(NotApplicable.Condition.class)
@NotApplicable(
    cases = {"unloadable_unused", "unloadable_afterBasicUsage"},
    because = "the case loads only classes named brave.* anew",
    instead = "UnloadingTest")
abstract class TracePropagationContract extends PropagationTest {
  /** Writes the fields that are not null, as a caller of this format would. */
  @Override
  protected abstract void inject(
      Map<String, String> map,
      String traceId,
      String parentId,
      String spanId,
      Boolean sampled,
      Boolean debug);

  @Override
  protected void inject(Map<String, String> request, SamplingFlags flags) {
    inject(request, null, null, null, flags.debug() ? null : flags.sampled(), flags.debug());
  }

  static String sampled(boolean sampled) {
    return sampled ? "1" : "0";
  }
}
