package dev.headwater.gateway.listen;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headwater.gateway.pipeline.ClientAddress;
import dev.headwater.gateway.pipeline.ClientSession;
import dev.headwater.gateway.pipeline.Exchange;
import dev.headwater.gateway.pipeline.Fields;
import dev.headwater.gateway.pipeline.HttpVersion;
import dev.headwater.gateway.pipeline.RequestHead;
import dev.headwater.routes.ListenerPolicy;
import dev.headwater.sampling.network.IpLiteral;
import dev.headwater.sampling.network.NetworkSet;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CallerAddressTest {
  private static final NetworkSet TRUSTED = NetworkSet.of(List.of("10.0.0.0/8", "fd00::/8"));

  private static String caller(String peer, NetworkSet trusted, String... lines) {
    Fields fields = new Fields();
    for (String line : lines) {
      int colon = line.indexOf(':');
      fields.add(line.substring(0, colon), line.substring(colon + 1).strip());
    }
    RequestHead head =
        new RequestHead(
            "GET", "/", "/", "/", null, "a", "a", HttpVersion.HTTP_1_1, true, 0, false, fields);
    ListenerPolicy policy = ListenerPolicies.trusting(trusted);
    ClientAddress address = new ClientAddress(IpLiteral.parse(peer), peer, 1);
    Exchange exchange =
        new Exchange(
            null, null, policy, ClientSession.clear(address, 1), head, null, null, null, null);
    CallerAddress.believe(exchange);
    return exchange.caller().text();
  }

  @ParameterizedTest
  @CsvSource({
    "1.1.1.1, 1.1.1.1",
    "'9.9.9.9, 1.1.1.1', 1.1.1.1",
    "'1.1.1.1, 10.0.0.2', 1.1.1.1",
    "'9.9.9.9, 1.1.1.1, 10.0.0.2,10.0.0.3', 1.1.1.1",
    "'10.0.0.2, 10.0.0.3', 10.0.0.2",
    "1.1.1.1:4711, 1.1.1.1",
    "2001:db8::1, 2001:db8::1",
    "[2001:db8::1]:4711, 2001:db8::1",
    "[2001:db8::1], 2001:db8::1",
    "'2001:db8::1, fd00::1', 2001:db8::1",
    "unknown, 10.0.0.1",
    "'1.1.1.1, unknown', 10.0.0.1",
    "'1.1.1.1, unknown, 10.0.0.2', 10.0.0.2",
    "'1.1.1.1,', 10.0.0.1",
    "'', 10.0.0.1",
    "01.1.1.1, 10.0.0.1",
    "[::1, 10.0.0.1"
  })
  void forwardedFor_rightmostStranger(String value, String caller) {
    assertThat(caller("10.0.0.1", TRUSTED, "X-Forwarded-For: " + value)).isEqualTo(caller);
  }

  @Test
  void forwardedFor_severalFields_areOneList() {
    assertThat(
            caller(
                "10.0.0.1",
                TRUSTED,
                "X-Forwarded-For: 1.1.1.1",
                "X-Forwarded-For: 2.2.2.2",
                "X-Forwarded-For: 10.0.0.2"))
        .isEqualTo("2.2.2.2");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "for=1.1.1.1|1.1.1.1",
        "For=\"[2001:db8::1]:80\";proto=http|2001:db8::1",
        "proto=https;for=1.1.1.1, for=10.0.0.2|1.1.1.1",
        "for=unknown|10.0.0.1",
        "for=_hidden|10.0.0.1",
        "by=1.1.1.1|10.0.0.1"
      })
  void forwarded_readWhereThereIsNoForwardedFor(String value, String caller) {
    assertThat(caller("10.0.0.1", TRUSTED, "Forwarded: " + value)).isEqualTo(caller);
  }

  @Test
  void stranger_isNeverBelieved() {
    assertThat(caller("1.2.3.4", TRUSTED, "X-Forwarded-For: 10.0.0.9")).isEqualTo("1.2.3.4");
    assertThat(caller("10.0.0.1", NetworkSet.NONE, "X-Forwarded-For: 9.9.9.9"))
        .isEqualTo("10.0.0.1");
  }

  @Test
  void endlessChain_isLookedAtOnlySoFar() {
    String chain = "1.1.1.1" + ", 10.0.0.2".repeat(10_000);
    assertThat(caller("10.0.0.1", TRUSTED, "X-Forwarded-For: " + chain)).isEqualTo("10.0.0.2");
  }
}
