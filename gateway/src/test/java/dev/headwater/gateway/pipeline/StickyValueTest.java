package dev.headwater.gateway.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headwater.routes.RetryPolicy;
import dev.headwater.routes.Route;
import dev.headwater.routes.Route.WeightedUpstream;
import dev.headwater.routes.RouteLimits;
import dev.headwater.routes.RouteMatch;
import dev.headwater.routes.Timeouts;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class StickyValueTest {
  private static Route to(String... upstreams) {
    return new Route(
        "web",
        RouteMatch.ALL,
        List.of(),
        null,
        Arrays.stream(upstreams).map(each -> new WeightedUpstream(each, 1)).toList(),
        Timeouts.DEFAULT,
        RetryPolicy.DEFAULT,
        null,
        null,
        RouteLimits.NONE);
  }

  private static @Nullable String upstream(@Nullable String written, Route route) {
    StickyValue value = StickyValue.of(written);
    return value == null ? null : value.upstream(route);
  }

  private static String written(String key, String upstream) {
    return new StickyValue(key, StickyValue.mark(upstream)).toString();
  }

  @Test
  void upstreamIsKnownByItsMark() {
    Route route = to("s/web:80", "s/canary:80", "s/other:80");
    for (WeightedUpstream each : route.to()) {
      assertThat(upstream(written("k1", each.upstream()), route)).isEqualTo(each.upstream());
      assertThat(written("k1", each.upstream())).matches("k1~[0-9a-f]+");
    }
  }

  @Test
  void mark_isTheSameOnOtherTerms() {
    assertThat(upstream(written("k1", "s/web:80"), to("s/a:80", "s/web:80@web")))
        .isEqualTo("s/web:80@web");
  }

  @Test
  void markOfAnUpstreamThatIsGone_speaksOfNone() {
    String gone = written("k1", "s/canary:80");

    assertThat(upstream(gone, to("s/web:80", "s/next:80"))).isNull();
    assertThat(StickyValue.of(gone).isOf(to("s/web:80"), "s/web:80")).isTrue();
  }

  @Test
  void valueWithoutAMark_isGoodWhereThereIsOneUpstreamAlone() {
    StickyValue value = StickyValue.of("1700000000.123.45.67|abc");

    assertThat(value.isOf(to("s/web:80"), "s/web:80")).isTrue();
    assertThat(value.isOf(to("s/web:80", "s/canary:80"), "s/web:80")).isFalse();
    assertThat(value.upstream(to("s/web:80", "s/canary:80"))).isNull();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "~", "~12ab"})
  void valueWithoutAKey_isNone(String written) {
    assertThat(StickyValue.of(written)).isNull();
  }

  @Test
  void absentValue_isNone() {
    assertThat(StickyValue.of(null)).isNull();
  }
}
