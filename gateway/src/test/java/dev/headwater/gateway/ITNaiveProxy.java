package dev.headwater.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.headwater.gateway.ProxyUnderTest.Situation;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The scenarios of the contracts are no formality: each fails against a proxy as one writes it
 * first, by an assertion and not by accident, while ordinary traffic passes through it.
 *
 * <p>A row that such a proxy cannot even be asked about is listed in {@link #CANNOT_FAIL} with the
 * reason. Rows of the letter B are about HTTP/2, which such a proxy does not speak: nothing of them
 * can be asked, so they are not among {@link #ROWS}.
 */
class ITNaiveProxy {
  /** The contracts run by hand; no test classes that anybody discovers. */
  private static final class Traces extends TraceAbuseContract {
    @Override
    ProxyUnderTest start(Situation situation, int upstream) throws Exception {
      return new NaiveProxy(situation, upstream);
    }
  }

  private static final class Heads extends RefusedHeadsContract {
    @Override
    ProxyUnderTest start(Situation situation, int upstream) throws Exception {
      return new NaiveProxy(situation, upstream);
    }
  }

  private static final class Bounds extends MessageBoundsContract {
    @Override
    ProxyUnderTest start(Situation situation, int upstream) throws Exception {
      return new NaiveProxy(situation, upstream);
    }
  }

  private static final class Corpora extends CorpusContract {
    @Override
    ProxyUnderTest start(Situation situation, int upstream) throws Exception {
      return new NaiveProxy(situation, upstream);
    }
  }

  private static final class Origins extends HostileOriginContract {
    @Override
    ProxyUnderTest start(Situation situation, int upstream) throws Exception {
      return new NaiveProxy(situation, upstream);
    }
  }

  private static final class Limits extends LimitsContract {
    @Override
    ProxyUnderTest start(Situation situation, int upstream) throws Exception {
      return new NaiveProxy(situation, upstream);
    }
  }

  private static final List<FaultContract> CONTRACTS =
      List.of(new Traces(), new Heads(), new Bounds(), new Corpora(), new Origins(), new Limits());

  /** Rows of the contracts' letters that no naive proxy is put through: row and reason. */
  private static final Map<String, String> CANNOT_FAIL =
      Map.of(
          "C6", "it has no limit of connections that could be reached",
          "C7", "it has no limit of requests in flight",
          "C8", "it shares the heap of the test, which must not be filled",
          "C9", "it shares the descriptors of the test, which must not run out",
          "C11", "it has no reload, tunnel or pool that could lose anything",
          "C12", "it costs a thread per connection, which no figure of bytes shows");

  /** Rows that have to be in a contract or in {@link #CANNOT_FAIL}. */
  private static final List<String> ROWS =
      Stream.of(rows("T", 1, 11), rows("A", 1, 22), rows("C", 1, 12), rows("D", 12, 12))
          .flatMap(all -> all)
          .toList();

  private static Stream<String> rows(String letter, int first, int last) {
    return IntStream.rangeClosed(first, last).mapToObj(number -> letter + number);
  }

  /**
   * A scenario of a contract.
   *
   * @param method without parameters
   */
  record Scenario(FaultContract contract, Method method) {
    List<String> rows() {
      return List.of(method.getAnnotation(FaultRow.class).value());
    }

    @Override
    public String toString() {
      return rows() + " " + method.getName();
    }
  }

  static Stream<Scenario> scenarios() {
    return CONTRACTS.stream()
        .flatMap(
            contract ->
                Arrays.stream(contract.getClass().getSuperclass().getDeclaredMethods())
                    .filter(method -> method.isAnnotationPresent(FaultRow.class))
                    .map(method -> new Scenario(contract, method)));
  }

  @ParameterizedTest
  @MethodSource("scenarios")
  void scenario_fails(Scenario scenario) {
    Throwable failure = catchThrowable(() -> run(scenario));
    assertThat(failure).as("outcome of %s", scenario).isInstanceOf(AssertionError.class);
  }

  private static void run(Scenario scenario) throws Throwable {
    try {
      scenario.method().invoke(scenario.contract());
    } catch (InvocationTargetException e) {
      throw e.getTargetException();
    }
  }

  @Test
  void ordinaryTraffic_passes() throws Exception {
    new Traces().ordinaryRequest_isForwardedAndTraced();
    new Bounds().ordinaryBodies_areForwarded();
  }

  @Test
  void everyRow_hasAScenario_orSaysWhyNot() {
    TreeSet<String> rows = new TreeSet<>(CANNOT_FAIL.keySet());
    scenarios().forEach(scenario -> rows.addAll(scenario.rows()));
    assertThat(rows).containsExactlyInAnyOrderElementsOf(ROWS);
  }
}
