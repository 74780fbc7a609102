package dev.headwater.gateway.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headwater.gateway.FaultRow;
import dev.headwater.gateway.cli.CommandLineRun.Result;
import dev.headwater.routes.BindAddress;
import dev.headwater.routes.Configuration;
import dev.headwater.routes.Endpoint;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

class ServeCommandTest {
  private static final String FILE = "tracing: {store: {}}\n";

  private final AtomicReference<Configuration> started = new AtomicReference<>();
  private final AtomicInteger reloads = new AtomicInteger();
  private boolean clean = true;

  @Test
  void stopsWithExitCode0_whenAskedToAndEverythingCouldBeFinished() {
    Result result = run("TERM").in(FILE).run("run", "-c", "-");

    assertThat(result).isEqualTo(new Result(0, "", ""));
  }

  @Test
  void stopsWithExitCode3_whenRequestsWereCutOff() {
    clean = false;

    assertThat(run("INT").in(FILE).run("run", "-c", "-").exitCode()).isEqualTo(3);
  }

  @Test
  void readsItsConfigurationAgain_whenHungUp() {
    run("HUP", "TERM").in(FILE).run("run", "-c", "-");

    assertThat(reloads).hasValue(1);
  }

  @Test
  void saysWhatToDo_whenAnAddressIsTaken() {
    Result result = new CommandLineRun().in(FILE).run("run", "-c", "-");

    assertThat(result.exitCode()).isEqualTo(1);
    assertThat(result.err())
        .contains("127.0.0.1:8080", "in use")
        .contains("stop what holds the address");
  }

  @Test
  @FaultRow("L2")
  void startsNothing_whenTheConfigurationIsInvalid() {
    Result result = run("TERM").in("tracign: {}").run("run", "-c", "-");

    assertThat(result.exitCode()).isEqualTo(1);
    assertThat(started).hasNullValue();
  }

  @Test
  void proxyIsMadeOfItsFlags() {
    Result result =
        run("TERM")
            .run("proxy", "--from", "127.0.0.1:8081", "--to", ":9001", "--to", "http://[::1]:9002");

    assertThat(result.exitCode()).isZero();
    Configuration proxy = started.get();
    assertThat(proxy.listeners().get(0).address()).isEqualTo(new BindAddress("127.0.0.1", 8081));
    assertThat(proxy.upstreams().get(0).endpoints())
        .extracting(Endpoint::port)
        .containsExactly(9001, 9002);
    assertThat(proxy.tracing().store()).isNotNull();
    assertThat(proxy.tracing().sampling().rate().rate()).isEqualTo(1.0);
  }

  @Test
  void collectorTakesTheStoresPlace_whenItIsGiven() {
    run("TERM").run("proxy", "--from", ":0", "--to", ":9001", "--zipkin", "http://127.0.0.1:9411");

    assertThat(started.get().tracing().store()).isNull();
    assertThat(started.get().tracing().report().get(0).url())
        .hasToString("http://127.0.0.1:9411/api/v2/spans");
  }

  @Test
  void flagWinsOverEnvironment() {
    run("TERM")
        .environment("HEADWATER_TRACING_SAMPLING_RATE", "0.9")
        .run("proxy", "--from", ":0", "--to", ":9001", "--sample", "0.25");

    assertThat(started.get().tracing().sampling().rate().rate()).isEqualTo(0.25);
  }

  @Test
  void aBadFlagIsMisuse() {
    Result result = run("TERM").run("proxy", "--from", ":0", "--to", ":9001", "--sample", "50%");

    assertThat(result.exitCode()).isEqualTo(2);
    assertThat(result.err()).contains("50%").contains("flag --sample");
  }

  @Test
  void demoStartsItsApplicationAndPrintsAddresses() {
    Result result = run("TERM").run("demo", "--port", "0", "--admin-port", "0", "--no-traffic");

    assertThat(result.exitCode()).isZero();
    assertThat(result.out())
        .contains("http://127.0.0.1:18080/")
        .contains("http://127.0.0.1:19900/zipkin/")
        .contains("50 % of traces");
    assertThat(started.get().upstreams().get(0).endpoints()).hasSize(1);
  }

  @Test
  void percentagesAreExact() {
    assertThat(List.of(1.0, 0.5, 0.0001, 0.0).stream().map(StartLines::percent))
        .containsExactly("100 %", "50 %", "0.01 %", "0 %");
  }

  /** A gateway that starts at once and gets these signals. */
  private CommandLineRun run(String... signals) {
    Map<String, Runnable> actions = new HashMap<>();
    return new CommandLineRun()
        .gateways(
            launch -> {
              started.set(launch.configuration());
              return new Idle();
            })
        .signals(
            (name, action) -> {
              actions.put(name, action);
              if (actions.size() == 3) {
                List.of(signals).forEach(signal -> actions.get(signal).run());
              }
            });
  }

  private final class Idle implements RunningGateway {
    @Override
    public Map<String, BindAddress> listeners() {
      return Map.of("web", new BindAddress("127.0.0.1", 18080));
    }

    @Override
    public BindAddress admin() {
      return new BindAddress("127.0.0.1", 19900);
    }

    @Override
    public void reload() {
      reloads.incrementAndGet();
    }

    @Override
    public boolean stop() {
      return clean;
    }
  }
}
