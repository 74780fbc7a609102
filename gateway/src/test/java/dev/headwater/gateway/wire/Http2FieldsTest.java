package dev.headwater.gateway.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.headwater.gateway.pipeline.Fields;
import io.netty.handler.codec.http2.Http2Headers;
import org.junit.jupiter.api.Test;

class Http2FieldsTest {
  private static Http2Headers headers(String... pairs) {
    Http2Headers headers = Http2Fields.unchecked(8);
    for (int i = 0; i < pairs.length; i += 2) {
      headers.add(pairs[i], pairs[i + 1]);
    }
    return headers;
  }

  @Test
  void block_holdsWhatWasDecoded() throws Exception {
    HeaderBlock block =
        Http2Fields.block(
            HeaderBlock.Kind.RESPONSE, headers(":status", "200", "x-a", "1", "x-a", "2"), 99, 9);
    assertThat(block.status()).isEqualTo("200");
    assertThat(block.fields()).hasToString("x-a: 1\nx-a: 2\n");
  }

  @Test
  void trailers_loseWhatMeansSomethingToProxies() throws Exception {
    Fields trailers =
        Http2Fields.trailers(
            headers("grpc-status", "0", "content-length", "3", "b3", "0", "host", "x"));
    assertThat(trailers).asString().isEqualTo("grpc-status: 0\n");
    assertThat(Http2Fields.trailers(headers("b3", "0"))).isNull();
  }

  @Test
  void trailers_beyondTheirLimitAreRefused() {
    assertThatThrownBy(() -> Http2Fields.trailers(headers("x-a", "v".repeat(8192))))
        .isInstanceOf(ProtocolError.class);
  }

  @Test
  void written_namesAreLowerCaseAndRemovedOnesStayOut() {
    Fields fields = new Fields();
    fields.add("X-A", "1");
    fields.add("x-gone", "2");
    fields.add("Content-Type", "text/plain");
    fields.remove("x-gone");
    Http2Headers headers = Http2Fields.unchecked(4);
    Http2Fields.write(fields, headers);
    assertThat(headers.size()).isEqualTo(2);
    assertThat(headers.get("x-a")).hasToString("1");
    assertThat(headers.get("content-type")).hasToString("text/plain");
  }
}
