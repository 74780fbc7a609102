package dev.headwater.gateway.wire;

import io.netty.buffer.ByteBuf;

/**
 * What may stand behind a chunk size: {@code *( BWS ";" BWS name [ BWS "=" BWS value ] )} (RFC 9112
 * 7.1.1). It is dropped, but a reader in front of us that takes an open quotation beyond the line's
 * end must not see other chunks than we do.
 */
final class ChunkExtensions {
  private ChunkExtensions() {}

  /** Whether the bytes are extensions and nothing else; none have any control byte but tabs. */
  static boolean valid(ByteBuf in, int from, int to) {
    int at = from;
    while (at < to) {
      at = spaceEnd(in, at, to);
      if (at == to || in.getByte(at) != ';') {
        return false;
      }
      int name = spaceEnd(in, at + 1, to);
      at = tokenEnd(in, name, to);
      if (at == name) {
        return false;
      }
      int equals = spaceEnd(in, at, to);
      if (equals < to && in.getByte(equals) == '=') {
        int value = spaceEnd(in, equals + 1, to);
        at = valueEnd(in, value, to);
        if (at == value) {
          return false;
        }
      }
    }
    return true;
  }

  private static int spaceEnd(ByteBuf in, int from, int to) {
    int at = from;
    while (at < to && Syntax.space(in.getByte(at))) {
      at++;
    }
    return at;
  }

  private static int tokenEnd(ByteBuf in, int from, int to) {
    int at = from;
    while (at < to && Syntax.token(in.getByte(at))) {
      at++;
    }
    return at;
  }

  /** Behind a token or a closed quotation; {@code from} where neither is. */
  private static int valueEnd(ByteBuf in, int from, int to) {
    if (from == to || in.getByte(from) != '"') {
      return tokenEnd(in, from, to);
    }
    for (int at = from + 1; at < to; at++) {
      byte c = in.getByte(at);
      if (c == '"') {
        return at + 1;
      }
      if (c == '\\') {
        at++;
      }
    }
    return from;
  }
}
