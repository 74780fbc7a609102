package dev.headwater.gateway.fault;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.DefaultHttp2HeadersDecoder;
import io.netty.handler.codec.http2.DefaultHttp2HeadersEncoder;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http2.Http2HeadersEncoder;
import io.netty.util.AsciiString;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * Header blocks of one connection (RFC 7541): by Netty's encoder and decoder, which keep the
 * dynamic tables, or as plain literals that need none and take any byte.
 */
public final class Http2Fields {
  private final Http2HeadersEncoder encoder =
      new DefaultHttp2HeadersEncoder(Http2HeadersEncoder.NEVER_SENSITIVE);
  private final DefaultHttp2HeadersDecoder decoder = new DefaultHttp2HeadersDecoder(false, 1 << 24);

  /** Names and values in turn, as literals without indexing and without Huffman code. */
  public static byte[] literal(String... namesAndValues) {
    ByteArrayOutputStream block = new ByteArrayOutputStream();
    for (int i = 0; i < namesAndValues.length; i += 2) {
      block.write(0);
      string(block, namesAndValues[i]);
      string(block, namesAndValues[i + 1]);
    }
    return block.toByteArray();
  }

  private static void string(ByteArrayOutputStream block, String text) {
    byte[] bytes = text.getBytes(StandardCharsets.ISO_8859_1);
    // A length of seven bits, continued by groups of seven (RFC 7541 5.1).
    if (bytes.length < 0x7f) {
      block.write(bytes.length);
    } else {
      block.write(0x7f);
      int left = bytes.length - 0x7f;
      for (; left >= 0x80; left >>>= 7) {
        block.write(left & 0x7f | 0x80);
      }
      block.write(left);
    }
    block.writeBytes(bytes);
  }

  /** The pseudo-header fields of a request, and names and values in turn behind them. */
  public static String[] request(String method, String path, String... more) {
    List<String> all =
        new ArrayList<>(
            List.of(":method", method, ":scheme", "http", ":path", path, ":authority", "a"));
    all.addAll(List.of(more));
    return all.toArray(String[]::new);
  }

  /** Compressed with the connection's dynamic table, which later blocks rely on. */
  byte[] encode(int stream, String... namesAndValues) {
    Http2Headers headers = new DefaultHttp2Headers(false);
    for (int i = 0; i < namesAndValues.length; i += 2) {
      headers.add(AsciiString.of(namesAndValues[i]), AsciiString.of(namesAndValues[i + 1]));
    }
    ByteBuf block = Unpooled.buffer();
    try {
      encoder.encodeHeaders(stream, headers, block);
    } catch (Http2Exception e) {
      throw new IllegalArgumentException(e);
    }
    byte[] bytes = new byte[block.readableBytes()];
    block.readBytes(bytes);
    return bytes;
  }

  /** Has to be called for every block that comes, in order. */
  List<StrictField> decode(int stream, byte[] block) {
    try {
      List<StrictField> fields = new ArrayList<>();
      decoder
          .decodeHeaders(stream, Unpooled.wrappedBuffer(block))
          .forEach(
              field ->
                  fields.add(
                      new StrictField(field.getKey().toString(), field.getValue().toString())));
      return fields;
    } catch (Http2Exception e) {
      throw new AssertionError("header block of stream " + stream + ": " + e.getMessage(), e);
    }
  }
}
