package dev.headwater.gateway.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ListFieldTest {
  @ParameterizedTest
  @ValueSource(
      strings = {"close", "CLOSE", "a,close", "a, close", "close\t,b", " close ", ",,close,,"})
  void contains_token(String value) {
    assertThat(ListField.contains(value, "close")).isTrue();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", ",", "closed", "a close", "close;q=1", "clos e", "aclose"})
  void contains_notTheToken(String value) {
    assertThat(ListField.contains(value, "close")).isFalse();
  }

  @Test
  void each_showsMembers_notEmptyOnes() {
    List<String> members = new ArrayList<>();
    ListField.each(" a ,,\tb c\t, ,d", members::add);
    assertThat(members).containsExactly("a", "b c", "d");
  }
}
