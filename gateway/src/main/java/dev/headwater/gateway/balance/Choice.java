package dev.headwater.gateway.balance;

import dev.headwater.gateway.metrics.EndpointRecorder;
import dev.headwater.gateway.pipeline.Attempt;
import dev.headwater.routes.Endpoint;
import dev.headwater.routes.Upstream.Balance;
import java.util.Arrays;
import java.util.List;

/**
 * Whose turn it is among one upstream's endpoints. Round robin walks on by one; least request takes
 * the fewest in flight, ties in turn. Linear in the number of endpoints. Confined to its loop.
 */
final class Choice {
  private final Endpoint[] endpoints;
  private final EndpointRecorder[] recorders;
  private final Balance balance;
  private final long[] identities;
  private int turn;

  Choice(Endpoint[] endpoints, EndpointRecorder[] recorders, Balance balance) {
    this.endpoints = endpoints;
    this.recorders = recorders;
    this.balance = balance;
    this.identities = Arrays.stream(endpoints).mapToLong(each -> hash(each.toString())).toArray();
  }

  /**
   * Place of the endpoint to try, given the tries so far (the current one last, without endpoint).
   */
  int next(List<Attempt> attempts) {
    int size = endpoints.length;
    int from = turn;
    boolean firstTry = attempts.size() == 1;
    if (firstTry) {
      // Further tries take no turn: else every request would begin at the same, broken endpoint.
      turn = from + 1 == size ? 0 : from + 1;
    }
    if (size == 1 || (firstTry && balance == Balance.ROUND_ROBIN)) {
      return from;
    }
    int best = -1;
    int least = Integer.MAX_VALUE;
    for (int step = 0; step < size; step++) {
      int at = from + step < size ? from + step : from + step - size;
      // One that failed this exchange already weighs more than any load.
      int weight = failures(attempts, endpoints[at]) << 20;
      if (balance == Balance.LEAST_REQUEST) {
        weight += recorders[at].inFlight();
      }
      if (weight < least) {
        least = weight;
        best = at;
      }
    }
    return best;
  }

  private static int failures(List<Attempt> attempts, Endpoint endpoint) {
    int failures = 0;
    for (Attempt attempt : attempts) {
      if (endpoint.equals(attempt.endpoint())) {
        failures++;
      }
    }
    return failures;
  }

  /** Place of the endpoint that goes best with a key. */
  int best(String key) {
    long hash = hash(key);
    int best = 0;
    long most = mixed(hash ^ identities[0]);
    for (int at = 1; at < identities.length; at++) {
      long score = mixed(hash ^ identities[at]);
      if (score > most) {
        most = score;
        best = at;
      }
    }
    return best;
  }

  /** A name for an endpoint that does not spell its address. */
  String name(int at) {
    return Long.toHexString(identities[at]);
  }

  /** Place of the endpoint of that name, or -1. */
  int named(String name) {
    for (int at = 0; at < identities.length; at++) {
      if (name(at).equals(name)) {
        return at;
      }
    }
    return -1;
  }

  /** Whether a try at that endpoint failed. */
  boolean hasFailed(List<Attempt> attempts, int at) {
    return failures(attempts, endpoints[at]) > 0;
  }

  /** FNV-1a over characters, mixed. */
  private static long hash(String text) {
    long hash = 0xcbf29ce484222325L;
    for (int i = 0; i < text.length(); i++) {
      hash = (hash ^ text.charAt(i)) * 0x100000001b3L;
    }
    return mixed(hash);
  }

  /** The finalizer of SplitMix64 (Steele, Lea, Flood 2014). */
  private static long mixed(long bits) {
    long mixed = (bits ^ bits >>> 30) * 0xbf58476d1ce4e5b9L;
    mixed = (mixed ^ mixed >>> 27) * 0x94d049bb133111ebL;
    return mixed ^ mixed >>> 31;
  }

  EndpointRecorder recorder(int at) {
    return recorders[at];
  }
}
