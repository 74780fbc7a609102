package dev.headwater.gateway.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.headwater.gateway.pipeline.RequestHead;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** FAULTS.md A1 to A6 and A14: what a body's length may be told by. */
class FramingTest {
  private static long of(String lines, boolean http11) throws ProtocolError {
    String crlf = lines.isEmpty() ? "" : lines.replace("|", "\r\n") + "\r\n";
    return Framing.of(HeadReaderTest.fields(crlf), http11);
  }

  @ParameterizedTest
  @CsvSource({
    "Content-Length: 0, 0",
    "Content-Length: 5, 5",
    "content-length:5, 5",
    "Content-Length: 005, 5",
    "Content-Length: 999999999999999999, 999999999999999999",
    "Transfer-Encoding: chunked, -1",
    "Transfer-Encoding: Chunked, -1",
    "'Transfer-Encoding:\tchunked', -1",
    "A: b, -2"
  })
  void length_read(String lines, long length) throws Exception {
    assertThat(of(lines, true)).isEqualTo(length);
    assertThat(RequestHead.CHUNKED).isEqualTo(-1);
    assertThat(Framing.UNSAID).isEqualTo(-2);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Content-Length: 5|Transfer-Encoding: chunked",
        "Transfer-Encoding: chunked|Content-Length: 5",
        "Transfer-Encoding: chunked|Content-Length: 0",
        "Transfer-Encoding: chunked|Transfer-Encoding: chunked",
        "Transfer-Encoding: chunked, chunked",
        "Transfer-Encoding: ,chunked",
        "Transfer-Encoding: chunked,",
        "Transfer-Encoding: xchunked",
        "Transfer-Encoding: chunkedx",
        "Transfer-Encoding: identity, chunked",
        "Transfer-Encoding: identity",
        "Transfer-Encoding: gzip, chunked",
        "Transfer-Encoding: chunked;q=1",
        "Transfer-Encoding: \"chunked\"",
        "Transfer-Encoding: chunked\u00a0",
        "Transfer-Encoding:",
        "Content-Length: 5|Content-Length: 6",
        "Content-Length: 5|Content-Length: 5",
        "Content-Length: 5, 5",
        "Content-Length: 5,",
        "Content-Length: +5",
        "Content-Length: -1",
        "Content-Length: 0x5",
        "Content-Length: 5_0",
        "Content-Length: 5 0",
        "Content-Length: 5.0",
        "Content-Length: 1e3",
        "Content-Length:",
        "Content-Length: \u00b2",
        "Content-Length: 9223372036854775808",
        "Content-Length: 18446744073709551621"
      })
  void length_ambiguous_refused(String lines) {
    assertThatThrownBy(() -> of(lines, true))
        .isInstanceOfSatisfying(ProtocolError.class, e -> assertThat(e.status()).isEqualTo(400));
  }

  @ParameterizedTest
  @ValueSource(strings = {"Transfer-Encoding: chunked", "Transfer-Encoding: x"})
  void encoding_inHttp10_refused(String lines) {
    assertThatThrownBy(() -> of(lines, false)).isInstanceOf(ProtocolError.class);
  }
}
