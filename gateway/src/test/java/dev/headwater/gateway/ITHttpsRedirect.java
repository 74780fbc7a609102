package dev.headwater.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headwater.routes.HttpsPolicy;
import dev.headwater.sampling.network.NetworkSet;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Requests in clear to a route that wants https. */
class ITHttpsRedirect {
  private static final HttpsPolicy REDIRECT = new HttpsPolicy(308, "max-age=60");
  private static final NetworkSet LOOPBACK = NetworkSet.of(List.of("127.0.0.0/8"));

  private static String answer(Configurations configuration, String request) throws Exception {
    try (RunningGateway gateway = RunningGateway.of(configuration);
        RawClient client = gateway.connect()) {
      client.send(request);
      return client.response();
    }
  }

  private static String get(String fields) {
    return "GET /a%20b?c=d HTTP/1.1\r\nHost: Shop.Example:8080\r\n" + fields + "\r\n";
  }

  @Test
  void clientIsSentToTheSamePlace() throws Exception {
    try (RawUpstream upstream = RawUpstream.answering(RawUpstream.OK)) {
      String answer = answer(Configurations.to(upstream.port()).https(REDIRECT), get(""));

      assertThat(answer)
          .startsWith("HTTP/1.1 308 ")
          .containsIgnoringCase("location: https://shop.example/a%20b?c=d\r\n")
          .doesNotContainIgnoringCase("strict-transport-security");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"https", "HTTPS", "https, http", "wss"})
  void requestIsServed_whenATrustedProxyHadItUnderTls(String scheme) throws Exception {
    try (RawUpstream upstream = RawUpstream.answering(RawUpstream.OK)) {
      Configurations behind =
          Configurations.to(upstream.port()).https(REDIRECT).forwarded(LOOPBACK);

      assertThat(answer(behind, get("X-Forwarded-Proto: " + scheme + "\r\n")))
          .startsWith("HTTP/1.1 200 ");
    }
  }

  @Test
  void aStrangersWordAboutTlsIsNotTaken() throws Exception {
    try (RawUpstream upstream = RawUpstream.answering(RawUpstream.OK)) {
      Configurations configuration = Configurations.to(upstream.port()).https(REDIRECT);

      assertThat(answer(configuration, get("X-Forwarded-Proto: https\r\n")))
          .startsWith("HTTP/1.1 308 ");
    }
  }

  @Test
  void connectionServesTheNextRequest() throws Exception {
    try (RawUpstream upstream = RawUpstream.answering(RawUpstream.OK);
        RunningGateway gateway =
            RunningGateway.of(Configurations.to(upstream.port()).https(REDIRECT));
        RawClient client = gateway.connect()) {
      client.send(get(""));
      assertThat(client.response()).startsWith("HTTP/1.1 308 ");
      client.send(get(""));
      assertThat(client.response()).startsWith("HTTP/1.1 308 ");
    }
  }
}
