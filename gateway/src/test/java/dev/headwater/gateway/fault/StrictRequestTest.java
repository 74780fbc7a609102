package dev.headwater.gateway.fault;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class StrictRequestTest {
  private static StrictRequest.Verdict judge(String bytes) {
    return StrictRequest.judge(bytes.getBytes(StandardCharsets.ISO_8859_1));
  }

  @Test
  void sequence_isCounted_bodiesWithoutTheirFraming() {
    StrictRequest.Verdict verdict =
        judge(
            "GET /a HTTP/1.1\r\nHost: a\r\n\r\n"
                + "POST /b HTTP/1.1\r\nhost:a:80\r\nContent-Length: 2\r\n\r\nhi"
                + "PUT /c?{\"x\":1} HTTP/1.1\r\nHost: [::1]\r\nTransfer-Encoding: Chunked\r\n\r\n"
                + "2;a=\"b;\\\"c\"\r\nhi\r\n1\r\n!\r\n0\r\nT: u\r\n\r\n"
                + "OPTIONS * HTTP/1.0\r\n\r\n");
    assertThat(verdict.valid()).as("%s", verdict.violation()).isTrue();
    assertThat(verdict.partial()).isFalse();
    assertThat(verdict.requests().stream().map(StrictRequest::text))
        .containsExactly("", "hi", "hi!", "");
    assertThat(verdict.requests().get(2).trailers()).containsExactly(new StrictField("T", "u"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "GET /a HTTP/1.1\r\nHo",
        "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nabc",
        "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nabcde\r\n0\r\n"
      })
  void cutShort_isNoViolation(String bytes) {
    StrictRequest.Verdict verdict = judge("GET / HTTP/1.1\r\nHost: a\r\n\r\n" + bytes);
    assertThat(verdict.valid()).isTrue();
    assertThat(verdict.partial()).isTrue();
    assertThat(verdict.requests()).hasSize(1);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n",
        "GET  / HTTP/1.1\r\nHost: a\r\n\r\n",
        "GET / HTTP/1.2\r\nHost: a\r\n\r\n",
        "GET a HTTP/1.1\r\nHost: a\r\n\r\n",
        "GET /#a HTTP/1.1\r\nHost: a\r\n\r\n",
        "GET /\u0001 HTTP/1.1\r\nHost: a\r\n\r\n",
        "GET / HTTP/1.1\nHost: a\r\n\r\n",
        "GET / HTTP/1.1\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: a\r\nHost: a\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: a b\r\n\r\n",
        "GET / HTTP/1.1\r\nHost : a\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: a\r\n: b\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: a\r\nA: b\r\n c\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: a\r\nA: b\rc\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: a\r\nA: b\0c\r\n\r\n",
        "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1, 1\r\n\r\na",
        "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: +1\r\n\r\na",
        "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nContent-Length: 1\r\n\r\na",
        "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n",
        "POST / HTTP/1.0\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n0x1\r\na\r\n0\r\n\r\n",
        "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n1 \r\na\r\n0\r\n\r\n",
        "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nab\r\n0\r\n\r\n",
        "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n1\na\r\n0\r\n\r\n",
        "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n1;\r\na\r\n0\r\n\r\n"
      })
  void anythingElse_isAViolation(String bytes) {
    StrictRequest.Verdict verdict = judge("GET / HTTP/1.1\r\nHost: a\r\n\r\n" + bytes);
    assertThat(verdict.valid()).as("%s", verdict).isFalse();
    assertThat(verdict.requests()).hasSize(1);
  }
}
