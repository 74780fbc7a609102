package dev.headwater.gateway.fail;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.headwater.gateway.pipeline.Failure;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class ErrorTextTest {
  static List<Failure> failures() {
    return List.of(
        new GatewayFailure.Refused(400, "host", "the request target names no plain host"),
        new GatewayFailure.NoRoute(),
        new GatewayFailure.Unavailable("pool_full"),
        new GatewayFailure.NotConnected("connect_refused"),
        new GatewayFailure.ConnectTimeout(),
        new GatewayFailure.Reset(true, false, false),
        new GatewayFailure.BadResponse("hidden detail"),
        new GatewayFailure.TimedOut("attempt_timeout", "receive"),
        new GatewayFailure.ClientTooSlow("send"),
        new GatewayFailure.ClientGone("send"));
  }

  @ParameterizedTest
  @MethodSource("failures")
  void json_isOneObject_withTheIds(Failure failure) throws Exception {
    JsonNode read = new ObjectMapper().readTree(ErrorText.json(failure, "abc", "id-1"));
    assertThat(read.get("status").asInt()).isEqualTo(failure.status());
    assertThat(read.get("reason").asText()).isEqualTo(failure.reason());
    assertThat(read.get("traceId").asText()).isEqualTo("abc");
    assertThat(read.get("requestId").asText()).isEqualTo("id-1");
    assertThat(read.toString()).doesNotContain("hidden");
  }

  @ParameterizedTest
  @MethodSource("failures")
  void plain_hasTheIds_andNoInternals(Failure failure) {
    assertThat(ErrorText.plain(failure, "abc", "id-1"))
        .startsWith(failure.status() + " ")
        .contains("reason: " + failure.reason() + "\n")
        .contains("trace id: abc\n")
        .endsWith("request id: id-1\n")
        .doesNotContain("hidden");
  }

  @Test
  void ids_absent_areLeftOut() throws Exception {
    GatewayFailure failure = new GatewayFailure.NoRoute();
    assertThat(new ObjectMapper().readTree(ErrorText.json(failure, null, null)).has("traceId"))
        .isFalse();
    assertThat(ErrorText.plain(failure, null, null)).doesNotContain("id:");
  }
}
