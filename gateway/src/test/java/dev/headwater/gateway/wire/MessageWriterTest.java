package dev.headwater.gateway.wire;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import dev.headwater.gateway.pipeline.Fields;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.embedded.EmbeddedChannel;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MessageWriterTest {
  private final EmbeddedChannel channel = new EmbeddedChannel(new ChannelInboundHandlerAdapter());
  private final MessageWriter writer = new MessageWriter(channel.pipeline().firstContext());
  private final HeadBuffer scratch = new HeadBuffer();
  private final List<ByteBuf> pieces = new ArrayList<>();

  private Octets piece(String text) {
    ByteBuf bytes = Unpooled.copiedBuffer(text, ISO_8859_1);
    pieces.add(bytes);
    return new Octets(bytes);
  }

  private String written() {
    StringBuilder all = new StringBuilder();
    for (ByteBuf next = channel.readOutbound(); next != null; next = channel.readOutbound()) {
      all.append(next.toString(ISO_8859_1));
      next.release();
    }
    return all.toString();
  }

  private HeadBuffer head(boolean chunked) {
    HeadBuffer head = scratch.clear().statusLine(200);
    return (chunked ? head.chunked() : head.contentLength(6)).crlf();
  }

  @AfterEach
  void nothingLeaks() {
    assertThat(pieces).allSatisfy(piece -> assertThat(piece.refCnt()).isZero());
    channel.finishAndReleaseAll();
  }

  @Test
  void head_waitsForItsBody_andLeavesInOnePiece() {
    writer.head(head(false), false);
    assertThat(channel.outboundMessages()).isEmpty();
    writer.data(piece("abcdef"));
    writer.end(null, scratch);
    writer.flush();
    assertThat(channel.outboundMessages()).hasSize(1);
    assertThat(written()).isEqualTo("HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nabcdef");
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 15, 16, 17, 255, 256, 1000, 4071, 4072, 4073, 5000, 65_536, 1 << 20})
  void chunks_flushedOrNot_readBackAsTheyWere(int size) throws Exception {
    for (int flushes = 0; flushes < 8; flushes++) {
      Fields trailers = new Fields();
      trailers.add("A", "b");
      writer.head(head(true), true);
      for (int i = 0; i < 3; i++) {
        writer.data(piece("x".repeat(size)));
        if ((flushes >> i & 1) != 0) {
          writer.flush();
        }
      }
      writer.end(trailers, scratch);
      writer.flush();
      writer.flush();
      String all = written();
      int body = all.indexOf("\r\n\r\n") + 4;
      assertThat(all.substring(0, body)).endsWith("Transfer-Encoding: chunked\r\n\r\n");
      BodyReader reader = new BodyReader();
      BodyReaderTest.Collected taken = new BodyReaderTest.Collected();
      reader.begin(-1);
      ByteBuf in = Unpooled.copiedBuffer(all.substring(body), ISO_8859_1);
      reader.read(in, taken);
      assertThat(taken.body).hasSize(3 * size);
      assertThat(taken.trailers).isNotNull();
      assertThat(in.isReadable()).isFalse();
      in.release();
    }
  }

  @Test
  void chunk_flushed_isEndedAtOnce() {
    writer.head(head(true), true);
    writer.data(piece("event"));
    writer.flush();
    assertThat(written()).endsWith("\r\n\r\n5\r\nevent\r\n");
    writer.data(piece("next"));
    writer.flush();
    assertThat(written()).isEqualTo("4\r\nnext\r\n");
    writer.end(null, scratch);
    writer.flush();
    assertThat(written()).isEqualTo("0\r\n\r\n");
  }

  @Test
  void emptyPiece_isNoLastChunk() {
    writer.head(head(true), true);
    writer.data(piece(""));
    writer.data(piece("a"));
    writer.end(null, scratch);
    writer.flush();
    assertThat(written()).endsWith("\r\n\r\n1\r\na\r\n0\r\n\r\n");
  }

  @Test
  void messages_followOneAnother() {
    for (int i = 0; i < 3; i++) {
      writer.head(head(false), false);
      writer.data(piece("abcdef"));
      writer.end(null, scratch);
    }
    writer.flush();
    assertThat(written()).isEqualTo("HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nabcdef".repeat(3));
  }

  @Test
  void discard_givesBackWhatWaits() {
    writer.head(head(false), false);
    writer.data(piece("abc"));
    writer.discard();
    writer.discard();
    writer.flush();
    assertThat(written()).isEmpty();
  }

  @Test
  void pieces_toAClosedChannel_areGivenBack() {
    channel.close();
    writer.head(head(true), true);
    writer.data(piece("x".repeat(10_000)));
    writer.data(piece("abc"));
    writer.end(null, scratch);
    writer.flush();
    assertThat(channel.outboundMessages()).isEmpty();
  }

  @Test
  void headBuffer_growsAsNeeded_andIsLatin1() {
    String target = "/" + "a".repeat(20_000);
    Fields fields = new Fields();
    fields.add("A", "\u00e4");
    ByteBuf out =
        scratch
            .clear()
            .requestLine("GET", target, "h")
            .fields(fields)
            .contentLength(Long.MAX_VALUE)
            .connectionKeepAlive()
            .crlf()
            .copy(channel.alloc(), 0);
    assertThat(out.toString(ISO_8859_1))
        .isEqualTo(
            "GET "
                + target
                + " HTTP/1.1\r\nHost: h\r\nA: \u00e4\r\nContent-Length: 9223372036854775807\r\n"
                + "Connection: keep-alive\r\n\r\n");
    out.release();
  }

  @Test
  void statusLine_everyStatus_isReadBack() throws Exception {
    for (int status = 100; status < 600; status++) {
      ByteBuf out = scratch.clear().statusLine(status).crlf().copy(channel.alloc(), 0);
      byte[] bytes = new byte[out.readableBytes()];
      out.readBytes(bytes).release();
      assertThat(StartLines.status(bytes).status()).isEqualTo(status);
    }
  }
}
