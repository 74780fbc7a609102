package dev.headwater.gateway.retry;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headwater.gateway.pipeline.Fields;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class GrpcDeadlineTest {
  private static Duration deadline(String type, String timeout) {
    Fields fields = new Fields();
    fields.add("content-type", type);
    fields.add("grpc-timeout", timeout);
    return GrpcDeadline.of(fields);
  }

  @ParameterizedTest
  @CsvSource({
    "1H, PT1H",
    "2M, PT2M",
    "3S, PT3S",
    "250m, PT0.25S",
    "7u, PT0.000007S",
    "9n, PT0.000000009S",
    "99999999S, PT99999999S"
  })
  void timeout_isRead(String text, Duration expected) {
    assertThat(deadline("application/grpc+proto", text)).isEqualTo(expected);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "S", "1", "1s", "-1S", "1 S", "123456789S", "1.5S"})
  void anythingElse_isNoDeadline(String text) {
    assertThat(deadline("application/grpc", text)).isNull();
  }

  @Test
  void otherRequests_haveNone() {
    assertThat(deadline("text/plain", "1S")).isNull();
    assertThat(GrpcDeadline.of(new Fields())).isNull();
  }

  @Test
  void theSoonerOfBoth_counts() {
    Duration one = Duration.ofSeconds(1);
    Duration two = Duration.ofSeconds(2);
    assertThat(GrpcDeadline.sooner(one, two)).isEqualTo(one);
    assertThat(GrpcDeadline.sooner(two, one)).isEqualTo(one);
    assertThat(GrpcDeadline.sooner(null, one)).isEqualTo(one);
    assertThat(GrpcDeadline.sooner(one, null)).isEqualTo(one);
    assertThat(GrpcDeadline.sooner(null, null)).isNull();
  }
}
