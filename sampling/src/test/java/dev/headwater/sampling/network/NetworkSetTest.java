package dev.headwater.sampling.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class NetworkSetTest {
  @ParameterizedTest
  @CsvSource({
    "192.0.2.0/24, 192.0.2.0, true",
    "192.0.2.0/24, 192.0.2.255, true",
    "192.0.2.0/24, 192.0.3.0, false",
    "192.0.2.0/24, 192.0.1.255, false",
    "192.0.2.77/24, 192.0.2.1, true",
    "192.0.2.128/25, 192.0.2.127, false",
    "192.0.2.128/25, 192.0.2.128, true",
    "10.0.0.0/9, 10.127.255.255, true",
    "10.0.0.0/9, 10.128.0.0, false",
    "0.0.0.0/0, 255.1.2.3, true",
    "0.0.0.0/0, 2001:db8::1, false",
    "192.0.2.1, 192.0.2.1, true",
    "192.0.2.1/32, 192.0.2.2, false",
    "192.0.2.0/24, ::ffff:192.0.2.9, true",
    "::ffff:192.0.2.0/120, 192.0.2.9, true",
    "::ffff:192.0.2.0/120, 192.0.3.9, false",
    "2001:db8::/32, 2001:db8:ffff::1, true",
    "2001:db8::/32, 2001:db9::, false",
    "2001:db8::/33, 2001:db8:8000::, false",
    "::/0, 2001:db8::1, true",
    "::1, ::1, true",
    "::1/128, ::2, false"
  })
  void contains(String network, String address, boolean inside) {
    assertThat(NetworkSet.of(List.of(network)).contains(IpLiteral.parse(address)))
        .isEqualTo(inside);
    assertThat(NetworkSet.of(List.of("203.0.113.7", network)).contains(IpLiteral.parse(address)))
        .isEqualTo(inside);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "/",
        "/8",
        "10.0.0.0/",
        "10.0.0.0/33",
        "10.0.0.0/-1",
        "10.0.0.0/8/8",
        "10.0.0.0/x",
        "10.0.0/8",
        "::/129",
        "example.com",
        "10.0.0.0/0008",
        "10.0.0.0/ 8"
      })
  void malformed_isNamed(String network) {
    assertThatThrownBy(() -> NetworkSet.of(List.of("10.0.0.0/8", network)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("'" + network + "'");
  }

  @Test
  void none_containsNobody() {
    assertThat(NetworkSet.of(List.of())).isSameAs(NetworkSet.NONE);
    assertThat(NetworkSet.NONE.contains(IpLiteral.parse("10.0.0.1"))).isFalse();
    assertThat(NetworkSet.NONE.isEmpty()).isTrue();
  }
}
