package dev.headwater.routes.nginx;

import dev.headwater.routes.RetryPolicy;
import dev.headwater.routes.RetryPolicy.Condition;
import dev.headwater.routes.Timeouts;
import dev.headwater.sampling.network.NetworkSet;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Times, tries and sizes of routes, which ConfigMap and annotations write alike; the annotation's
 * word goes before the ConfigMap's.
 */
final class RouteReading {
  private static final String NEXT = "proxy-next-upstream";
  private static final int DAY = 86_400;

  /** Most of what a listener can be told, for a body without limit. */
  private static final long NO_LIMIT = 1L << 40;

  private static final int MOST_TRIES = 11;
  private static final RetryPolicy.Budget BUDGET = RetryPolicy.DEFAULT.budget();

  private final KeyReader keys;
  private final RouteTerms otherwise;

  RouteReading(KeyReader keys, RouteTerms otherwise) {
    this.keys = keys;
    this.otherwise = otherwise;
  }

  /** What holds where nobody wrote anything: 60 s, three tries on errors and timeouts, 1 MiB. */
  static RouteTerms usual() {
    Duration read = Duration.ofSeconds(60);
    return new RouteTerms(
        new Timeouts(read.multipliedBy(3), read, read, null),
        new RetryPolicy(2, EnumSet.allOf(Condition.class), Set.of(), BUDGET),
        1L << 20,
        List.of(),
        new HttpsTerms(true, false, 308, List.of(), null),
        AccessTerms.OPEN,
        null,
        new LimitTerms(List.of(), 0, NetworkSet.NONE, 503, 503),
        null,
        null);
  }

  long bodyBytes() {
    long bytes = keys.bytes("proxy-body-size", NO_LIMIT, otherwise.bodyBytes());
    return bytes == 0 ? NO_LIMIT : bytes;
  }

  RetryPolicy retry() {
    int tries = keys.whole("proxy-next-upstream-tries", 0, MOST_TRIES, otherwise.tries());
    if (keys.isGiven("proxy-next-upstream-tries") && tries == 0) {
      keys.tell(
          "proxy-next-upstream-tries",
          Verdict.DIFFERENT,
          "in place of any number there are at most " + MOST_TRIES + " tries");
    }
    int retries = tries == 0 ? MOST_TRIES - 1 : tries - 1;
    RetryPolicy was = otherwise.retry();
    Retried retried =
        keys.read(
            NEXT,
            "off, or some of error, timeout, invalid_header, http_500 and other statuses, with"
                + " blanks between them",
            RouteReading::retried,
            new Retried(was.conditions(), was.statuses(), List.of()));
    if (!retried.ignored().isEmpty()) {
      keys.tell(NEXT, Verdict.DIFFERENT, "without effect: " + String.join(", ", retried.ignored()));
    }
    return new RetryPolicy(retries, retried.conditions(), retried.statuses(), BUDGET);
  }

  private record Retried(Set<Condition> conditions, Set<Integer> statuses, List<String> ignored) {}

  private static @Nullable Retried retried(String text) {
    Set<Condition> conditions = EnumSet.noneOf(Condition.class);
    Set<Integer> statuses = new HashSet<>();
    List<String> ignored = new ArrayList<>();
    String written = text.strip().toLowerCase(Locale.ROOT);
    for (String word : written.split("[\\s,]+", -1)) {
      switch (word) {
        case "off" -> {
          return new Retried(Set.of(), Set.of(), List.of());
        }
        case "error" -> conditions.addAll(Set.of(Condition.CONNECT, Condition.RESET));
        case "timeout" -> conditions.add(Condition.TIMEOUT);
        case "invalid_header", "non_idempotent" -> ignored.add(word);
        default -> {
          if (!word.matches("http_(403|404|429|500|502|503|504)")) {
            return null;
          }
          statuses.add(Integer.parseInt(word.substring("http_".length())));
        }
      }
    }
    return new Retried(conditions, statuses, ignored);
  }

  /**
   * The time limits. There, each wait for the upstream has its own limit, and each try begins anew;
   * so a whole response has as many of them as there are tries.
   */
  Timeouts timeouts(RetryPolicy retry) {
    Duration read = keys.time("proxy-read-timeout", 1, DAY, otherwise.timeouts().idle());
    boolean retries = !retry.conditions().isEmpty() || !retry.statuses().isEmpty();
    Duration all = read.multipliedBy(retries ? retry.attempts() + 1 : 1);
    Duration most = Duration.ofSeconds(DAY);
    return new Timeouts(all.compareTo(most) > 0 ? most : all, read, read, null);
  }
}
