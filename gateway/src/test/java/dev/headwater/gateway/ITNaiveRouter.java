package dev.headwater.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The scenarios of {@link PathAbuseContract} and {@link FieldAbuseContract} are no formality: each
 * fails against a proxy as one writes it first, by an assertion and not by accident, while ordinary
 * requests pass through it.
 */
class ITNaiveRouter {
  private static final class Paths extends PathAbuseContract {
    @Override
    RoutedProxy start(RoutedProxy.Setting setting) throws Exception {
      return new NaiveRouter(setting);
    }
  }

  private static final class Fields extends FieldAbuseContract {
    @Override
    RoutedProxy start(RoutedProxy.Setting setting) throws Exception {
      return new NaiveRouter(setting);
    }
  }

  static Stream<Method> scenarios() {
    return Stream.of(PathAbuseContract.class, FieldAbuseContract.class)
        .flatMap(contract -> Arrays.stream(contract.getDeclaredMethods()))
        .filter(method -> method.isAnnotationPresent(FaultRow.class));
  }

  @ParameterizedTest
  @MethodSource("scenarios")
  void scenario_fails(Method scenario) throws Exception {
    RoutedContract scenarios =
        scenario.getDeclaringClass() == PathAbuseContract.class ? new Paths() : new Fields();
    try {
      Throwable failure = catchThrowable(() -> run(scenario, scenarios));
      assertThat(failure)
          .as("outcome of %s", scenario.getName())
          .isInstanceOf(AssertionError.class);
    } finally {
      scenarios.stop();
    }
  }

  private static void run(Method scenario, RoutedContract scenarios) throws Throwable {
    try {
      scenario.invoke(scenarios);
    } catch (InvocationTargetException e) {
      throw e.getTargetException();
    }
  }

  @Test
  void ordinaryRequests_pass() throws Exception {
    Paths paths = new Paths();
    paths.ordinaryRequests_areRouted();
    paths.stop();
    Fields fields = new Fields();
    fields.ordinaryFields_goThrough();
    fields.stop();
  }

  @Test
  void everyRow_hasAScenario() {
    TreeSet<String> rows = new TreeSet<>();
    scenarios()
        .forEach(
            method -> rows.addAll(Arrays.asList(method.getAnnotation(FaultRow.class).value())));
    assertThat(rows)
        .containsExactlyInAnyOrder(
            "D1", "D2", "D3", "D4", "D5", "D7", "D8", "D9", "D10", "D11", "D13");
  }
}
