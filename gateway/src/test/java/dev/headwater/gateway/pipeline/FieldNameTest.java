package dev.headwater.gateway.pipeline;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class FieldNameTest {
  private static int of(String name) {
    byte[] bytes = ("??" + name + ": x").getBytes(ISO_8859_1);
    return FieldName.of(bytes, 2, name.length());
  }

  @ParameterizedTest
  @CsvSource({
    "Host, 1",
    "Connection, 2",
    "Content-Length, 3",
    "Transfer-Encoding, 4",
    "Expect, 5",
    "TE, 6",
    "Trailer, 7",
    "Upgrade, 8",
    "Keep-Alive, 9",
    "Proxy-Connection, 9",
    "Proxy-Authorization, 9",
    "Proxy-Authenticate, 9",
    "HTTP2-Settings, 9",
    "X-Forwarded-For, 10",
    "X-Forwarded-Proto, 11",
    "X-Forwarded-Host, 12",
    "X-Forwarded-Port, 13",
    "X-Forwarded-Prefix, 14",
    "X-Forwarded-Client-Cert, 14",
    "X-Forwarded-Anything, 14",
    "Forwarded, 15",
    "X-Real-IP, 16",
    "X-Request-ID, 17",
    "b3, 18",
    "X-B3-TraceId, 18",
    "X-B3-Whatever, 18",
    "traceparent, 18",
    "tracestate, 18",
    "uber-trace-id, 18",
    "X-Amzn-Trace-Id, 18",
    "headwater-force, 18",
    "Proxy, 19",
    "baggage, 20",
    "baggage-user-id, 20",
    "baggages, 0",
    "bagga, 0",
    "l5d-dst-override, 21",
    "l5d-client-id, 21",
    "l5d-, 21",
    "l5d, 0",
    "l5d-sample, 18",
    "l5d-ctx-trace, 18",
    "X-Client-Request-Id, 22",
    "Content-Type, 23",
    "Authorization, 29",
    "Cookie, 29",
    "X-Forwarded-, 0",
    "X-Forwarded, 0",
    "Hostx, 0",
    "Hos, 0",
    "X, 0",
    "user-id, 0"
  })
  void known_inEveryCase(String name, int id) {
    assertThat(of(name)).isEqualTo(id);
    assertThat(of(name.toUpperCase(Locale.ROOT))).isEqualTo(id);
    assertThat(of(name.toLowerCase(Locale.ROOT))).isEqualTo(id);
  }

  /** FAULTS.md D9: what servers of the CGI kind read as one of ours. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "X_Forwarded_For",
        "x_forwarded-for",
        "X_REAL_IP",
        "X_B3_TraceId",
        "x-b3_sampled",
        "Content_Length",
        "Transfer_Encoding",
        "X_Request_ID",
        "X_FORWARDED_PREFIX"
      })
  void underscoreAlias_ofAProtectedName_isDropped(String name) {
    assertThat(of(name)).isEqualTo(FieldName.DROPPED);
  }

  @ParameterizedTest
  @ValueSource(strings = {"my_header", "_", "a_b_c", "user_agent", "x_y"})
  void underscore_elsewhere_isOrdinary(String name) {
    assertThat(of(name)).isEqualTo(FieldName.OTHER);
  }

  @Test
  void bits_ofAllKinds_fitALong() {
    assertThat(FieldName.bit(FieldName.END_TO_END)).isPositive();
    assertThat(FieldName.ofOneHop(FieldName.END_TO_END)).isFalse();
    assertThat(FieldName.protectedFromNomination(FieldName.END_TO_END)).isTrue();
    assertThat(FieldName.protectedFromNomination(FieldName.OTHER)).isFalse();
  }
}
