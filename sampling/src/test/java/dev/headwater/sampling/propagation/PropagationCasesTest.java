package dev.headwater.sampling.propagation;

import static org.assertj.core.api.Assertions.assertThat;

import brave.test.propagation.PropagationTest;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Which of brave's cases run for each format: a case left out is named, or the build fails. */
class PropagationCasesTest {
  private static final List<String> UNLOADING =
      List.of("unloadable_unused", "unloadable_afterBasicUsage");
  private static final List<String> NOT_IN_TRACEPARENT =
      List.of(
          "verifyRoundTrip_notSampled_noIds",
          "verifyRoundTrip_sampledTrueNoOtherTraceHeaders",
          "verifyRoundTrip_debug",
          "verifyRoundTrip_externallyProvidedIds");

  private static List<String> cases() {
    return Arrays.stream(PropagationTest.class.getDeclaredMethods())
        .filter(method -> method.isAnnotationPresent(Test.class))
        .map(method -> method.getName())
        .toList();
  }

  private static List<String> leftOut(Class<?> test) {
    return Stream.<Class<?>>iterate(test, type -> type != null, Class::getSuperclass)
        .flatMap(type -> Stream.of(type.getDeclaredAnnotationsByType(NotApplicable.class)))
        .flatMap(each -> Stream.of(each.cases()))
        .distinct()
        .toList();
  }

  @Test
  void b3_runsNineOfEleven() {
    assertThat(cases()).hasSize(11).containsAll(UNLOADING);
    assertThat(leftOut(B3MultiPropagationTest.class)).hasSameElementsAs(UNLOADING);
    assertThat(leftOut(B3SinglePropagationTest.class)).hasSameElementsAs(UNLOADING);
  }

  @Test
  void traceContext_runsFiveOfEleven() {
    assertThat(cases()).containsAll(NOT_IN_TRACEPARENT);
    assertThat(leftOut(TraceContextPropagationTest.class))
        .containsExactlyInAnyOrderElementsOf(
            Stream.concat(UNLOADING.stream(), NOT_IN_TRACEPARENT.stream()).toList());
  }
}
