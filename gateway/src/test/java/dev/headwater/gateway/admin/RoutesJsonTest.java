package dev.headwater.gateway.admin;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.re2j.Pattern;
import dev.headwater.routes.FieldMatch;
import dev.headwater.routes.RetryPolicy;
import dev.headwater.routes.Route;
import dev.headwater.routes.Route.WeightedUpstream;
import dev.headwater.routes.RouteLimits;
import dev.headwater.routes.RouteMatch;
import dev.headwater.routes.Steering;
import dev.headwater.routes.Steering.Source;
import dev.headwater.routes.Timeouts;
import dev.headwater.routes.ValueMatch;
import dev.headwater.routes.match.RouteTable;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;
import org.junit.jupiter.api.Test;

class RoutesJsonTest {
  private static final List<WeightedUpstream> BOTH =
      List.of(new WeightedUpstream("web", 90), new WeightedUpstream("next", 10));

  private static JsonObject shown(Steering steering) {
    Route route =
        new Route(
                "web",
                RouteMatch.ALL,
                List.of(),
                null,
                BOTH,
                Timeouts.DEFAULT,
                RetryPolicy.DEFAULT,
                null,
                null,
                RouteLimits.NONE)
            .with(BOTH, steering);
    return RoutesJson.of(RouteTable.of(List.of(route)), List.of()).getJsonObject(0);
  }

  @Test
  void whatGoesBeforeWeights_isShownInItsOrder() {
    Steering steering =
        new Steering(
            List.of(
                new Steering.Rule(
                    Source.HEADER,
                    new FieldMatch("x-next", new ValueMatch.Regex(Pattern.compile("b+"), false)),
                    "next"),
                new Steering.Rule(
                    Source.COOKIE, new FieldMatch("side", new ValueMatch.Exact("never")), "web")),
            true);

    assertThat(shown(steering).getJsonArray("steering"))
        .isEqualTo(
            new JsonArray(
                """
                [{"header": "x-next", "regex": "b+", "upstream": "next"},
                 {"cookie": "side", "exact": "never", "upstream": "web"}]
                """));
    assertThat(shown(steering).getJsonArray("to"))
        .isEqualTo(
            new JsonArray(
                """
                [{"upstream": "web", "weight": 90}, {"upstream": "next", "weight": 10}]
                """));
  }

  @Test
  void weightsAlone_areShownAlone() {
    assertThat(shown(Steering.NONE).containsKey("steering")).isFalse();
  }
}
