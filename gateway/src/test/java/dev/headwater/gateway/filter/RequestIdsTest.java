package dev.headwater.gateway.filter;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.SplittableRandom;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RequestIdsTest {
  @Test
  void uuid_isOfVersion4_andTheRfcVariant() {
    SplittableRandom random = new SplittableRandom(7);
    for (int i = 0; i < 1000; i++) {
      long high = random.nextLong();
      UUID read = UUID.fromString(RequestIds.uuid(high, random.nextLong(), '4'));
      assertThat(read.version()).isEqualTo(4);
      assertThat(read.variant()).isEqualTo(2);
      assertThat(read.getMostSignificantBits() >>> 16).isEqualTo(high >>> 16);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"a", "550e8400-e29b-41d4-a716-446655440000", "a_B.9:=+/@,-"})
  void plainId_ofATrustedProxy_isAcceptable(String id) {
    assertThat(RequestIds.acceptable(id)).isTrue();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "a b", "\"", "a\\b", "<a>", "\u00e4", "a'b", "{}", "a;b"})
  void idThatWouldNeedEscaping_isNot(String id) {
    assertThat(RequestIds.acceptable(id)).isFalse();
  }

  @Test
  void length_isBounded() {
    assertThat(RequestIds.acceptable("a".repeat(200))).isTrue();
    assertThat(RequestIds.acceptable("a".repeat(201))).isFalse();
  }
}
