package dev.headwater.sampling.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class IpLiteralTest {
  @ParameterizedTest
  @CsvSource({
    "0.0.0.0, 0.0.0.0",
    "255.255.255.255, 255.255.255.255",
    "192.0.2.1, 192.0.2.1",
    "::, ::",
    "::1, ::1",
    "1::, 1::",
    "2001:DB8::1, 2001:db8::1",
    "2001:0db8:0000:0000:0000:0000:0000:0001, 2001:db8::1",
    "1:2:3:4:5:6:7:8, 1:2:3:4:5:6:7:8",
    "1:0:0:4:0:0:0:8, 1:0:0:4::8",
    "1:0:3:4:5:6:7:8, 1:0:3:4:5:6:7:8",
    "1:2:3:4:5:6:7::, 1:2:3:4:5:6:7:0",
    "::2:3:4:5:6:7:8, 0:2:3:4:5:6:7:8",
    "::ffff:192.0.2.1, ::ffff:c000:201",
    "64:ff9b::192.0.2.33, 64:ff9b::c000:221",
    "1:2:3:4:5:6:1.2.3.4, 1:2:3:4:5:6:102:304"
  })
  void address_parsed_andPrintedInOneForm(String text, String form) {
    byte[] address = IpLiteral.parse(text);
    assertThat(address).isNotNull();
    assertThat(IpLiteral.format(address)).isEqualTo(form);
    assertThat(IpLiteral.parse(form)).isEqualTo(address);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        ".",
        "1",
        "1.2.3",
        "1.2.3.4.5",
        "1.2.3.",
        ".1.2.3",
        "1..2.3",
        "256.1.1.1",
        "01.1.1.1",
        "1.1.1.1 ",
        " 1.1.1.1",
        "+1.1.1.1",
        "1.1.1.0x1",
        "a.b.c.d",
        "\u0661.1.1.1",
        ":",
        ":::",
        "1:2:3:4:5:6:7",
        "1:2:3:4:5:6:7:8:9",
        "1::2::3",
        "1:2:3:4:5:6:7:8::",
        "::1:2:3:4:5:6:7:8",
        "12345::",
        "g::",
        "::1%eth0",
        "[::1]",
        "1:",
        ":1",
        "::1.2.3",
        "::1.2.3.4:5",
        "1:2:3:4:5:6:7:1.2.3.4",
        "::\uff11",
        "::1/64",
        "localhost"
      })
  void text_thatIsNoAddress_isNull(String text) {
    assertThat(IpLiteral.parse(text)).isNull();
  }

  @Test
  void random_addresses_agreeWithTheJdk() throws Exception {
    SplittableRandom random = new SplittableRandom(11);
    for (int i = 0; i < 5000; i++) {
      byte[] address = new byte[random.nextBoolean() ? 4 : 16];
      for (int at = 0; at < address.length; at++) {
        // Many zeros, so that runs of them are met.
        address[at] = (byte) (random.nextInt(3) == 0 ? random.nextInt(256) : 0);
      }
      String text = IpLiteral.format(address);
      assertThat(IpLiteral.parse(text)).isEqualTo(address);
      byte[] jdk = InetAddress.getByName(text).getAddress();
      assertThat(Network.unmapped(jdk)).isEqualTo(Network.unmapped(address));
    }
  }

  @Test
  void format_otherLength_isAProgrammersError() {
    assertThatThrownBy(() -> IpLiteral.format(new byte[5])).hasMessageContaining("address: 5");
  }
}
