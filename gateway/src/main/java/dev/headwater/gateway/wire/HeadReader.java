package dev.headwater.gateway.wire;

import dev.headwater.gateway.pipeline.Fields;
import io.netty.buffer.ByteBuf;

/**
 * Finds where a head ends in a growing buffer, and splits its field lines.
 *
 * <p>Every line ends in CRLF: a bare LF is refused as soon as it is seen (RFC 9112 2.2 lets a
 * recipient accept it; two recipients that disagree are a request smuggler's tool). One empty line
 * before a request line is skipped, none before a status line. Keeps its place between calls, so a
 * head that arrives byte by byte costs one look at each byte. Not thread safe; one per connection
 * and direction.
 */
public final class HeadReader {
  /** The head is not complete yet. */
  public static final int INCOMPLETE = -1;

  /** Checks a start line the moment it is complete, before the rest has come. */
  public interface StartLine {
    /** Refuses a line that can never become a valid message. */
    void check(ByteBuf in, int from, int to) throws ProtocolError;
  }

  private final int maxBytes;
  private final int maxStartLine;
  private final StartLine startLine;
  private final boolean emptyLineFirst;

  private int scanned;
  private int lineStart;
  private boolean started;
  private boolean skipped;

  /**
   * A reader of requests.
   *
   * @param maxBytes most bytes of a head; beyond it 431
   * @param maxStartLine most bytes of its first line; beyond it 414
   */
  public HeadReader(int maxBytes, int maxStartLine, StartLine startLine) {
    this(maxBytes, maxStartLine, startLine, true);
  }

  private HeadReader(int maxBytes, int maxStartLine, StartLine startLine, boolean emptyLineFirst) {
    this.maxBytes = maxBytes;
    this.maxStartLine = maxStartLine;
    this.startLine = startLine;
    this.emptyLineFirst = emptyLineFirst;
  }

  /** A reader of responses, whose status lines are left to whoever reads the head. */
  public static HeadReader ofResponses(int maxBytes, int maxStartLine) {
    return new HeadReader(maxBytes, maxStartLine, (in, from, to) -> {}, false);
  }

  /**
   * Looks for the end of the head.
   *
   * @return number of bytes from the reader index to the end of the empty line, or {@link
   *     #INCOMPLETE}
   */
  public int scan(ByteBuf in) throws ProtocolError {
    int base = in.readerIndex();
    int end = in.writerIndex();
    if (!started && scanned == 0 && base < end) {
      checkFirst(in.getByte(base));
    }
    int at = base + scanned;
    while (true) {
      int lf = in.indexOf(at, end, (byte) '\n');
      if (lf < 0) {
        scanned = end - base;
        checkSize(scanned);
        return INCOMPLETE;
      }
      int from = base + lineStart;
      if (lf == from || in.getByte(lf - 1) != '\r') {
        throw ProtocolError.malformed("bare_lf", "a line ends without CRLF");
      }
      at = lf + 1;
      if (lf - 1 == from) {
        if (started) {
          return complete(at - base);
        }
        base = skip(in, at);
        if (base < end) {
          checkFirst(in.getByte(base));
        }
        continue;
      }
      if (!started) {
        if (lf - 1 - from > maxStartLine) {
          throw tooLongStart();
        }
        startLine.check(in, from, lf - 1);
        started = true;
      }
      lineStart = at - base;
    }
  }

  private int complete(int length) throws ProtocolError {
    if (length > maxBytes) {
      throw tooLarge();
    }
    reset();
    return length;
  }

  private int skip(ByteBuf in, int at) throws ProtocolError {
    if (skipped || !emptyLineFirst) {
      throw ProtocolError.malformed("leading_bytes", "empty lines before the start line");
    }
    skipped = true;
    in.readerIndex(at);
    scanned = 0;
    lineStart = 0;
    return at;
  }

  private void checkFirst(byte first) throws ProtocolError {
    if (!Syntax.token(first) && first != '\r') {
      throw ProtocolError.malformed("leading_bytes", "the message does not begin with a token");
    }
  }

  private void checkSize(int length) throws ProtocolError {
    // The line may be whole but for its LF: its CR does not count.
    if (!started && length > maxStartLine + 1) {
      throw tooLongStart();
    }
    if (length > maxBytes) {
      throw tooLarge();
    }
  }

  private static ProtocolError tooLongStart() {
    return new ProtocolError(414, "target_too_long", "the request target is too long");
  }

  static ProtocolError tooLarge() {
    return new ProtocolError(431, "head_too_large", "the header fields are too large");
  }

  static ProtocolError tooManyFields() {
    return new ProtocolError(431, "too_many_fields", "too many header fields");
  }

  /** Forgets everything: the next byte begins a new head. */
  public void reset() {
    scanned = 0;
    lineStart = 0;
    started = false;
    skipped = false;
  }

  /** Whether some byte of a head has come. */
  public boolean partial() {
    return scanned > 0;
  }

  /**
   * Splits field lines.
   *
   * @param data lines, each ended by CRLF; owned by the result
   * @param from first byte of the first line
   * @param to behind the last CRLF of the last line, the empty line not included
   * @param maxFields most fields; beyond it 431
   */
  public static Fields fields(byte[] data, int from, int to, int maxFields) throws ProtocolError {
    Fields fields = new Fields(data, to, 16);
    int at = from;
    int count = 0;
    while (at < to) {
      if (++count > maxFields) {
        throw tooManyFields();
      }
      at = field(fields, data, at, to);
    }
    return fields;
  }

  private static int field(Fields fields, byte[] data, int from, int to) throws ProtocolError {
    int colon = Syntax.tokenEnd(data, from, to);
    if (colon == from) {
      throw Syntax.space(data[from])
          ? ProtocolError.malformed("folded_field", "a header field continues on the next line")
          : ProtocolError.malformed("field_name", "a header field has no name");
    }
    if (data[colon] != ':') {
      throw ProtocolError.malformed("field_name", "a header field name holds an invalid character");
    }
    int valueFrom = colon + 1;
    while (Syntax.space(data[valueFrom])) {
      valueFrom++;
    }
    int lineEnd = valueFrom;
    while (data[lineEnd] != '\n') {
      lineEnd++;
    }
    int valueTo = lineEnd - 1;
    while (valueTo > valueFrom && Syntax.space(data[valueTo - 1])) {
      valueTo--;
    }
    if (!Syntax.value(data, valueFrom, valueTo)) {
      throw ProtocolError.malformed(
          "field_value", "a header field value holds a control character");
    }
    fields.index(from, colon - from, valueFrom, valueTo - valueFrom);
    return lineEnd + 1;
  }
}
