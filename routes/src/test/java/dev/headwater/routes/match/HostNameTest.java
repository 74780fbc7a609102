package dev.headwater.routes.match;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headwater.routes.match.HostName.Name;
import dev.headwater.routes.match.HostName.Refusal;
import dev.headwater.routes.match.HostName.Refused;
import dev.headwater.sampling.network.IpLiteral;
import java.net.InetAddress;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class HostNameTest {
  @ParameterizedTest
  @CsvSource({
    "example.com, example.com, -1",
    "Example.COM, example.com, -1",
    "example.com:8080, example.com, 8080",
    "example.com., example.com, -1",
    "EXAMPLE.com.:443, example.com, 443",
    "h:, h, -1",
    "h:0, h, 0",
    "h:65535, h, 65535",
    "127.0.0.1:80, 127.0.0.1, 80",
    "a_b-c.test, a_b-c.test, -1",
    "'', '', -1",
    "[::1], [::1], -1",
    "[::1]:8080, [::1], 8080",
    "[2001:DB8:0:0::1]:, [2001:db8::1], -1",
    "[::ffff:192.0.2.1], [::ffff:c000:201], -1",
  })
  void of_valid_givesNormalFormAndPort(String authority, String host, int port) {
    assertThat(HostName.of(authority)).isEqualTo(new Name(host, port));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "a b",
        "a/b",
        "user@h",
        "a..b",
        ".a",
        ".",
        "a..",
        "h\u0000",
        "\u00fc.test",
        "a%41",
        ":80",
        "[::1",
        "[127.0.0.1]",
        "[::1%25eth0]",
        "::1",
        "h,h",
        "h;x",
        "h\\",
        "h?",
        "h#",
        "[]",
        "h\t",
      })
  void of_invalidBytes_isRefused(String authority) {
    assertThat(HostName.of(authority)).isInstanceOf(Refused.class);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"h:65536", "h:-1", "h:+1", "h:123456", "h:8x", "h:80:80", "[::1]x", "[::1]:x"})
  void of_invalidPort_isRefused(String authority) {
    assertThat(HostName.of(authority)).isEqualTo(new Refused(Refusal.INVALID_PORT));
  }

  @Test
  void of_length_isBounded() {
    String label = "a".repeat(63);
    String longest = label + "." + label + "." + label + "." + "a".repeat(61);
    assertThat(HostName.of(longest)).isEqualTo(new Name(longest, -1));
    assertThat(HostName.of(longest + "a")).isEqualTo(new Refused(Refusal.TOO_LONG));
    assertThat(HostName.of(label + "a")).isEqualTo(new Refused(Refusal.INVALID_NAME));
  }

  @Test
  void of_normal_isTheSameInstance() {
    String host = "example.com";
    assertThat(((Name) HostName.of(host)).host()).isSameAs(host);
  }

  @Test
  void format_generatedAddresses_parseBackToTheSame() throws Exception {
    Random random = new Random(5952);
    for (int i = 0; i < 20_000; i++) {
      byte[] address = new byte[random.nextBoolean() ? 4 : 16];
      for (int b = 0; b < address.length; b++) {
        address[b] = random.nextInt(3) == 0 ? (byte) random.nextInt() : 0;
      }
      String text = IpLiteral.format(address);
      assertThat(IpLiteral.parse(text)).as(text).isEqualTo(address);
      assertThat(InetAddress.getByName(text)).isEqualTo(InetAddress.getByAddress(address));
    }
  }

  @ParameterizedTest
  @CsvSource({
    "0:0:0:0:0:0:0:0, ::",
    "1:0:0:2:0:0:0:3, 1:0:0:2::3",
    "1:0:0:2:3:0:0:4, 1::2:3:0:0:4",
    "0:1:0:1:0:1:0:1, 0:1:0:1:0:1:0:1",
    "fe80:0:0:0:0:0:0:0, fe80::"
  })
  void format_shortensTheFirstLongestRun(String written, String expected) {
    byte[] address = IpLiteral.parse(written);
    assertThat(address).isNotNull();
    assertThat(IpLiteral.format(address)).isEqualTo(expected);
  }
}
