package dev.headwater.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headwater.routes.AccessPolicy;
import dev.headwater.sampling.network.NetworkSet;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Routes that are not for everybody, by the client's address. */
class ITAddressGate {
  private static NetworkSet set(String networks) {
    return networks.isEmpty() ? NetworkSet.NONE : NetworkSet.of(List.of(networks.split(" ")));
  }

  private static String answer(Configurations configuration, String fields) throws Exception {
    try (RunningGateway gateway = RunningGateway.of(configuration);
        RawClient client = gateway.connect()) {
      client.send("GET / HTTP/1.1\r\nHost: a\r\n" + fields + "\r\n");
      return client.response();
    }
  }

  @ParameterizedTest
  @CsvSource({
    "'', '', 200",
    "127.0.0.0/8, '', 200",
    "10.0.0.0/8, '', 403",
    "'', 127.0.0.1, 403",
    "127.0.0.0/8, 127.0.0.1, 403",
    "'', 10.0.0.0/8, 200",
  })
  void clientIsTurnedAway_whenItsAddressMayNotIn(String allow, String deny, int status)
      throws Exception {
    try (RawUpstream upstream = RawUpstream.answering(RawUpstream.OK)) {
      Configurations configuration =
          Configurations.to(upstream.port()).access(new AccessPolicy(set(allow), set(deny)));

      assertThat(answer(configuration, "")).startsWith("HTTP/1.1 " + status + " ");
    }
  }

  @Test
  void addressIsTheOneThatATrustedProxyTells() throws Exception {
    try (RawUpstream upstream = RawUpstream.answering(RawUpstream.OK)) {
      Configurations configuration =
          Configurations.to(upstream.port())
              .access(new AccessPolicy(set("10.0.0.0/8"), NetworkSet.NONE));
      String told = "X-Forwarded-For: 10.1.2.3\r\n";

      assertThat(answer(configuration, told)).startsWith("HTTP/1.1 403 ");
      assertThat(answer(configuration.forwarded(set("127.0.0.0/8")), told))
          .startsWith("HTTP/1.1 200 ");
    }
  }
}
