package dev.headwater.routes.nginx;

import dev.headwater.routes.Endpoint;
import dev.headwater.routes.PoolPolicy;
import dev.headwater.routes.Upstream;
import java.time.Duration;

/** What ConfigMap and annotations say alike of upstreams. */
final class BackendReading {
  static final String BALANCE = "load-balance";

  /** As many as one worker of nginx may have; a tunnel holds one as long as it lasts. */
  private static final int CONNECTIONS = 16_384;

  private final KeyReader keys;
  private final BackendTerms otherwise;

  BackendReading(KeyReader keys, BackendTerms otherwise) {
    this.keys = keys;
    this.otherwise = otherwise;
  }

  /** What holds where nobody wrote anything. */
  static BackendTerms usual() {
    return new BackendTerms(
        Endpoint.Protocol.HTTP,
        null,
        false,
        Upstream.Balance.ROUND_ROBIN,
        new PoolPolicy(
            CONNECTIONS,
            PoolPolicy.DEFAULT.waiting(),
            Duration.ofSeconds(60),
            Duration.ofSeconds(5)));
  }

  PoolPolicy pool(Duration idle) {
    return new PoolPolicy(
        otherwise.pool().connections(),
        otherwise.pool().waiting(),
        idle,
        keys.time("proxy-connect-timeout", 1, 75, otherwise.pool().connectTimeout()));
  }

  boolean clusterAddress() {
    return keys.bool("service-upstream", otherwise.clusterAddress());
  }

  Upstream.Balance balance() {
    Upstream.Balance balance =
        keys.read(
            BALANCE,
            "round_robin or ewma",
            text ->
                switch (text.strip()) {
                  case "round_robin" -> Upstream.Balance.ROUND_ROBIN;
                  case "ewma" -> Upstream.Balance.LEAST_REQUEST;
                  default -> null;
                },
            otherwise.balance());
    if (keys.isGiven(BALANCE)
        && balance == Upstream.Balance.LEAST_REQUEST
        && !keys.isRefused(BALANCE)) {
      keys.tell(BALANCE, Verdict.DIFFERENT, "by requests in flight, not by latency");
    }
    return balance;
  }
}
