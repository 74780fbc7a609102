package dev.headwater.gateway.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.headwater.sampling.network.IpLiteral;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ProxyHeaderTest {
  private static final String SIGNATURE = "0d0a0d0a000d0a515549540a";
  private static final String V4 = "c0000207cb00710a04d201bb";
  private static final String V6 =
      "20010db8000000000000000000000001" + "20010db8000000000000000000000002" + "04d201bb";
  private static final String MAPPED =
      "00000000000000000000ffffc0000207" + "20010db8000000000000000000000002" + "04d201bb";

  private static ByteBuf text(String line) {
    return Unpooled.copiedBuffer(line, StandardCharsets.ISO_8859_1);
  }

  private static ByteBuf hex(String hex) {
    return Unpooled.wrappedBuffer(HexFormat.of().parseHex(hex));
  }

  private static @Nullable String said(ProxyHeader header) {
    return header.ip() == null ? null : IpLiteral.format(header.ip()) + " " + header.port();
  }

  /** Reads it, with a request behind it that has to stay; every beginning of it is too little. */
  private static @Nullable String read(ByteBuf header) throws ProtocolError {
    for (int length = 0; length < header.readableBytes(); length++) {
      ByteBuf part = header.slice(0, length);
      assertThat(ProxyHeader.read(part)).as("%d bytes", length).isNull();
      assertThat(part.readableBytes()).isEqualTo(length);
    }
    ByteBuf all = Unpooled.wrappedBuffer(header, text("GET /"));
    ProxyHeader found = ProxyHeader.read(all);
    assertThat(all.toString(StandardCharsets.ISO_8859_1)).isEqualTo("GET /");
    return said(found);
  }

  @ParameterizedTest
  @CsvSource({
    "PROXY TCP4 192.0.2.7 203.0.113.10 1234 443, 192.0.2.7 1234",
    "PROXY TCP4 255.255.255.255 255.255.255.255 65535 65535, 255.255.255.255 65535",
    "PROXY TCP4 192.0.2.7 203.0.113.10 0 0, 192.0.2.7 0",
    "PROXY TCP6 2001:db8::1 2001:db8::2 1234 443, 2001:db8::1 1234",
    "PROXY TCP6 ::ffff:192.0.2.7 ::1 1234 443, 192.0.2.7 1234",
    "PROXY UNKNOWN,",
    "PROXY UNKNOWN ffff:f:f whatever it is 1 2,",
  })
  void line_isRead(String line, @Nullable String expected) throws Exception {
    assertThat(read(text(line + "\r\n"))).isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource({
    "21 11 000c " + V4 + ", 192.0.2.7 1234",
    "21 21 0024 " + V6 + ", 2001:db8::1 1234",
    "21 21 0024 " + MAPPED + ", 192.0.2.7 1234",
    "21 11 0013 " + V4 + " 04000401020304, 192.0.2.7 1234",
    "20 00 0000,",
    "20 11 000c " + V4 + ",",
    "20 99 0003 ffffff,",
    "21 00 0000,",
    "21 00 0004 01020304,",
  })
  void binaryHeader_isRead(String rest, @Nullable String expected) throws Exception {
    assertThat(read(hex(SIGNATURE + rest.replace(" ", "")))).isEqualTo(expected);
  }

  @Test
  void binaryHeader_isReadUpToItsLimit_andNotBeyond() throws Exception {
    int most = ProxyHeader.MAX_BINARY - 16;
    String head = SIGNATURE + "2111" + String.format("%04x", most) + V4;
    assertThat(said(ProxyHeader.read(hex(head + "00".repeat(most - 12)))))
        .isEqualTo("192.0.2.7 1234");
    String beyond = SIGNATURE + "2111" + String.format("%04x", most + 1);
    assertThatThrownBy(() -> ProxyHeader.read(hex(beyond))).hasMessageContaining("malformed");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "PROXY TCP4 192.0.2.7 203.0.113.10 1234\r\n",
        "PROXY TCP4 192.0.2.7 203.0.113.10 1234 443 \r\n",
        "PROXY TCP4  192.0.2.7 203.0.113.10 1234 443\r\n",
        "PROXY TCP4 192.0.2.7 203.0.113.10 1234 443 5\r\n",
        "PROXY TCP4 192.0.2.7 203.0.113.10 1234 443\n",
        "PROXY TCP4 192.0.2.7 203.0.113.10 +1234 443\r\n",
        "PROXY TCP4 192.0.2.7 203.0.113.10 01234 443\r\n",
        "PROXY TCP4 192.0.2.7 203.0.113.10 65536 443\r\n",
        "PROXY TCP4 192.0.2.7 203.0.113.10 1234 -1\r\n",
        "PROXY TCP4 192.0.2.07 203.0.113.10 1234 443\r\n",
        "PROXY TCP4 192.0.2 203.0.113.10 1234 443\r\n",
        "PROXY TCP4 2001:db8::1 2001:db8::2 1234 443\r\n",
        "PROXY TCP6 192.0.2.7 203.0.113.10 1234 443\r\n",
        "PROXY TCP4 192.0.2.7 2001:db8::2 1234 443\r\n",
        "PROXY UDP4 192.0.2.7 203.0.113.10 1234 443\r\n",
        "PROXY TCP4\t192.0.2.7 203.0.113.10 1234 443\r\n",
        "PROXY \r\n",
        "PROXY \n",
      })
  void malformedLine_isRefused(String line) {
    assertThatThrownBy(() -> ProxyHeader.read(text(line)))
        .isInstanceOfSatisfying(
            ProtocolError.class, e -> assertThat(e.reason()).isEqualTo("proxy_header"));
  }

  @Test
  void lineWithoutEnd_isRefusedAtItsLimit() throws Exception {
    String line = "PROXY UNKNOWN " + "x".repeat(107 - 14 - 2);
    assertThat(read(text(line + "\r\n"))).isNull();
    assertThatThrownBy(() -> ProxyHeader.read(text(line + "xxx\r\n")))
        .hasMessageContaining("malformed");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "11 11 000c " + V4,
        "31 11 000c " + V4,
        "22 11 000c " + V4,
        "21 12 000c " + V4,
        "21 22 0024 " + V6,
        "21 41 000c " + V4,
        "21 32 0000",
        "21 11 000b " + V4,
        "21 21 0023 " + V6,
      })
  void malformedBinaryHeader_isRefused(String rest) {
    assertThatThrownBy(() -> ProxyHeader.read(hex(SIGNATURE + rest.replace(" ", ""))))
        .isInstanceOfSatisfying(
            ProtocolError.class, e -> assertThat(e.reason()).isEqualTo("proxy_header"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"G", "GET / HTTP/1.1\r\n\r\n", "PROXX", "proxy TCP4", "\r\n\r\nPROXY", " "})
  void otherBytes_areNoHeader_atTheFirstThatDiffers(String bytes) {
    assertThatThrownBy(() -> ProxyHeader.read(text(bytes)))
        .isInstanceOfSatisfying(
            ProtocolError.class, e -> assertThat(e.reason()).isEqualTo("proxy_header_missing"));
  }
}
