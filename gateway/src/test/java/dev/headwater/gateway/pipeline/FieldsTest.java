package dev.headwater.gateway.pipeline;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class FieldsTest {
  private final Fields fields = new Fields();

  private String written() {
    StringBuilder out = new StringBuilder();
    fields.write((data, from, length) -> out.append(new String(data, from, length, ISO_8859_1)));
    assertThat(out.length()).isLessThanOrEqualTo(fields.maxBytes());
    return out.toString();
  }

  @Test
  void added_read_inAnyCase() {
    fields.add("Content-Type", "a");
    fields.add("X-Y", "1");
    fields.add("x-y", "2");
    assertThat(fields.get("content-TYPE")).isEqualTo("a");
    assertThat(fields.get(FieldName.CONTENT_TYPE)).isEqualTo("a");
    assertThat(fields.joined("X-y")).isEqualTo("1,2");
    assertThat(fields.get("absent")).isNull();
    assertThat(fields.joined("absent")).isNull();
    assertThat(written()).isEqualTo("Content-Type: a\r\nX-Y: 1\r\nx-y: 2\r\n");
  }

  @Test
  void names_compared_byLettersOnly() {
    fields.add("a[b", "1");
    fields.add("a@b", "2");
    assertThat(fields.get("a{b")).isNull();
    assertThat(fields.get("a`b")).isNull();
    assertThat(fields.get("A[B")).isEqualTo("1");
  }

  @Test
  void removed_leavesNothing_andPlacesStay() {
    fields.add("A", "1");
    fields.add("Host", "h");
    fields.add("A", "2");
    fields.add("B", "3");
    fields.remove("a");
    assertThat(fields.count()).isEqualTo(4);
    assertThat(fields.get("A")).isNull();
    assertThat(fields.live(0)).isFalse();
    assertThat(written()).isEqualTo("Host: h\r\nB: 3\r\n");
    fields.remove(FieldName.HOST);
    assertThat(fields.has(FieldName.HOST)).isFalse();
    assertThat(fields.find(FieldName.HOST, 0)).isEqualTo(-1);
    fields.remove("B");
    assertThat(fields.isEmpty()).isTrue();
    assertThat(written()).isEmpty();
  }

  @Test
  void set_replacesAll() {
    fields.add("A", "1");
    fields.add("a", "2");
    fields.set("A", "3");
    assertThat(written()).isEqualTo("A: 3\r\n");
    assertThat(fields.joined("a")).isEqualTo("3");
  }

  @Test
  void growing_keepsWhatWasThere() {
    for (int i = 0; i < 500; i++) {
      fields.add("Name-" + i, "value " + i);
    }
    for (int i = 0; i < 500; i++) {
      assertThat(fields.get("name-" + i)).isEqualTo("value " + i);
    }
    assertThat(written()).hasLineCount(501 - 1).startsWith("Name-0: value 0\r\n");
  }

  /** Lines that lie in the message are written anew unless they already have our form. */
  @Test
  void lines_ofAnyForm_areWrittenInOurs() {
    String head = "A:1\r\nB: 2\r\nC:\t3 \r\nD: 4\r\nE:  5\r\nF: 6 \r\nG:\r\n";
    byte[] data = head.getBytes(ISO_8859_1);
    Fields read = new Fields(data, data.length, 2);
    int at = 0;
    for (String line : head.split("\r\n")) {
      String value = line.substring(2);
      int from = at + 2 + (value.length() - value.stripLeading().length());
      read.index(at, 1, value.isBlank() ? at + 2 : from, value.strip().length());
      at += line.length() + 2;
    }
    StringBuilder out = new StringBuilder();
    read.write((bytes, from, length) -> out.append(new String(bytes, from, length, ISO_8859_1)));
    assertThat(out.toString()).isEqualTo("A: 1\r\nB: 2\r\nC: 3\r\nD: 4\r\nE: 5\r\nF: 6\r\nG: \r\n");
    read.removeAt(3);
    read.add("H", "7");
    out.setLength(0);
    read.write((bytes, from, length) -> out.append(new String(bytes, from, length, ISO_8859_1)));
    assertThat(out.toString()).isEqualTo("A: 1\r\nB: 2\r\nC: 3\r\nE: 5\r\nF: 6\r\nG: \r\nH: 7\r\n");
  }
}
