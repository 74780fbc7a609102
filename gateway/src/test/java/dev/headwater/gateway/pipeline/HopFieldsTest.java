package dev.headwater.gateway.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** FAULTS.md D10 and D11. */
class HopFieldsTest {
  private static Fields fields(String... lines) {
    Fields fields = new Fields();
    for (String line : lines) {
      int colon = line.indexOf(':');
      fields.add(line.substring(0, colon), line.substring(colon + 1).strip());
    }
    return fields;
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Connection",
        "Keep-Alive",
        "Proxy-Connection",
        "Proxy-Authenticate",
        "Proxy-Authorization",
        "TE",
        "Trailer",
        "Transfer-Encoding",
        "Upgrade",
        "HTTP2-Settings",
        "Content-Length",
        "Proxy",
        "X_Forwarded_For"
      })
  void fieldOfOneHop_isTakenOut(String name) {
    Fields fields = fields("A: b", name + ": x", "C: d", name.toLowerCase() + ": y");
    HopFields.strip(fields);
    assertThat(fields.toString()).isEqualTo("A: b\nC: d\n");
  }

  @Test
  void nominated_isTakenOut_inAnyCase_fromAnyConnectionField() {
    Fields fields =
        fields("Connection: Foo, bar", "FOO: 1", "bar: 2", "baz: 3", "qux: 4", "connection: BAZ");
    HopFields.strip(fields);
    assertThat(fields.toString()).isEqualTo("qux: 4\n");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Host", "X-Forwarded-For", "X-Forwarded-Prefix", "Forwarded", "X-Real-IP", "X-Request-ID",
        "b3", "traceparent", "X-B3-Sampled", "Authorization", "Cookie", "Set-Cookie",
        "Content-Type", "Cache-Control", "Content-Encoding"
      })
  void nominated_protected_stays(String name) {
    Fields fields = fields("Connection: close, " + name + ", x", name + ": 1", "X: 2");
    HopFields.strip(fields);
    assertThat(fields.toString()).isEqualTo(name + ": 1\n");
  }

  @ParameterizedTest
  @ValueSource(strings = {"close", "keep-alive", "Close", "", ",", "x y", "close, close"})
  void connection_withoutNominations_takesNothingElse(String value) {
    Fields fields = fields("Connection: " + value, "close: 1", "A: b");
    HopFields.strip(fields);
    assertThat(fields.get("A")).isEqualTo("b");
    assertThat(fields.get("Connection")).isNull();
  }
}
