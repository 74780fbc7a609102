package dev.headwater.gateway.wire;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class StartLinesTest {
  private static byte[] bytes(String line) {
    return (line + "\r\n\r\n").getBytes(ISO_8859_1);
  }

  private static StartLines.Request request(String line) throws ProtocolError {
    StartLines.checkRequest(line);
    return StartLines.request(bytes(line));
  }

  @ParameterizedTest
  @CsvSource({
    "GET / HTTP/1.1, GET, /, true",
    "GET / HTTP/1.0, GET, /, false",
    "OPTIONS * HTTP/1.1, OPTIONS, *, true",
    "brew /tea?x#y HTTP/1.1, brew, /tea?x#y, true",
    "M-SEARCH http://a/b HTTP/1.1, M-SEARCH, http://a/b, true",
    "G / HTTP/1.1, G, /, true"
  })
  void request_read(String line, String method, String target, boolean http11) throws Exception {
    StartLines.Request read = request(line);
    assertThat(read.method()).isEqualTo(method);
    assertThat(read.target()).isEqualTo(target);
    assertThat(read.http11()).isEqualTo(http11);
    assertThat(read.end()).isEqualTo(line.length() + 2);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "GET / HTTP/1.2",
        "GET / HTTP/2.0",
        "GET / HTTP/0.9",
        "GET / HTTP/9.9",
        "PRI * HTTP/2.0"
      })
  void request_otherVersion_505(String line) {
    assertThatThrownBy(() -> request(line))
        .isInstanceOfSatisfying(ProtocolError.class, e -> assertThat(e.status()).isEqualTo(505));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "GET /",
        "GET",
        "GET  / HTTP/1.1",
        "GET /  HTTP/1.1",
        "GET / HTTP/1.1 ",
        " GET / HTTP/1.1",
        "GET\t/ HTTP/1.1",
        "GET /\tHTTP/1.1",
        "GET /a b HTTP/1.1",
        "GET /\0 HTTP/1.1",
        "GET /\u007f HTTP/1.1",
        "GET /\u00e4 HTTP/1.1",
        "GET /\u0001 HTTP/1.1",
        "G\0T / HTTP/1.1",
        "G(T / HTTP/1.1",
        "G\u00e4T / HTTP/1.1",
        "\rGET / HTTP/1.1",
        "GET / http/1.1",
        "GET / HTTP/1,1",
        "GET / HTTP/1.1\r",
        "GET / HTTP /1.1",
        "GET HTTP/1.1",
        " / HTTP/1.1",
        "GET / HTTP/11",
        "GET / HTTP/1.10"
      })
  void request_malformed_400(String line) {
    assertThatThrownBy(() -> request(line))
        .isInstanceOfSatisfying(ProtocolError.class, e -> assertThat(e.status()).isIn(400, 505));
  }

  @ParameterizedTest
  @CsvSource({
    "HTTP/1.1 200 OK, 200, true",
    "HTTP/1.0 404 Not Found, 404, false",
    "HTTP/1.1 200, 200, true",
    "'HTTP/1.1 200 ', 200, true",
    "HTTP/1.1 100 Continue, 100, true",
    "HTTP/1.1 599 x, 599, true"
  })
  void status_read(String line, int status, boolean http11) throws Exception {
    StartLines.Status read = StartLines.status(bytes(line));
    assertThat(read.status()).isEqualTo(status);
    assertThat(read.http11()).isEqualTo(http11);
    assertThat(read.end()).isEqualTo(line.length() + 2);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "HTTP/1.1",
        "HTTP/1.1 20",
        "HTTP/1.1 2000",
        "HTTP/1.1  200",
        "HTTP/1.1 20x",
        "HTTP/1.1 099",
        "HTTP/1.1 600",
        "HTTP/1.1 -10",
        "HTTP/1.2 200 OK",
        "HTTP/2.0 200 OK",
        "http/1.1 200 OK",
        "ICY 200 OK",
        "HTTP/1.1 200 O\0K",
        "HTTP/1.1 200 O\rK",
        "HTTP/1.1\t200 OK",
        "200 OK"
      })
  void status_malformed_refused(String line) {
    assertThatThrownBy(() -> StartLines.status(bytes(line))).isInstanceOf(ProtocolError.class);
  }

  @Test
  void error_hasNoStackTrace_andEchoesNothing() {
    assertThatThrownBy(() -> request("EVIL<script> / HTTP/1.1"))
        .hasStackTraceContaining("ProtocolError")
        .satisfies(error -> assertThat(error.getStackTrace()).isEmpty())
        .hasMessageNotContaining("EVIL");
  }
}
