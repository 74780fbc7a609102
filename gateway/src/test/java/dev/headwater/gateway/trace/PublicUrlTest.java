package dev.headwater.gateway.trace;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PublicUrlTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "referer | https://a.example/x?token=1#part | https://a.example/x",
        "referer | https://me:secret@a.example/x | https://a.example/x",
        "referer | https://me:se@cret@a.example:8443/x?y | https://a.example:8443/x",
        "referer | https://a.example/mail/me@b.example | https://a.example/mail/me@b.example",
        "referer | https://a.example?token=1 | https://a.example",
        "referer | https://a.example?next=https://me:secret@b.example/ | https://a.example",
        "location | /login?code=1 | /login",
        "location | next#access_token=1 | next",
        "location | //me:secret@a.example/x?y | //a.example/x",
        "link | <https://me:secret@a.example/?p=2>; rel=\"next\" | <https://a.example/>; rel=\"next\"",
        "x-peers | http://u:p@a/?x, http://b/#y | http://a/, http://b/",
        "x-peers | amqp://u:p@[2001:db8::1]:5672/v | amqp://[2001:db8::1]:5672/v",
        "x-any | http://u:p@ | http://",
        "x-any | http:// | http://",
        "x-any | // | //",
        "x-tenant | what? me@home | what? me@home",
        "x-tenant | a//b@c | a//b@c",
        "x-tenant | `` | ``",
      })
  void secretsInUrls_areLeftOut(String header, String value, String shown) {
    assertThat(PublicUrl.of(header, value)).isEqualTo(shown);
  }

  @Test
  void valueWithoutUrl_isTheSameInstance() {
    String value = "tenant-1";
    assertThat(PublicUrl.of("x-tenant", value)).isSameAs(value);
  }
}
