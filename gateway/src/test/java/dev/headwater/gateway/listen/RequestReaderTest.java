package dev.headwater.gateway.listen;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import dev.headwater.gateway.pipeline.HttpVersion;
import dev.headwater.gateway.pipeline.RequestHead;
import dev.headwater.gateway.wire.HeadReader;
import dev.headwater.gateway.wire.ProtocolError;
import dev.headwater.routes.Limits;
import dev.headwater.routes.ListenerPolicy;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RequestReaderTest {
  private static final Limits LIMITS =
      new Limits(
          4096,
          10,
          100,
          1000,
          Duration.ofSeconds(1),
          Duration.ofSeconds(1),
          Duration.ofSeconds(1),
          0,
          Duration.ofSeconds(1),
          10);
  private static final ListenerPolicy POLICY = ListenerPolicies.limited(LIMITS);

  private static CheckedRequest read(String... lines) throws ProtocolError {
    ByteBuf in = Unpooled.copiedBuffer(String.join("\r\n", lines) + "\r\n\r\n", ISO_8859_1);
    HeadReader heads =
        new HeadReader(LIMITS.headBytes(), LIMITS.targetBytes() + 32, RequestReader::check);
    return RequestReader.read(in, heads.scan(in), POLICY);
  }

  private static RequestHead head(String... lines) throws ProtocolError {
    CheckedRequest read = read(lines);
    assertThat(read.refusal()).isNull();
    return read.head();
  }

  private static int refused(String... lines) throws ProtocolError {
    CheckedRequest read = read(lines);
    assertThat(read.refusal()).as("%s", read.head()).isNotNull();
    assertThat(read.head().keepAlive()).isFalse();
    assertThat(read.head().bodyLength()).isZero();
    return read.refusal().status();
  }

  @ParameterizedTest
  @CsvSource(
      nullValues = "-",
      value = {
        "/, /, -, /",
        "/a/b?c=d?e, /a/b, c=d?e, /a/b?c=d?e",
        "/?, /, '', /?",
        "/a/../b, /b, -, /b",
        "/a/./b//c?x=//, /a/b/c, x=//, /a/b/c?x=//",
        "/%7Ea, /~a, -, /~a",
        "http://h, /, -, /",
        "http://h?x, /, x, /?x",
        "HTTP://h/a/../b?x, /b, x, /b?x",
        "https://h/a, /a, -, /a"
      })
  void target_oneFormForMatchAndUpstream(String target, String path, String query, String upstream)
      throws Exception {
    RequestHead head = head("GET " + target + " HTTP/1.1", "Host: h");
    assertThat(head.path()).isEqualTo(path);
    assertThat(head.query()).isEqualTo(query);
    assertThat(head.upstreamTarget()).isEqualTo(upstream);
    assertThat(head.target()).isEqualTo(target);
    assertThat(head.host()).isEqualTo("h");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/../a",
        "/a%2fb",
        "/a%5cb",
        "/a\\b",
        "/a%00",
        "/a%252fb",
        "/a%zz",
        "/a#b",
        "/a?b#c",
        "a/b",
        "*",
        "example.com:80",
        "ftp://h/",
        "http:///a",
        "http://u@h/",
        "http://u:p@h/",
        "http://h:x/",
        "//h/../../a",
        "/%2e%2e/a"
      })
  void target_ambiguous_400(String target) throws Exception {
    assertThat(refused("GET " + target + " HTTP/1.1", "Host: h")).isEqualTo(400);
  }

  @ParameterizedTest
  @CsvSource({"99, 0", "100, 0", "101, 414", "110, 414"})
  void target_limit_isExact(int length, int status) throws Exception {
    String line = "GET /" + "a".repeat(length - 1) + " HTTP/1.1";
    if (status == 0) {
      assertThat(head(line, "Host: h").target()).hasSize(length);
    } else {
      assertThat(refused(line, "Host: h")).isEqualTo(status);
    }
  }

  @Test
  void absoluteForm_winsOverHost() throws Exception {
    RequestHead head = head("GET http://Right.example:8080/a HTTP/1.1", "Host: wrong.example");
    assertThat(head.host()).isEqualTo("right.example");
    assertThat(head.authority()).isEqualTo("Right.example:8080");
  }

  @ParameterizedTest
  @CsvSource({
    "Example.COM, example.com",
    "example.com:8080, example.com",
    "example.com., example.com",
    "[::1]:80, [::1]",
    "192.0.2.1, 192.0.2.1",
    "'', ''"
  })
  void host_canonical(String sent, String host) throws Exception {
    assertThat(head("GET / HTTP/1.1", "Host: " + sent).host()).isEqualTo(host);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Host: a b",
        "Host: a,b",
        "Host: u@a",
        "Host: a:x",
        "Host: a:99999",
        "Host: [::1",
        "Host: a/b",
        "Host: a?b",
        "Host: \u00e4",
        "Host: ..",
        "X: y",
        "Host: a|Host: a",
        "Host: a|host: b"
      })
  void host_missingRepeatedOrInvalid_400(String fields) throws Exception {
    assertThat(refused(("GET / HTTP/1.1|" + fields).split("\\|"))).isEqualTo(400);
  }

  @Test
  void http10_needsNoHost() throws Exception {
    RequestHead head = head("GET / HTTP/1.0");
    assertThat(head.host()).isEmpty();
    assertThat(head.version()).isEqualTo(HttpVersion.HTTP_1_0);
  }

  @ParameterizedTest
  @ValueSource(strings = {"CONNECT a:80", "CONNECT /", "TRACE /", "TRACE *", "CONNECT http://a/"})
  void connectAndTrace_405(String line) throws Exception {
    assertThat(refused(line + " HTTP/1.1", "Host: a")).isEqualTo(405);
  }

  @Test
  void optionsOfTheServer_isServed() throws Exception {
    RequestHead head = head("OPTIONS * HTTP/1.1", "Host: a");
    assertThat(head.path()).isEqualTo("*");
    assertThat(head.upstreamTarget()).isEqualTo("*");
  }

  @ParameterizedTest
  @CsvSource({
    "HTTP/1.1, '', true",
    "HTTP/1.1, close, false",
    "HTTP/1.1, Close, false",
    "HTTP/1.1, 'keep-alive, close', false",
    "HTTP/1.1, keep-alive, true",
    "HTTP/1.1, 'x, y', true",
    "HTTP/1.0, '', false",
    "HTTP/1.0, keep-alive, true",
    "HTTP/1.0, 'Keep-Alive, x', true",
    "HTTP/1.0, 'keep-alive, close', false",
    "HTTP/1.0, close, false"
  })
  void keepAlive_asTheClientWants(String version, String connection, boolean keep)
      throws Exception {
    assertThat(head("GET / " + version, "Host: a", "Connection: " + connection).keepAlive())
        .isEqualTo(keep);
    assertThat(head("GET / " + version, "Host: a", "A: b", "Connection: " + connection).keepAlive())
        .isEqualTo(keep);
  }

  @ParameterizedTest
  @CsvSource({"999, 0", "1000, 0", "1001, 413"})
  void body_limit_isExact(long length, int status) throws Exception {
    String[] lines = {"PUT / HTTP/1.1", "Host: a", "Content-Length: " + length};
    if (status == 0) {
      assertThat(head(lines).bodyLength()).isEqualTo(length);
    } else {
      assertThat(refused(lines)).isEqualTo(status);
    }
  }

  @Test
  void body_chunkedOrNone() throws Exception {
    assertThat(head("PUT / HTTP/1.1", "Host: a", "Transfer-Encoding: chunked").bodyLength())
        .isEqualTo(RequestHead.CHUNKED);
    assertThat(head("PUT / HTTP/1.1", "Host: a").bodyLength()).isZero();
    assertThat(refused("PUT / HTTP/1.0", "Transfer-Encoding: chunked")).isEqualTo(400);
    assertThat(
            refused("PUT / HTTP/1.1", "Host: a", "Transfer-Encoding: chunked", "Content-Length: 1"))
        .isEqualTo(400);
  }

  @Test
  void expectation_onlyOfAContinue() throws Exception {
    assertThat(head("PUT / HTTP/1.1", "Host: a", "Expect: 100-Continue").expectContinue()).isTrue();
    assertThat(head("PUT / HTTP/1.0", "Expect: 100-continue").expectContinue()).isFalse();
    assertThat(head("PUT / HTTP/1.1", "Host: a").expectContinue()).isFalse();
    assertThat(refused("PUT / HTTP/1.1", "Host: a", "Expect: a")).isEqualTo(417);
    assertThat(refused("PUT / HTTP/1.1", "Host: a", "Expect: 100-continue, a")).isEqualTo(417);
  }
}
