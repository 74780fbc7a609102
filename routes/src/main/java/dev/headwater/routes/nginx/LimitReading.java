package dev.headwater.routes.nginx;

import dev.headwater.routes.ClientLimits.Rate;
import dev.headwater.sampling.network.NetworkSet;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** The keys about what one client may take. */
final class LimitReading {
  private static final int MOST = 1_000_000;
  private static final int MOST_TIMES = 1_000;
  private static final String ALLOW = "limit-allowlist";
  private static final String WHITE = "limit-whitelist";

  private LimitReading() {}

  /** What the ConfigMap says: the statuses alone. */
  static LimitTerms ofConfigMap(KeyReader keys) {
    return new LimitTerms(
        List.of(),
        0,
        NetworkSet.NONE,
        keys.whole("limit-req-status-code", 400, 599),
        keys.whole("limit-conn-status-code", 400, 599));
  }

  /** What an Ingress says. */
  static LimitTerms ofIngress(KeyReader keys, LimitTerms otherwise) {
    int times = keys.whole("limit-burst-multiplier", 1, MOST_TIMES);
    List<Rate> rates = new ArrayList<>();
    add(rates, keys.whole("limit-rps", 0, MOST, 0), TimeUnit.SECONDS.toNanos(1), times);
    add(rates, keys.whole("limit-rpm", 0, MOST, 0), TimeUnit.MINUTES.toNanos(1), times);
    return new LimitTerms(
        rates,
        keys.whole("limit-connections", 0, MOST, 0),
        exempt(keys),
        otherwise.rateStatus(),
        otherwise.inFlightStatus());
  }

  private static void add(List<Rate> rates, int requests, long nanos, int times) {
    if (requests > 0) {
      rates.add(new Rate(nanos / requests, requests * times));
    }
  }

  private static NetworkSet exempt(KeyReader keys) {
    if (keys.isSaid(ALLOW) && keys.isSaid(WHITE)) {
      keys.tell(WHITE, Verdict.INERT, ALLOW + " goes first");
    }
    return keys.networks(keys.isSaid(ALLOW) ? ALLOW : WHITE, NetworkSet.NONE);
  }
}
