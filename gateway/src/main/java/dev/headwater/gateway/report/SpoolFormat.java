package dev.headwater.gateway.report;

import java.util.ArrayList;
import java.util.List;
import zipkin2.Span;
import zipkin2.codec.SpanBytesDecoder;
import zipkin2.codec.SpanBytesEncoder;
import zipkin2.reporter.Encoding;

/**
 * How the encoding of spans is noted in a spool, and how spans that were written under an earlier
 * configuration come into the present one.
 */
final class SpoolFormat {
  private static final byte PROTO3 = 1;
  private static final byte JSON = 2;

  private final Encoding encoding;

  SpoolFormat(Encoding encoding) {
    this.encoding = encoding;
  }

  /** The mark of spans written now. */
  byte mark() {
    return encoding == Encoding.JSON ? JSON : PROTO3;
  }

  /**
   * The spans in the present encoding.
   *
   * @param mark what was noted when they were written
   * @throws IllegalArgumentException when they are not what the mark says
   */
  List<byte[]> read(List<byte[]> spans, byte mark) {
    if (mark == mark()) {
      return spans;
    }
    SpanBytesEncoder encoder =
        encoding == Encoding.JSON ? SpanBytesEncoder.JSON_V2 : SpanBytesEncoder.PROTO3;
    List<byte[]> converted = new ArrayList<>(spans.size());
    for (Span span : decoded(spans, mark)) {
      converted.add(encoder.encode(span));
    }
    return converted;
  }

  private static List<Span> decoded(List<byte[]> spans, byte mark) {
    return switch (mark) {
      case PROTO3 -> SpanBytesDecoder.PROTO3.decodeList(Encoding.PROTO3.encode(spans));
      case JSON -> SpanBytesDecoder.JSON_V2.decodeList(Encoding.JSON.encode(spans));
      default -> throw new IllegalArgumentException("encoding: " + mark + " (expected 1 or 2)");
    };
  }
}
