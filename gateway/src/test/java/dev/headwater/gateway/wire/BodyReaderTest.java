package dev.headwater.gateway.wire;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.headwater.gateway.pipeline.Fields;
import dev.headwater.gateway.pipeline.RequestHead;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** FAULTS.md A7 to A10 and A20 at the byte level: whole, and split at every place. */
class BodyReaderTest {
  /** Collects a body. */
  static class Collected implements BodyReader.Taker {
    final StringBuilder body = new StringBuilder();
    @Nullable Fields trailers;
    int ends;
    boolean taking = true;

    @Override
    public void data(Octets piece) {
      assertThat(piece.length()).isPositive();
      body.append(piece.buffer().toString(ISO_8859_1));
      piece.release();
    }

    @Override
    public void end(@Nullable Fields found) {
      trailers = found;
      ends++;
    }

    @Override
    public boolean taking() {
      return taking;
    }
  }

  /** Reads {@code text}, its first {@code split} bytes apart; tells what is left unread. */
  private static String read(BodyReader reader, Collected taker, String text, int split)
      throws ProtocolError {
    ByteBuf in = Unpooled.buffer();
    try {
      in.writeBytes(text.substring(0, split).getBytes(ISO_8859_1));
      reader.read(in, taker);
      in.writeBytes(text.substring(split).getBytes(ISO_8859_1));
      reader.read(in, taker);
      return in.toString(ISO_8859_1);
    } finally {
      in.release();
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '>',
      quoteCharacter = '`',
      value = {
        "0||>",
        "3|abc|0||>abc",
        "3|abc|2|de|0||>abcde",
        "A|0123456789|0||>0123456789",
        "a|0123456789|0||>0123456789",
        "00003|abc|0||>abc",
        "000000000000003|abc|000||>abc",
        "3;x|abc|0;y=z||>abc",
        "3;x=\"a b;\\\",\"|abc|0||>abc",
        "3 ;x|abc|0||>abc",
        "3;x = \"\";y|abc|0||>abc",
        "3|abc|0|A: b|C: d||>abc"
      })
  void chunks_read_splitAnywhere(String lines, @Nullable String body) throws Exception {
    String text = lines.replace("|", "\r\n");
    for (int split = 0; split <= text.length(); split++) {
      BodyReader reader = new BodyReader();
      Collected taken = new Collected();
      reader.begin(RequestHead.CHUNKED);
      // A20: what follows is the next message, never body.
      String rest = read(reader, taken, text + "GET /", split);
      assertThat(taken.body.toString()).isEqualTo(body == null ? "" : body);
      assertThat(taken.ends).isEqualTo(1);
      assertThat(reader.done()).isTrue();
      assertThat(rest).isEqualTo("GET /");
      assertThat(taken.trailers == null ? null : taken.trailers.get("c"))
          .isEqualTo(lines.contains("C: d") ? "d" : null);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "0x3|abc|0||",
        "+3|abc|0||",
        "-3|abc|0||",
        "3_0|abc|0||",
        " 3|abc|0||",
        "3 |abc|0||",
        "3\t|abc|0||",
        "|abc|0||",
        ";x|abc|0||",
        "g|abc|0||",
        "0000000000000003|abc|0||",
        "10000000000000000|abc|0||",
        "ffffffffffffffff|abc|0||",
        "3,x|abc|0||",
        "3;|abc|0||",
        "3;;x|abc|0||",
        "3;x |abc|0||",
        "3;x=|abc|0||",
        "3;x=a b|abc|0||",
        "3;x=\"a|abc|0||",
        "3;x=\"a\\\"|abc|0||",
        "3;\"a\"|abc|0||",
        "3 x|abc|0||",
        "3;a\rX|abc|0||",
        "3;a\nX|abc|0||",
        "3;a\0|abc|0||",
        "3;\u007f|abc|0||",
        "3\nabc|0||",
        "3|abc\n0||",
        "3|abcd|0||",
        "3|ab|0||xx",
        "3|abc0||",
        "0\n|",
        "0|\n",
        "0|A: b\n|",
        "0|A : b||",
        "0|: b||",
        "0|A||",
        "0| A: b||",
        "0|A: b| c||",
        "0|A: \0||"
      })
  void chunks_malformed_refused_splitAnywhere(String lines) {
    String text = lines.replace("|", "\r\n");
    for (int split = 0; split <= text.length(); split++) {
      BodyReader reader = new BodyReader();
      reader.begin(RequestHead.CHUNKED);
      int at = split;
      assertThatThrownBy(() -> read(reader, new Collected(), text, at))
          .as("split at %s", split)
          .isInstanceOfSatisfying(ProtocolError.class, e -> assertThat(e.status()).isEqualTo(400));
    }
  }

  @ParameterizedTest
  @CsvSource({"255, true", "256, true", "257, false"})
  void chunkExtension_limit_isExact(int length, boolean accepted) {
    assertThat(accepts("3;" + "x".repeat(length) + "\r\nabc\r\n0\r\n\r\n")).isEqualTo(accepted);
  }

  @ParameterizedTest
  @CsvSource({"15, true", "16, true", "17, false"})
  void chunkExtensions_totalIsBounded(int chunks, boolean accepted) {
    // 256 bytes each, semicolon included: 4096 in all.
    String chunk = "1;" + "x".repeat(255) + "\r\na\r\n";
    assertThat(accepts(chunk.repeat(chunks) + "0\r\n\r\n")).isEqualTo(accepted);
  }

  @ParameterizedTest
  @CsvSource({"63, true", "64, true", "65, false"})
  void trailers_number_isBounded(int count, boolean accepted) {
    assertThat(accepts("0\r\n" + "A: b\r\n".repeat(count) + "\r\n")).isEqualTo(accepted);
  }

  @ParameterizedTest
  @CsvSource({"8191, true", "8192, true", "8193, false"})
  void trailers_size_isBounded(int size, boolean accepted) {
    assertThat(accepts("0\r\nA: " + "b".repeat(size - 5) + "\r\n\r\n")).isEqualTo(accepted);
  }

  @Test
  void trailers_endless_refusedWithoutTheirEnd() {
    assertThat(accepts("0\r\nA: " + "b".repeat(9000))).isFalse();
    assertThat(accepts("3;" + "b".repeat(9000))).isFalse();
  }

  private static boolean accepts(String text) {
    BodyReader reader = new BodyReader();
    reader.begin(RequestHead.CHUNKED);
    try {
      read(reader, new Collected(), text, 0);
      return reader.done();
    } catch (ProtocolError e) {
      return false;
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Host",
        "Content-Length",
        "Transfer-Encoding",
        "Connection",
        "TE",
        "Trailer",
        "b3",
        "traceparent",
        "X-B3-Sampled",
        "X-Forwarded-For",
        "Forwarded",
        "X-Real-IP",
        "Authorization",
        "Cookie",
        "Set-Cookie",
        "Content-Type",
        "Expect",
        "X_Forwarded_For",
        "Proxy"
      })
  void trailer_thatMeansSomethingInAHead_isDropped(String name) throws Exception {
    BodyReader reader = new BodyReader();
    Collected taken = new Collected();
    reader.begin(RequestHead.CHUNKED);
    read(reader, taken, "0\r\n" + name + ": 1\r\n\r\n", 0);
    assertThat(taken.trailers).isNull();
    assertThat(taken.ends).isEqualTo(1);
  }

  @Test
  void counted_read_splitAnywhere() throws Exception {
    for (int split = 0; split <= 10; split++) {
      BodyReader reader = new BodyReader();
      Collected taken = new Collected();
      reader.begin(7);
      assertThat(read(reader, taken, "0123456789", split)).isEqualTo("789");
      assertThat(taken.body.toString()).isEqualTo("0123456");
      assertThat(taken.ends).isEqualTo(1);
    }
  }

  @Test
  void counted_none_isDoneAtOnce() {
    BodyReader reader = new BodyReader();
    reader.begin(0);
    assertThat(reader.done()).isTrue();
    assertThat(reader.closed(new Collected())).isFalse();
  }

  @Test
  void untilClose_endsWithTheConnection() throws Exception {
    BodyReader reader = new BodyReader();
    Collected taken = new Collected();
    reader.beginUntilClose();
    assertThat(read(reader, taken, "abc", 1)).isEmpty();
    assertThat(reader.done()).isFalse();
    assertThat(reader.closed(taken)).isTrue();
    assertThat(taken.body.toString()).isEqualTo("abc");
    assertThat(taken.ends).isEqualTo(1);
  }

  @Test
  void closed_insideAFramedBody_completesNothing() throws Exception {
    BodyReader reader = new BodyReader();
    Collected taken = new Collected();
    reader.begin(5);
    read(reader, taken, "abc", 0);
    assertThat(reader.closed(taken)).isFalse();
    reader.begin(RequestHead.CHUNKED);
    read(reader, taken, "3\r\nabc\r\n0\r\n", 0);
    assertThat(reader.closed(taken)).isFalse();
    assertThat(taken.ends).isZero();
  }

  @Test
  void taker_thatStops_findsTheRestLater() throws Exception {
    BodyReader reader = new BodyReader();
    Collected taken =
        new Collected() {
          @Override
          public void data(Octets piece) {
            super.data(piece);
            taking = false;
          }
        };
    reader.begin(RequestHead.CHUNKED);
    ByteBuf in = Unpooled.copiedBuffer("1\r\na\r\n1\r\nb\r\n0\r\n\r\n", ISO_8859_1);
    reader.read(in, taken);
    assertThat(taken.body.toString()).isEqualTo("a");
    taken.taking = true;
    reader.read(in, taken);
    assertThat(taken.body.toString()).isEqualTo("ab");
    taken.taking = true;
    reader.read(in, taken);
    assertThat(taken.ends).isEqualTo(1);
    assertThat(in.refCnt()).isEqualTo(1);
    in.release();
  }
}
