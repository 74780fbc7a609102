package dev.headwater.gateway.retry;

import dev.headwater.gateway.pipeline.Cookies;
import dev.headwater.gateway.pipeline.Exchange;
import dev.headwater.gateway.pipeline.StickyValue;
import dev.headwater.routes.Route;
import dev.headwater.routes.Route.WeightedUpstream;
import dev.headwater.routes.Steering;
import dev.headwater.routes.StickyPolicy;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Which upstream of its route a request goes to: the one that the client's sticky cookie speaks of,
 * else the one that the first rule which holds sends it to, else one by chance, by weight. Linear
 * in upstreams and rules. Stateless.
 */
public final class UpstreamDraw {
  private UpstreamDraw() {}

  /** The name of an upstream, or null where none has a weight. */
  static @Nullable String draw(Exchange exchange) {
    String steered = steered(exchange);
    return steered == null ? byWeight(exchange) : steered;
  }

  /** The upstream that the request itself decides on, or null where it is a matter of chance. */
  public static @Nullable String steered(Exchange exchange) {
    Route route = exchange.requireRoute();
    if (route.to().size() < 2) {
      return null;
    }
    String stuck = stuck(exchange, route);
    if (stuck != null) {
      return stuck;
    }
    for (Steering.Rule rule : route.steering().rules()) {
      if (rule.field().value().accepts(value(exchange, rule))) {
        return rule.upstream();
      }
    }
    return null;
  }

  private static @Nullable String stuck(Exchange exchange, Route route) {
    StickyPolicy sticky = route.sticky();
    if (sticky == null || !route.steering().sticks()) {
      return null;
    }
    StickyValue value = StickyValue.of(Cookies.find(exchange.request().fields(), sticky.name()));
    return value == null ? null : value.upstream(route);
  }

  private static @Nullable String value(Exchange exchange, Steering.Rule rule) {
    String name = rule.field().name();
    return switch (rule.source()) {
      case HEADER -> exchange.header(name);
      case COOKIE -> Cookies.find(exchange.request().fields(), name);
    };
  }

  private static @Nullable String byWeight(Exchange exchange) {
    List<WeightedUpstream> shares = exchange.requireRoute().to();
    if (shares.size() == 1) {
      WeightedUpstream only = shares.get(0);
      return only.weight() == 0 ? null : only.upstream();
    }
    int total = 0;
    for (WeightedUpstream share : shares) {
      total += share.weight();
    }
    int ticket = total == 0 ? 0 : exchange.loop().random().nextInt(total);
    for (WeightedUpstream share : shares) {
      ticket -= share.weight();
      if (ticket < 0) {
        return share.upstream();
      }
    }
    return null;
  }
}
