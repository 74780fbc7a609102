package dev.headwater.gateway.balance;

import dev.headwater.gateway.pipeline.Attempt;
import dev.headwater.gateway.pipeline.Cookies;
import dev.headwater.gateway.pipeline.Exchange;
import dev.headwater.gateway.pipeline.StickyValue;
import dev.headwater.routes.StickyPolicy;
import dev.headwater.routes.StickyPolicy.Mode;
import java.util.List;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/**
 * Chooses the endpoint that a client's cookie stands for, and makes a cookie where there is none.
 * In balanced mode the value is a key, and the endpoint the one that goes best with it (rendezvous
 * hashing, Thaler and Ravishankar 1998): all replicas agree, and an endpoint that comes or goes
 * moves only its own share of clients. Linear in the number of endpoints. Stateless.
 */
final class Sticking {
  /**
   * Another key is drawn until its endpoint has not failed; with few endpoints left, for a while.
   */
  private static final int DRAWS = 64;

  private Sticking() {}

  /**
   * Place of the endpoint for the present try.
   *
   * @param upstream whose endpoint; a cookie of another one says nothing of it
   */
  static int choose(StickyPolicy policy, Choice choice, Exchange exchange, String upstream) {
    List<Attempt> attempts = exchange.attempts();
    boolean moves = policy.changes() && attempts.size() > 1;
    String known = known(policy, exchange, upstream);
    if (known != null && !moves) {
      int at = policy.mode() == Mode.BALANCED ? choice.best(known) : choice.named(known);
      if (at >= 0) {
        return at;
      }
    }
    int chosen;
    if (policy.mode() == Mode.PERSISTENT) {
      chosen = choice.next(attempts);
      stick(exchange, choice.name(chosen), upstream);
    } else {
      String key = key(exchange.loop().random());
      chosen = choice.best(key);
      for (int i = 1; i < DRAWS && choice.hasFailed(attempts, chosen); i++) {
        key = key(exchange.loop().random());
        chosen = choice.best(key);
      }
      stick(exchange, key, upstream);
    }
    return chosen;
  }

  /** What is known of the client's endpoint, or null. */
  private static @Nullable String known(StickyPolicy policy, Exchange exchange, String upstream) {
    String own = exchange.stickyValue();
    StickyValue value =
        StickyValue.of(own == null ? Cookies.find(exchange.outgoing(), policy.name()) : own);
    return value != null && value.isOf(exchange.requireRoute(), upstream) ? value.key() : null;
  }

  private static void stick(Exchange exchange, String key, String upstream) {
    exchange.stick(new StickyValue(key, StickyValue.mark(upstream)).toString());
  }

  private static String key(SplittableRandom random) {
    return Long.toHexString(random.nextLong()) + Long.toHexString(random.nextLong());
  }
}
