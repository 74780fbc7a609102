package dev.headwater.gateway.pipeline;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Header or trailer fields of one message, in order.
 *
 * <p>Names and values stay the bytes they came as, in one array; a field is four offsets into it
 * and its {@link FieldName}. Forwarding a message copies runs of untouched lines and never builds a
 * string for a field that nobody asked about. Values are ISO-8859-1 (RFC 9110 5.5). Confined to the
 * exchange's event loop.
 */
public final class Fields {
  /** Where serialised lines go. */
  public interface RangeSink {
    /**
     * Takes {@code length} bytes of {@code data} from {@code from} on; copies before it returns.
     */
    void write(byte[] data, int from, int length);
  }

  /** Sees the bytes of each field. */
  public interface ByteSink {
    /**
     * One field: where name and value lie in {@code data}, which neither side changes afterwards.
     */
    void field(byte[] data, int nameFrom, int nameLength, int valueFrom, int valueLength);
  }

  /** Sees each field once. */
  public interface Visitor {
    /** One field, by its place; see {@link #name(int)} and {@link #value(int)}. */
    void field(Fields fields, int index);
  }

  private static final int STRIDE = 4;
  private static final int REMOVED = -1;

  private byte[] data;
  private int dataEnd;
  private int[] spans;
  private byte[] ids;
  private int count;
  private long present;

  /** No fields yet, with room for some. */
  public Fields() {
    this(new byte[256], 0, 8);
  }

  /**
   * Fields whose lines lie in {@code data}; they are told with {@link #index}.
   *
   * @param data head of a message; owned from here on
   * @param dataEnd first free byte
   * @param expected number of fields to have room for
   */
  public Fields(byte[] data, int dataEnd, int expected) {
    this.data = data;
    this.dataEnd = dataEnd;
    this.spans = new int[expected * STRIDE];
    this.ids = new byte[expected];
  }

  /** Tells of a field that already lies in the data. */
  public void index(int nameFrom, int nameLength, int valueFrom, int valueLength) {
    if (count == ids.length) {
      ids = Arrays.copyOf(ids, count * 2);
      spans = Arrays.copyOf(spans, count * 2 * STRIDE);
    }
    int id = FieldName.of(data, nameFrom, nameLength);
    ids[count] = (byte) id;
    present |= FieldName.bit(id);
    int at = count * STRIDE;
    spans[at] = nameFrom;
    spans[at + 1] = nameLength;
    spans[at + 2] = valueFrom;
    spans[at + 3] = valueLength;
    count++;
  }

  /** Appends a field. Name and value have been checked by the caller. */
  public void add(String name, String value) {
    int nameLength = name.length();
    int valueLength = value.length();
    room(nameLength + valueLength + 4);
    int nameFrom = dataEnd;
    put(name);
    data[dataEnd++] = ':';
    data[dataEnd++] = ' ';
    int valueFrom = dataEnd;
    put(value);
    data[dataEnd++] = '\r';
    data[dataEnd++] = '\n';
    index(nameFrom, nameLength, valueFrom, valueLength);
  }

  private void room(int needed) {
    if (data.length - dataEnd < needed) {
      data = Arrays.copyOf(data, Math.max(data.length * 2, dataEnd + needed));
    }
  }

  @SuppressWarnings("deprecation") // the one bulk copy of Latin-1 strings that the JDK has
  private void put(String text) {
    int length = text.length();
    text.getBytes(0, length, data, dataEnd);
    dataEnd += length;
  }

  /** Removes every field of that name, then appends one. */
  public void set(String name, String value) {
    remove(name);
    add(name, value);
  }

  /** Removes every field of that name, given in any case. */
  public void remove(String name) {
    for (int i = 0; i < count; i++) {
      if (live(i) && nameIs(i, name)) {
        removeAt(i);
      }
    }
  }

  /** Removes every field of that kind. */
  public void remove(int id) {
    if (has(id)) {
      for (int i = 0; i < count; i++) {
        if (ids[i] == id) {
          removeAt(i);
        }
      }
      present &= ~FieldName.bit(id);
    }
  }

  /** Removes the field at a place; other places stay as they are. */
  public void removeAt(int index) {
    spans[index * STRIDE + 1] = REMOVED;
  }

  /** Whether some field of that kind is there. Exact for kinds never removed one by one. */
  public boolean has(int id) {
    return (present & FieldName.bit(id)) != 0;
  }

  /** Value of the first field of that kind, or null. */
  public @Nullable String get(int id) {
    int at = has(id) ? find(id, 0) : -1;
    return at < 0 ? null : value(at);
  }

  /** Place of the first field of that kind from {@code from} on, or -1. */
  public int find(int id, int from) {
    for (int i = from; i < count; i++) {
      if (ids[i] == id && live(i)) {
        return i;
      }
    }
    return -1;
  }

  /** Value of the first field of that name, given in any case, or null. */
  public @Nullable String get(String name) {
    for (int i = 0; i < count; i++) {
      if (live(i) && nameIs(i, name)) {
        return value(i);
      }
    }
    return null;
  }

  /** Values of all fields of that name, given in any case, joined by commas; null without one. */
  public @Nullable String joined(String name) {
    String joined = null;
    for (int i = 0; i < count; i++) {
      if (live(i) && nameIs(i, name)) {
        joined = joined == null ? value(i) : joined + "," + value(i);
      }
    }
    return joined;
  }

  /** Number of places, removed ones included. */
  public int count() {
    return count;
  }

  /** Whether nothing is left. */
  public boolean isEmpty() {
    for (int i = 0; i < count; i++) {
      if (live(i)) {
        return false;
      }
    }
    return true;
  }

  /** Kind of the field at a place. */
  public int id(int index) {
    return ids[index];
  }

  /** Whether the field at a place was not removed. */
  public boolean live(int index) {
    return spans[index * STRIDE + 1] != REMOVED;
  }

  /** Name of the field at a place, as it was sent. */
  public String name(int index) {
    int at = index * STRIDE;
    return new String(data, spans[at], spans[at + 1], StandardCharsets.ISO_8859_1);
  }

  /** Length of the name at a place; -1 for a removed one. */
  public int nameLength(int index) {
    return spans[index * STRIDE + 1];
  }

  /** Value of the field at a place, without surrounding white space. */
  public String value(int index) {
    int at = index * STRIDE;
    return new String(data, spans[at + 2], spans[at + 3], StandardCharsets.ISO_8859_1);
  }

  /** Length of the value at a place. */
  public int valueLength(int index) {
    return spans[index * STRIDE + 3];
  }

  /** One byte of the value at a place. */
  public byte valueByte(int index, int offset) {
    return data[spans[index * STRIDE + 2] + offset];
  }

  /** Whether the field at a place has that name, in any case. */
  public boolean nameIs(int index, String name) {
    int at = index * STRIDE;
    int length = spans[at + 1];
    return length == name.length() && equalsIgnoreCase(spans[at], name);
  }

  /** Whether the value at a place is that text, in any case of ASCII letters. */
  public boolean valueIs(int index, String text) {
    int at = index * STRIDE;
    return spans[at + 3] == text.length() && equalsIgnoreCase(spans[at + 2], text);
  }

  private boolean equalsIgnoreCase(int from, String text) {
    for (int i = 0; i < text.length(); i++) {
      int a = data[from + i];
      int b = text.charAt(i);
      if (a != b && ((a | 0x20) != (b | 0x20) || (b | 0x20) < 'a' || (b | 0x20) > 'z')) {
        return false;
      }
    }
    return true;
  }

  /** Shows the bytes of each field that is left. */
  public void each(ByteSink sink) {
    for (int i = 0; i < count; i++) {
      if (live(i)) {
        int at = i * STRIDE;
        sink.field(data, spans[at], spans[at + 1], spans[at + 2], spans[at + 3]);
      }
    }
  }

  /** Shows each field that is left. */
  public void each(Visitor visitor) {
    for (int i = 0; i < count; i++) {
      if (live(i)) {
        visitor.field(this, i);
      }
    }
  }

  /**
   * Writes the lines that are left, each as {@code name: value CRLF}. Neighbouring lines that
   * already have that form are written in one piece.
   */
  public void write(RangeSink sink) {
    int runFrom = 0;
    int runTo = 0;
    for (int i = 0; i < count; i++) {
      if (!live(i)) {
        continue;
      }
      int at = i * STRIDE;
      int from = spans[at];
      int to = spans[at + 2] + spans[at + 3];
      if (canonical(at, to)) {
        if (from != runTo) {
          flush(sink, runFrom, runTo);
          runFrom = from;
        }
        runTo = to + 2;
      } else {
        flush(sink, runFrom, runTo);
        runFrom = 0;
        runTo = 0;
        sink.write(data, from, spans[at + 1]);
        sink.write(SEPARATOR, 0, 2);
        sink.write(data, spans[at + 2], spans[at + 3]);
        sink.write(CRLF, 0, 2);
      }
    }
    flush(sink, runFrom, runTo);
  }

  private static final byte[] SEPARATOR = {':', ' '};
  private static final byte[] CRLF = {'\r', '\n'};

  private boolean canonical(int at, int valueEnd) {
    int valueFrom = spans[at + 2];
    return valueFrom == spans[at] + spans[at + 1] + 2
        && data[valueFrom - 1] == ' '
        && valueEnd + 1 < dataEnd
        && data[valueEnd] == '\r'
        && data[valueEnd + 1] == '\n';
  }

  private void flush(RangeSink sink, int from, int to) {
    if (to > from) {
      sink.write(data, from, to - from);
    }
  }

  /** Most bytes that {@link #write} can produce. */
  public int maxBytes() {
    return dataEnd + count * 4;
  }

  /** The fields, for messages of tests and logs of the curious; not for the wire. */
  @Override
  public String toString() {
    StringBuilder text = new StringBuilder();
    each(
        (fields, i) ->
            text.append(fields.name(i)).append(": ").append(fields.value(i)).append('\n'));
    return text.toString();
  }
}
