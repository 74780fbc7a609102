package dev.headwater.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.TreeSet;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The scenarios of {@link TraceAbuseContract} are no formality: each row T1 to T11 fails against a
 * proxy as one writes it first, by an assertion and not by accident, while ordinary traffic passes
 * through it.
 */
class ITNaiveProxy {
  /** The contract run by hand; not a test class that anybody discovers. */
  private static final class Scenarios extends TraceAbuseContract {
    @Override
    ProxyUnderTest start(ProxyUnderTest.Situation situation, int upstream) throws Exception {
      return new NaiveProxy(situation, upstream);
    }
  }

  static Stream<Method> scenarios() {
    return Arrays.stream(TraceAbuseContract.class.getDeclaredMethods())
        .filter(method -> method.isAnnotationPresent(FaultRow.class));
  }

  @ParameterizedTest
  @MethodSource("scenarios")
  void scenario_fails(Method scenario) {
    Throwable failure = catchThrowable(() -> run(scenario));
    assertThat(failure).as("outcome of %s", scenario.getName()).isInstanceOf(AssertionError.class);
  }

  private static void run(Method scenario) throws Throwable {
    try {
      scenario.invoke(new Scenarios());
    } catch (InvocationTargetException e) {
      throw e.getTargetException();
    }
  }

  @Test
  void ordinaryTraffic_passes() throws Exception {
    new Scenarios().ordinaryRequest_isForwardedAndTraced();
  }

  @Test
  void everyRow_hasAScenario() {
    TreeSet<String> rows = new TreeSet<>();
    scenarios()
        .forEach(
            method -> rows.addAll(Arrays.asList(method.getAnnotation(FaultRow.class).value())));
    assertThat(rows)
        .containsExactlyInAnyOrderElementsOf(
            IntStream.rangeClosed(1, 11).mapToObj(row -> "T" + row).toList());
  }
}
