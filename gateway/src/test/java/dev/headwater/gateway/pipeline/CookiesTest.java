package dev.headwater.gateway.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CookiesTest {
  @ParameterizedTest
  @CsvSource({
    "name=x, x",
    "a=b; name=x; c=d, x",
    "a=b;name=x, x",
    "'name=x; name=y', x",
    "name=, ''",
    "xname=y; name=x, x",
    "namex=y,",
    "name,",
    "a=name=x,",
    "';;; =; name=x ', x",
    "NAME=x,",
  })
  void cookieIsFoundByItsName(String field, String value) {
    Fields fields = new Fields();
    fields.add("Accept", "name=wrong");
    fields.add("Cookie", field);

    assertThat(Cookies.find(fields, "name")).isEqualTo(value);
  }

  @Test
  void cookieIsFoundInAnyOfSeveralFields() {
    Fields fields = new Fields();
    fields.add("cookie", "a=b");
    fields.add("cookie", "name=x");

    assertThat(Cookies.find(fields, "name")).isEqualTo("x");
  }
}
