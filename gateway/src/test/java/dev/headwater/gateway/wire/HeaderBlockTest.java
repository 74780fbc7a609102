package dev.headwater.gateway.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.headwater.gateway.wire.HeaderBlock.Kind;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HeaderBlockTest {
  private static final String GET = ":method=GET|:scheme=http|:path=/|:authority=h";

  private static HeaderBlock block(Kind kind, String fields) throws ProtocolError {
    HeaderBlock block = new HeaderBlock(kind, 1000, 10);
    for (String field : fields.split("\\|")) {
      int equals = field.indexOf('=');
      block.field(field.substring(0, equals), field.substring(equals + 1));
    }
    return block.end();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "A=b",
        "a b=c",
        "=c",
        "a:b=c",
        "a\r=b",
        "a\u0000=b",
        "\u00e4=b",
        "\u0141=b",
        "a=b\r",
        "a=b\nc",
        "a=\u0000",
        "a= b",
        "a=b\t",
        "a=\u0141",
        "connection=close",
        "keep-alive=1",
        "proxy-connection=x",
        "transfer-encoding=chunked",
        "upgrade=h2c",
        "te=gzip",
        "te=trailers, gzip",
        ":path=/",
        ":x=y",
        ":status=200"
      })
  void field_malformedOrOfTheConnection_isRefused(String field) {
    assertThatThrownBy(() -> block(Kind.REQUEST, GET + "|" + field))
        .isInstanceOf(ProtocolError.class);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        ":scheme=http|:path=/|:authority=h",
        ":method=GET|:path=/|:authority=h",
        ":method=GET|:scheme=http|:authority=h",
        ":method=GET|:scheme=http|:path=|:authority=h",
        ":method=GET|:scheme=http|:path=/ a|:authority=h",
        ":method=G T|:scheme=http|:path=/|:authority=h",
        ":method=|:scheme=http|:path=/|:authority=h",
        ":method=GET|:scheme=h:|:path=/|:authority=h",
        ":method=GET|:scheme=http|:path=/|:authority=a b",
        ":method=GET|:method=GET|:scheme=http|:path=/",
        ":method=GET|:scheme=http|:path=/|:path=/",
        ":method=GET|:scheme=http|:path=/|:protocol=websocket",
        ":method=GET|:scheme=http|a=b|:path=/",
        ":method=CONNECT",
        ":method=CONNECT|:authority=",
        ":method=CONNECT|:authority=h:80|:path=/",
        ":method=CONNECT|:authority=h:80|:protocol=websocket"
      })
  void pseudoFields_missingRepeatedOrMisplaced_areRefused(String fields) {
    assertThatThrownBy(() -> block(Kind.REQUEST, fields)).isInstanceOf(ProtocolError.class);
  }

  @Test
  void request_isTakenApart() throws Exception {
    HeaderBlock block = block(Kind.REQUEST, GET + "|te=trailers|accept=*/*|empty=");
    assertThat(block.method()).isEqualTo("GET");
    assertThat(block.scheme()).isEqualTo("http");
    assertThat(block.target()).isEqualTo("/");
    assertThat(block.authority()).isEqualTo("h");
    assertThat(block.fields().toString()).isEqualTo("te: trailers\naccept: */*\nempty: \n");
    assertThat(block.excess()).isNull();
  }

  @Test
  void cookies_becomeOneField() throws Exception {
    HeaderBlock block = block(Kind.REQUEST, GET + "|cookie=a=1|x=y|cookie=b=2");
    assertThat(block.fields().toString()).isEqualTo("x: y\ncookie: a=1; b=2\n");
  }

  @Test
  void response_hasAStatusAndNothingElseInFront() throws Exception {
    assertThat(block(Kind.RESPONSE, ":status=200|a=b").status()).isEqualTo("200");
    assertThatThrownBy(() -> block(Kind.RESPONSE, "a=b")).isInstanceOf(ProtocolError.class);
    assertThatThrownBy(() -> block(Kind.RESPONSE, ":status=200|:status=200"))
        .isInstanceOf(ProtocolError.class);
    assertThatThrownBy(() -> block(Kind.RESPONSE, ":status=200|:path=/"))
        .isInstanceOf(ProtocolError.class);
  }

  @Test
  void trailers_haveNoPseudoField() throws Exception {
    assertThat(block(Kind.TRAILERS, "grpc-status=0").fields().toString())
        .isEqualTo("grpc-status: 0\n");
    assertThatThrownBy(() -> block(Kind.TRAILERS, ":status=200")).isInstanceOf(ProtocolError.class);
  }

  @Test
  void limits_keepNoMoreFieldsButGoOn() throws Exception {
    HeaderBlock many = block(Kind.REQUEST, GET + "|a=b".repeat(11));
    assertThat(many.excess().status()).isEqualTo(431);
    assertThat(many.fields().count()).isEqualTo(10);
    HeaderBlock large = block(Kind.REQUEST, GET + "|a=" + "b".repeat(1000) + "|c=d");
    assertThat(large.excess().status()).isEqualTo(431);
    assertThat(large.fields().isEmpty()).isTrue();
    assertThatThrownBy(() -> block(Kind.REQUEST, GET + "|a=b".repeat(11) + "|A=b"))
        .isInstanceOf(ProtocolError.class);
  }
}
