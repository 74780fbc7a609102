package dev.headwater.gateway.filter;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headwater.sampling.Decision;
import dev.headwater.sampling.Reason;
import java.util.SplittableRandom;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
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

  @ParameterizedTest
  @CsvSource({
    "550e8400-e29b-41d4-a716-446655440000, true",
    "550E8400-E29B-91D4-A716-44665544000F, true",
    "550e8400e29b41d4a716446655440000, false",
    "550e8400-e29b-41d4-a716-44665544000, false",
    "550e8400-e29b-41d4-a716-44665544000g, false",
    "550e8400-e29b-41d4-a716_446655440000, false"
  })
  void uuid_isKnownByItsForm(String id, boolean uuid) {
    assertThat(RequestIds.isUuid(id)).isEqualTo(uuid);
  }

  /** Envoy: 4 is not traced, 9 sampled, b forced by the client. */
  @ParameterizedTest
  @CsvSource({
    "DEFAULT, true, 9",
    "INHERITED, true, 9",
    "RULE, false, 4",
    "INHERITED, false, 4",
    "FORCED, true, b",
    "DEBUG, true, b"
  })
  void decision_hasTheDigitThatEnvoyReads(Reason reason, boolean sampled, char digit) {
    Decision decision = new Decision(sampled, reason == Reason.DEBUG, reason, "r", Double.NaN);
    assertThat(RequestIds.reason(decision)).isEqualTo(digit);
  }

  @Test
  void length_isBounded() {
    assertThat(RequestIds.acceptable("a".repeat(200))).isTrue();
    assertThat(RequestIds.acceptable("a".repeat(201))).isFalse();
  }
}
