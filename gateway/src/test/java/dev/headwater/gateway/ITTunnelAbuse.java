package dev.headwater.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.headwater.routes.DrainPolicy;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.time.Duration;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * {@link TunnelAbuseContract} holds for this gateway, and each of its scenarios fails against a
 * proxy as one writes it first.
 */
class ITTunnelAbuse {
  private static final long MIB = 1 << 20;

  private static final class Ours extends TunnelAbuseContract {
    @Override
    Proxy start(int upstream) {
      // Some scenarios leave a side open, which a drain would wait for.
      RunningGateway gateway =
          RunningGateway.of(
              Configurations.to(upstream)
                  .drain(new DrainPolicy(Duration.ZERO, Duration.ofSeconds(1))));
      return new Proxy() {
        @Override
        public int port() {
          return gateway.port();
        }

        @Override
        public void close() throws Exception {
          gateway.close();
        }
      };
    }
  }

  private static final class Naive extends TunnelAbuseContract {
    @Override
    Proxy start(int upstream) throws Exception {
      return new NaiveTunnel(upstream);
    }
  }

  static Stream<Method> scenarios() {
    return Arrays.stream(TunnelAbuseContract.class.getDeclaredMethods())
        .filter(method -> method.isAnnotationPresent(FaultRow.class));
  }

  private static void run(Method scenario, TunnelAbuseContract proxy) throws Throwable {
    try {
      scenario.invoke(proxy);
    } catch (InvocationTargetException e) {
      throw e.getTargetException();
    }
  }

  @ParameterizedTest
  @MethodSource("scenarios")
  @FaultRow({"D14", "B17"})
  void scenario_passesHere(Method scenario) throws Throwable {
    run(scenario, new Ours());
  }

  @ParameterizedTest
  @MethodSource("scenarios")
  void scenario_failsAgainstANaiveProxy(Method scenario) {
    Throwable failure = catchThrowable(() -> run(scenario, new Naive()));
    assertThat(failure).as("outcome of %s", scenario.getName()).isInstanceOf(AssertionError.class);
  }

  @Test
  void ordinaryTunnels_passThroughBoth() throws Exception {
    new Ours().ordinaryTunnel_passesMessages();
    new Naive().ordinaryTunnel_passesMessages();
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  @Tag("extra")
  void gibibyte_goesThrough_memoryFlat(boolean upwards) throws Exception {
    new Ours().through(1024 * MIB, upwards);
  }
}
