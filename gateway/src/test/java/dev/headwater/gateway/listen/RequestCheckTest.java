package dev.headwater.gateway.listen;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.headwater.gateway.pipeline.HttpVersion;
import dev.headwater.gateway.pipeline.RequestHead;
import dev.headwater.gateway.wire.HeaderBlock;
import dev.headwater.gateway.wire.ProtocolError;
import dev.headwater.routes.Limits;
import dev.headwater.routes.ListenerPolicy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Heads of HTTP/2; those of HTTP/1 are in {@link RequestReaderTest}. */
class RequestCheckTest {
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

  private static CheckedRequest check(boolean endStream, List<String> fields) throws ProtocolError {
    HeaderBlock block =
        new HeaderBlock(HeaderBlock.Kind.REQUEST, LIMITS.headBytes(), LIMITS.fields());
    for (String field : fields) {
      int equals = field.indexOf('=');
      block.field(field.substring(0, equals), field.substring(equals + 1));
    }
    return RequestCheck.http2(block.end(), endStream, POLICY);
  }

  private static List<String> get(String path, String... more) {
    List<String> fields =
        new ArrayList<>(List.of(":method=GET", ":scheme=http", ":authority=h", ":path=" + path));
    fields.addAll(List.of(more));
    return fields;
  }

  private static int refused(List<String> fields) throws ProtocolError {
    CheckedRequest read = check(true, fields);
    assertThat(read.refusal()).as("%s", read.head()).isNotNull();
    assertThat(read.head().bodyLength()).isZero();
    return read.refusal().status();
  }

  @ParameterizedTest
  @CsvSource(
      nullValues = "-",
      value = {
        "/, /, -, /",
        "/a/b?c=d?e, /a/b, c=d?e, /a/b?c=d?e",
        "/a/../b, /b, -, /b",
        "/a/./b//c?x=//, /a/b/c, x=//, /a/b/c?x=//",
        "/%7Ea, /~a, -, /~a"
      })
  void target_oneFormForMatchAndUpstream(String target, String path, String query, String upstream)
      throws Exception {
    CheckedRequest read = check(true, get(target));
    assertThat(read.refusal()).isNull();
    RequestHead head = read.head();
    assertThat(head.version()).isEqualTo(HttpVersion.HTTP_2);
    assertThat(head.path()).isEqualTo(path);
    assertThat(head.query()).isEqualTo(query);
    assertThat(head.upstreamTarget()).isEqualTo(upstream);
    assertThat(head.target()).isEqualTo(target);
    assertThat(head.host()).isEqualTo("h");
    assertThat(head.keepAlive()).isTrue();
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
        "/a#b",
        "a/b",
        "*",
        "http://h/"
      })
  void target_ambiguous_400(String target) throws Exception {
    assertThat(refused(get(target))).isEqualTo(400);
  }

  @Test
  void encodedSlash_keptWhereTheListenerKeepsIt() throws Exception {
    HeaderBlock block = new HeaderBlock(HeaderBlock.Kind.REQUEST, 1000, 10);
    for (String field : get("/a%2fb//c%2F?x")) {
      int equals = field.indexOf('=');
      block.field(field.substring(0, equals), field.substring(equals + 1));
    }
    CheckedRequest read = RequestCheck.http2(block.end(), true, ListenerPolicies.keepingSlashes());
    assertThat(read.refusal()).isNull();
    assertThat(read.head().path()).isEqualTo("/a%2fb/c%2F");
    assertThat(read.head().upstreamTarget()).isEqualTo("/a%2fb/c%2F?x");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        ":authority=h|host=i",
        ":authority=h|host=h:81",
        ":authority=h|host=h|host=h",
        ":authority=",
        ":authority=|host=h",
        ":authority=u@h",
        ":authority=h:x",
        "host=u@h",
        "x=y"
      })
  void authority_missingDifferentOrInvalid_400(String fields) throws Exception {
    List<String> all = new ArrayList<>(List.of(":method=GET", ":scheme=http", ":path=/"));
    all.addAll(List.of(fields.split("\\|")));
    assertThat(refused(all)).isEqualTo(400);
  }

  @ParameterizedTest
  @CsvSource({":authority=H:81, h, H:81", "host=H:81, h, H:81", ":authority=h|host=H, h, h"})
  void authority_fromEitherField(String fields, String host, String authority) throws Exception {
    List<String> all = new ArrayList<>(List.of(":method=GET", ":scheme=http", ":path=/"));
    all.addAll(List.of(fields.split("\\|")));
    RequestHead head = check(true, all).head();
    assertThat(head.host()).isEqualTo(host);
    assertThat(head.authority()).isEqualTo(authority);
  }

  @Test
  void connectAndTrace_405() throws Exception {
    assertThat(refused(List.of(":method=CONNECT", ":authority=h:80"))).isEqualTo(405);
    assertThat(
            refused(
                List.of(
                    ":method=CONNECT",
                    ":protocol=websocket",
                    ":scheme=https",
                    ":path=/",
                    ":authority=h")))
        .isEqualTo(405);
    List<String> trace = get("/");
    trace.set(0, ":method=TRACE");
    assertThat(refused(trace)).isEqualTo(405);
  }

  @Test
  void optionsOfTheServer_isServed() throws Exception {
    List<String> options = get("*");
    options.set(0, ":method=OPTIONS");
    assertThat(check(true, options).head().upstreamTarget()).isEqualTo("*");
  }

  @Test
  void limits_answered() throws Exception {
    assertThat(refused(get("/" + "a".repeat(100)))).isEqualTo(414);
    assertThat(refused(get("/", "a=" + "b".repeat(4096)))).isEqualTo(431);
    String[] fields = new String[11];
    Arrays.fill(fields, "a=b");
    assertThat(refused(get("/", fields))).isEqualTo(431);
    assertThat(check(false, get("/", "content-length=1001")).refusal().status()).isEqualTo(413);
    assertThat(check(true, get("/", Arrays.copyOf(fields, 10))).refusal()).isNull();
  }

  @Test
  void body_fromTheEndOfTheStream() throws Exception {
    assertThat(check(true, get("/")).head().bodyLength()).isZero();
    assertThat(check(false, get("/")).head().bodyLength()).isEqualTo(RequestHead.CHUNKED);
    assertThat(check(false, get("/", "content-length=7")).head().bodyLength()).isEqualTo(7);
    assertThat(check(true, get("/", "content-length=0")).head().bodyLength()).isZero();
    assertThatThrownBy(() -> check(true, get("/", "content-length=7")))
        .isInstanceOf(ProtocolError.class);
    assertThatThrownBy(() -> check(false, get("/", "content-length=+7")))
        .isInstanceOf(ProtocolError.class);
  }

  @Test
  void expectation_onlyWhereABodyFollows() throws Exception {
    assertThat(check(false, get("/", "expect=100-continue")).head().expectContinue()).isTrue();
    assertThat(check(true, get("/", "expect=100-continue")).head().expectContinue()).isFalse();
    assertThat(refused(get("/", "expect=x"))).isEqualTo(417);
  }
}
