package dev.headwater.gateway.balance;

import dev.headwater.gateway.metrics.EndpointRecorder;
import dev.headwater.gateway.pipeline.Attempt;
import dev.headwater.routes.Endpoint;
import dev.headwater.routes.Upstream.Balance;
import java.util.List;

/**
 * Whose turn it is among one upstream's endpoints. Round robin walks on by one; least request takes
 * the fewest in flight, ties in turn. Linear in the number of endpoints. Confined to its loop.
 */
final class Choice {
  private final Endpoint[] endpoints;
  private final EndpointRecorder[] recorders;
  private final Balance balance;
  private int turn;

  Choice(Endpoint[] endpoints, EndpointRecorder[] recorders, Balance balance) {
    this.endpoints = endpoints;
    this.recorders = recorders;
    this.balance = balance;
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

  EndpointRecorder recorder(int at) {
    return recorders[at];
  }
}
