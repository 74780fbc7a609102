package dev.headwater.gateway.balance;

import dev.headwater.gateway.pipeline.Attempt;
import dev.headwater.gateway.pipeline.Exchange;
import dev.headwater.gateway.pipeline.Fields;
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
  private static final String COOKIE = "cookie";

  /**
   * Another key is drawn until its endpoint has not failed; with few endpoints left, for a while.
   */
  private static final int DRAWS = 64;

  private Sticking() {}

  /** Place of the endpoint for the present try. */
  static int choose(StickyPolicy policy, Choice choice, Exchange exchange) {
    List<Attempt> attempts = exchange.attempts();
    boolean moves = policy.changes() && attempts.size() > 1;
    String known = exchange.stickyValue();
    if (known == null) {
      known = find(exchange.outgoing(), policy.name());
    }
    if (known != null && !known.isEmpty() && !moves) {
      int at = policy.mode() == Mode.BALANCED ? choice.best(known) : choice.named(known);
      if (at >= 0) {
        return at;
      }
    }
    int chosen;
    if (policy.mode() == Mode.PERSISTENT) {
      chosen = choice.next(attempts);
      exchange.stick(choice.name(chosen));
    } else {
      String key = key(exchange.loop().random());
      chosen = choice.best(key);
      for (int i = 1; i < DRAWS && choice.hasFailed(attempts, chosen); i++) {
        key = key(exchange.loop().random());
        chosen = choice.best(key);
      }
      exchange.stick(key);
    }
    return chosen;
  }

  private static String key(SplittableRandom random) {
    return Long.toHexString(random.nextLong()) + Long.toHexString(random.nextLong());
  }

  /** The value of the first cookie of that name, or null (RFC 6265 5.4; RFC 9113 8.2.3). */
  static @Nullable String find(Fields fields, String name) {
    for (int i = 0; i < fields.count(); i++) {
      if (fields.live(i) && fields.nameIs(i, COOKIE)) {
        String found = find(fields.value(i), name);
        if (found != null) {
          return found;
        }
      }
    }
    return null;
  }

  private static @Nullable String find(String cookies, String name) {
    int at = 0;
    while (at < cookies.length()) {
      int semicolon = cookies.indexOf(';', at);
      int end = semicolon < 0 ? cookies.length() : semicolon;
      while (at < end && cookies.charAt(at) == ' ') {
        at++;
      }
      if (cookies.startsWith(name, at) && cookies.startsWith("=", at + name.length())) {
        return cookies.substring(at + name.length() + 1, end).strip();
      }
      at = end + 1;
    }
    return null;
  }
}
