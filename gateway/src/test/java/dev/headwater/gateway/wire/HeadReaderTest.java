package dev.headwater.gateway.wire;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.headwater.gateway.pipeline.Fields;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class HeadReaderTest {
  private static final String HEAD = "GET / HTTP/1.1\r\nHost: a\r\nA: b\r\n\r\n";

  private final HeadReader reader = new HeadReader(1000, 100, (in, from, to) -> {});

  private static ByteBuf bytes(String text) {
    return Unpooled.copiedBuffer(text, ISO_8859_1);
  }

  static Fields fields(String lines) throws ProtocolError {
    byte[] data = lines.getBytes(ISO_8859_1);
    return HeadReader.fields(data, 0, data.length, 100);
  }

  @Test
  void scan_wholeHead_tellsItsLength() throws Exception {
    assertThat(reader.scan(bytes(HEAD + "GET"))).isEqualTo(HEAD.length());
  }

  @Test
  void scan_splitAnywhere_findsTheSameEnd() throws Exception {
    for (int split = 0; split < HEAD.length(); split++) {
      ByteBuf in = bytes(HEAD.substring(0, split));
      assertThat(reader.scan(in)).isEqualTo(HeadReader.INCOMPLETE);
      assertThat(reader.partial()).isEqualTo(split > 0);
      in.writeBytes(bytes(HEAD.substring(split)));
      assertThat(reader.scan(in)).as("split at %s", split).isEqualTo(HEAD.length());
      assertThat(reader.partial()).isFalse();
    }
  }

  @Test
  void scan_byteByByte_behindOneEmptyLine() throws Exception {
    String all = "\r\n" + HEAD;
    ByteBuf in = Unpooled.buffer();
    for (int i = 0; i < all.length() - 1; i++) {
      in.writeByte(all.charAt(i));
      assertThat(reader.scan(in)).isEqualTo(HeadReader.INCOMPLETE);
    }
    in.writeByte('\n');
    assertThat(reader.scan(in)).isEqualTo(HEAD.length());
    assertThat(in.toString(ISO_8859_1)).isEqualTo(HEAD);
  }

  @Test
  void scan_response_behindAnEmptyLine_refused() {
    HeadReader responses = HeadReader.ofResponses(1000, 100);
    assertThatThrownBy(() -> responses.scan(bytes("\r\nHTTP/1.1 200 OK\r\n\r\n")))
        .isInstanceOf(ProtocolError.class);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "GET / HTTP/1.1\nHost: a\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: a\n\r\n",
        "GET / HTTP/1.1\r\nHost: a\r\n\n",
        "\nGET / HTTP/1.1\r\n\r\n",
        "\r\n\r\nGET / HTTP/1.1\r\n\r\n",
        "\0GET / HTTP/1.1\r\n\r\n",
        " GET / HTTP/1.1\r\n\r\n",
        "\tGET / HTTP/1.1\r\n\r\n",
        "\r\n GET / HTTP/1.1\r\n\r\n",
        "\u0016\u0003\u0001",
        "\u00ffGET"
      })
  void scan_bytesThatNoHeadHas_refusedAsSoonAsSeen(String text) {
    assertThatThrownBy(() -> reader.scan(bytes(text)))
        .isInstanceOfSatisfying(
            ProtocolError.class, error -> assertThat(error.status()).isEqualTo(400));
    HeadReader other = new HeadReader(1000, 100, (in, from, to) -> {});
    assertThatThrownBy(
            () -> {
              ByteBuf in = Unpooled.buffer();
              for (int i = 0; i < text.length(); i++) {
                in.writeByte(text.charAt(i));
                other.scan(in);
              }
            })
        .isInstanceOf(ProtocolError.class);
  }

  @ParameterizedTest
  @CsvSource({"-1, 0", "0, 0", "1, 431"})
  void scan_headLimit_isExact(int over, int status) {
    String start = "GET / HTTP/1.1\r\nA: ";
    String head = start + "b".repeat(1000 + over - start.length() - 4) + "\r\n\r\n";
    expect(head, status);
  }

  @ParameterizedTest
  @CsvSource({"-1, 0", "0, 0", "1, 414"})
  void scan_startLineLimit_isExact(int over, int status) {
    expect("GET /" + "a".repeat(100 + over - 14) + " HTTP/1.1\r\n\r\n", status);
  }

  private static void expect(String head, int status) {
    for (int piece : new int[] {head.length(), 1}) {
      HeadReader fresh = new HeadReader(1000, 100, (in, from, to) -> {});
      int told = 0;
      try {
        ByteBuf in = Unpooled.buffer();
        for (int i = 0; i < head.length(); i += piece) {
          in.writeBytes(bytes(head.substring(i, i + piece)));
          fresh.scan(in);
        }
      } catch (ProtocolError e) {
        told = e.status();
      }
      assertThat(told).as("in pieces of %s", piece).isEqualTo(status);
    }
  }

  @Test
  void scan_endlessLine_refusedWithoutItsEnd() {
    assertThatThrownBy(() -> reader.scan(bytes("G".repeat(102))))
        .isInstanceOfSatisfying(ProtocolError.class, e -> assertThat(e.status()).isEqualTo(414));
  }

  @Test
  void startLine_checkedBeforeTheRestCame() {
    HeadReader checking =
        new HeadReader(
            1000,
            100,
            (in, from, to) -> {
              throw new ProtocolError(505, "version", in.toString(from, to - from, ISO_8859_1));
            });
    assertThatThrownBy(() -> checking.scan(bytes("GET / HTTP/2.0\r\n")))
        .hasMessage("GET / HTTP/2.0");
  }

  @Test
  void fields_values_areTrimmedAndKept() throws Exception {
    Fields fields = fields("A:b\r\nC: \t d e \t\r\nEmpty:\r\nObs: \u00e4\u00ff\r\nQ: \"a,b\"\r\n");
    assertThat(fields.get("a")).isEqualTo("b");
    assertThat(fields.get("C")).isEqualTo("d e");
    assertThat(fields.get("empty")).isEmpty();
    assertThat(fields.get("obs")).isEqualTo("\u00e4\u00ff");
    assertThat(fields.get("q")).isEqualTo("\"a,b\"");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "A : b\r\n",
        "A\t: b\r\n",
        ": b\r\n",
        "A\r\n",
        "A b: c\r\n",
        "A: b\r\n c\r\n",
        "A: b\r\n\tc\r\n",
        " A: b\r\n",
        "A: b\rc\r\n",
        "A: b\r\r\n",
        "A: b\0\r\n",
        "A: \u0001\r\n",
        "A: b\u007f\r\n",
        "A: \u000b\r\n",
        "A\0: b\r\n",
        "A\u00e4: b\r\n",
        "A(): b\r\n",
        "A\": b\r\n",
        "A/: b\r\n",
        "A@: b\r\n",
        "{}: b\r\n"
      })
  void fields_malformedLine_refused(String lines) {
    assertThatThrownBy(() -> fields(lines))
        .isInstanceOfSatisfying(ProtocolError.class, e -> assertThat(e.status()).isEqualTo(400));
  }

  @ParameterizedTest
  @CsvSource({"9, 0", "10, 0", "11, 431"})
  void fields_limit_isExact(int count, int status) {
    byte[] data = "A: b\r\n".repeat(count).getBytes(ISO_8859_1);
    int told = 0;
    try {
      assertThat(HeadReader.fields(data, 0, data.length, 10).count()).isEqualTo(count);
    } catch (ProtocolError e) {
      told = e.status();
    }
    assertThat(told).isEqualTo(status);
  }
}
