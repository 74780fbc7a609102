package dev.headwater.gateway.wire;

import dev.headwater.gateway.pipeline.FieldName;
import dev.headwater.gateway.pipeline.Fields;
import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.util.AsciiString;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Between the header blocks of Netty's HTTP/2 codec and our fields. */
public final class Http2Fields {
  private static final int MAX_TRAILER_FIELDS = 64;

  private static final AsciiString CONNECTION = AsciiString.cached("connection");
  private static final AsciiString UPGRADE = AsciiString.cached("upgrade");

  private Http2Fields() {}

  /** A decoded block, checked; see {@link HeaderBlock} for limits and errors. */
  public static HeaderBlock block(
      HeaderBlock.Kind kind, Http2Headers headers, int maxBytes, int maxFields)
      throws ProtocolError {
    HeaderBlock block = new HeaderBlock(kind, maxBytes, maxFields);
    for (Map.Entry<CharSequence, CharSequence> field : headers) {
      block.field(field.getKey(), field.getValue());
    }
    return block.end();
  }

  /** Trailers, without what means something to framing, routing or tracing; null without any. */
  public static @Nullable Fields trailers(Http2Headers headers) throws ProtocolError {
    HeaderBlock block =
        block(HeaderBlock.Kind.TRAILERS, headers, BodyReader.MAX_TRAILERS, MAX_TRAILER_FIELDS);
    ProtocolError excess = block.excess();
    if (excess != null) {
      throw excess;
    }
    Fields fields = block.fields();
    for (int i = 0; i < fields.count(); i++) {
      if (fields.id(i) != FieldName.OTHER) {
        fields.removeAt(i);
      }
    }
    return fields.isEmpty() ? null : fields;
  }

  /** Headers to write to; what goes in was checked by us. */
  public static Http2Headers unchecked(int expected) {
    return new DefaultHttp2Headers(false, expected);
  }

  /**
   * Writes the fields that are left behind what {@code headers} holds, with lower-case names, and
   * without {@code Connection} and {@code Upgrade}, which HTTP/2 does not have. Each is copied: the
   * compression may remember it for as long as the connection lives, and would keep the whole head.
   */
  public static void write(Fields fields, Http2Headers headers) {
    fields.each(
        (data, nameFrom, nameLength, valueFrom, valueLength) -> {
          AsciiString name = name(data, nameFrom, nameLength);
          if (!CONNECTION.equals(name) && !UPGRADE.equals(name)) {
            headers.add(name, new AsciiString(data, valueFrom, valueLength, true));
          }
        });
  }

  private static AsciiString name(byte[] data, int from, int length) {
    AsciiString name = new AsciiString(data, from, length, true);
    return Syntax.holdsUpperCase(data, from, from + length) ? name.toLowerCase() : name;
  }
}
